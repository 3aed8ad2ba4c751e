"""The data directory: private to its owner, and locked by one daemon at a time."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from starfoundry.kernel.errors import Refused, Stale

LOCK_FILE = "daemon.lock"
RUNNING_FILE = "starfoundry.running"

# Names of our own files in a data directory. The mode of a directory is changed only if it contains nothing else.
_OURS = (LOCK_FILE, "daemon.sock", "logs", "starfoundry.", "sandbox.", "token.key", ".binding", "halted", "tls")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class DirectoryTaken(Stale):
    """Another daemon holds the data directory."""

    def __init__(self, data_dir: Path, holder: str) -> None:
        super().__init__(f"another daemon{holder} runs on {data_dir}")
        self.next_step = "use that one, stop it first, or give this one a --data-dir of its own"


@contextmanager
def claimed(data_dir: Path) -> Iterator[None]:
    """Lock the directory within this context; nothing in it is touched before.

    Raises DirectoryTaken naming the process that holds it, Refused for a directory that is read-only or not private to
    us.
    """
    make_private(data_dir)
    if not is_writable(data_dir):
        raise Refused(f"{data_dir} is read-only; make it writable, or name another with --data-dir")
    descriptor = os.open(data_dir / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DirectoryTaken(data_dir, _holder(descriptor)) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)  # releases the lock, as the end of the process does


@contextmanager
def marked_as_running(data_dir: Path) -> Iterator[bool]:
    """Keep a marker file within this context; whether the previous run left its own, as after a kill.

    The marker stays if the context ends with an error, except for a refused start, in which nothing ran. A failure to
    write the marker is reported elsewhere.
    """
    mark = data_dir / RUNNING_FILE
    was_running = mark.exists()
    with suppress(OSError):
        mark.touch(mode=0o600)
    try:
        yield was_running
    except Refused:
        if not was_running:
            with suppress(OSError):
                mark.unlink(missing_ok=True)
        raise
    with suppress(OSError):
        mark.unlink(missing_ok=True)


def is_writable(directory: Path) -> bool:
    """Whether files can be created and removed in it; files already open can be written to either way."""
    return os.access(directory, os.W_OK | os.X_OK)


def holder(data_dir: Path) -> int | None:
    """The id of the daemon process that holds the directory, 0 if unknown; None if no daemon does."""
    try:
        descriptor = os.open(data_dir / LOCK_FILE, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return int(_written(descriptor) or 0)
    finally:
        os.close(descriptor)
    return None


def make_private(directory: Path) -> None:
    """Create the directory with mode 0700, or set that mode on one that holds only our own files.

    Raises Refused if it belongs to another user or contains other files.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise Refused(f"{directory} is not a directory") from None
    except OSError as error:
        raise Refused(f"{directory} cannot be made: {error.strerror}") from None
    facts = directory.stat()
    if facts.st_uid != os.getuid():
        raise Refused(f"{directory} belongs to another user; the daemon keeps its keys only in a directory of its own")
    if not facts.st_mode & _OTHERS:
        return
    foreign = sorted(entry.name for entry in directory.iterdir() if not entry.name.startswith(_OURS))
    if foreign:
        raise Refused(
            f"{directory} is open to other users and holds other things ({', '.join(foreign[:3])}); "
            f"make it private (chmod 700) or name a directory of its own with --data-dir"
        )
    directory.chmod(0o700)


def _holder(descriptor: int) -> str:
    written = _written(descriptor)
    return f" (process {written})" if written else ""


def _written(descriptor: int) -> str:
    """The process number in the lock file; empty when there is none."""
    written = os.pread(descriptor, 32, 0).decode(errors="replace").strip()
    return written if written.isdecimal() else ""
