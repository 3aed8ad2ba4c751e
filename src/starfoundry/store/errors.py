"""Errors of the database that the caller did not cause."""

from starfoundry.kernel.errors import Unavailable


class DiskWriteFailed(Unavailable):
    """The disk under the database is full, read-only, failing or locked by another process; nothing was written."""


def is_disk_failure(error: BaseException) -> bool:
    """Whether an error, or one inside an exception group, was caused by a failing disk."""
    if isinstance(error, BaseExceptionGroup):
        return any(is_disk_failure(each) for each in error.exceptions)
    return isinstance(error, DiskWriteFailed)
