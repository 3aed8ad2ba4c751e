"""The public socket's path: created under a temporary name, renamed, and never taken from a live daemon.

Nothing that is not ours is touched: no directory's mode, no file that is not a socket, and no socket in use.
"""

import contextlib
import fcntl
import logging
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

from starfoundry.kernel.errors import Refused, Stale
from starfoundry.terminal.local.file_ownership import require_trusted_directory

PATH_BYTES_MAX = 107
BACKLOG = 128

_log = logging.getLogger(__name__)


class SocketTaken(Stale):
    """Another daemon serves at the path."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"another daemon serves at {path}")
        self.next_step = "use that one, stop it first, or give this one a --socket of its own"


class PublicSocket:
    """A listening socket at a path, until it is closed. Only its owner can connect to it."""

    def __init__(self, path: Path) -> None:
        """Listen there. Raises SocketTaken, or Refused if no private socket can be created."""
        self._path = path
        _require_short(path)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        require_trusted_directory(path.parent.resolve(), of=path)
        aside = path.with_name(f".{os.getpid()}")
        _require_short(aside)
        self.listener = socket.socket(socket.AF_UNIX)
        try:
            self._bind(aside)
        except OSError as error:
            self.listener.close()
            raise Refused(f"no socket can be made at {path}: {error.strerror}") from None
        except BaseException:
            self.listener.close()
            raise

    def _bind(self, aside: Path) -> None:
        aside.unlink(missing_ok=True)
        self.listener.bind(str(aside))  # under the process's umask, so that no other user can connect meanwhile
        try:
            aside.chmod(0o600)
            self.listener.listen(BACKLOG)
            self.listener.settimeout(0)
            with _alone_in(self._path.parent):
                _require_free(self._path)
                self._facts = aside.stat()
                aside.replace(self._path)
        finally:
            aside.unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove the path, unless another daemon has replaced it."""
        try:
            there = self._path.stat()
            if (there.st_dev, there.st_ino) == (self._facts.st_dev, self._facts.st_ino):
                self._path.unlink()
        except FileNotFoundError:
            return
        except OSError as error:  # a read-only directory must not prevent an orderly shutdown
            _log.warning("%s stays behind: %s", self._path, error.strerror)


def _require_free(path: Path) -> None:
    """Raise SocketTaken if a daemon listens, Refused if the path is anything but our own socket."""
    try:
        facts = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(facts.st_mode):
        raise Refused.of("socket", str(path), "an unused path, or a socket not in use")
    if facts.st_uid != os.getuid():
        raise Refused(f"the socket {path} belongs to another user")
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(0)
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            return  # left behind by a daemon that was killed
        except BlockingIOError:
            pass  # a daemon listens, and is busy
    raise SocketTaken(path)


@contextlib.contextmanager
def _alone_in(directory: Path) -> Iterator[None]:
    """Keep other daemons from checking and taking the path at the same time, if the directory can be locked."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def _require_short(path: Path) -> None:
    length = len(os.fsencode(path))
    if length > PATH_BYTES_MAX:
        raise Refused.of(
            "socket", str(path), f"a path of at most {PATH_BYTES_MAX} bytes (this one has {length}); set --socket"
        )
