"""The lock on a database file: one daemon holds it, whatever path leads to the file.

The lock is on the file itself, so links and other names make no difference. SQLite's own locks are of another kind and
are not affected.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from starfoundry.kernel.errors import Stale


class DatabaseTaken(Stale):
    """Another daemon holds the database."""

    def __init__(self, file: Path, process: str) -> None:
        holder = f" (process {process})" if process else ""
        super().__init__(f"another daemon{holder} uses the database {file}")
        self.next_step = "use that one, stop it first, or give this one a database of its own"


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Lock the database file within this context, creating it empty if needed. Raises DatabaseTaken.

    A file that cannot be opened is not locked: opening the database reports the problem. The database must be closed
    before this context ends, since closing any descriptor of a file drops SQLite's locks on it.
    """
    descriptor = None
    with suppress(OSError):
        descriptor = _opened(file)
    if descriptor is None:
        yield
        return
    try:
        yield
    finally:
        os.close(descriptor)


def _opened(file: Path) -> int:
    """The locked descriptor of the file now at that path, even if it was replaced meanwhile."""
    while True:
        descriptor = os.open(file, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            ours, there = os.fstat(descriptor), file.stat()
        except BlockingIOError:
            process = _holder(os.fstat(descriptor))
            os.close(descriptor)
            raise DatabaseTaken(file, process) from None
        except FileNotFoundError:
            os.close(descriptor)
            continue
        if (ours.st_dev, ours.st_ino) == (there.st_dev, there.st_ino):
            return descriptor
        os.close(descriptor)


def _holder(facts: os.stat_result) -> str:
    """The id of the process that has locked a file, if the system shows it; empty otherwise."""
    wanted = f"{os.major(facts.st_dev):02x}:{os.minor(facts.st_dev):02x}:{facts.st_ino}"
    with suppress(OSError):
        for line in Path("/proc/locks").read_text().splitlines():
            words = line.split()
            if "FLOCK" in words and wanted in words:
                return words[words.index(wanted) - 1]
    return ""
