"""What a database says when the fault is not in what it was asked."""

from starfoundry.kernel.errors import Unavailable


class DiskWriteFailed(Unavailable):
    """The disk under the database is full, read-only, failing or held by somebody else; nothing was written."""


def is_of_disk(error: BaseException) -> bool:
    """Whether an error comes of a disk that refuses, be it inside a group of several."""
    if isinstance(error, BaseExceptionGroup):
        return any(is_of_disk(each) for each in error.exceptions)
    return isinstance(error, DiskWriteFailed)
