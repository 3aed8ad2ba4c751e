"""Presence of a daemon behind its socket: whether one listens, whether it answers, and what to do where it does not."""

import os
import shlex
import socket
import struct
from contextlib import suppress
from pathlib import Path

from starfoundry.kernel.errors import InDoubt, Unavailable
from starfoundry.terminal.local.daemon_location import SOCKET_FILE, default_directory

ANSWER_SECONDS = 3.5
"""A daemon that runs answers within milliseconds, on a busy machine within a second or two."""

_HTTP2_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
_CREDENTIALS = struct.Struct("3i")  # process, user and group of the other end
_DATABASES = {"starfoundry.db": "spacetraders-daemon", "sandbox.db": "spacetraders-daemon --sandbox"}


class DaemonNotThere(Unavailable):
    """No daemon serves at this socket; the message names it."""

    def __init__(self, socket_path: Path, context: str = "") -> None:
        super().__init__(
            f"no daemon answers at {socket_path}" + (f", where context {context} points" if context else "")
        )
        self.next_step = how_to_start(socket_path)


class DaemonSilent(Unavailable):
    """A daemon holds this socket and does not answer; the message says what is known of its process."""

    def __init__(self, socket_path: Path, process: int) -> None:
        who = f"the daemon at {socket_path}" + (f" (process {process})" if process else "")
        self.next_step = "wait, or see logs/daemon.log in its data directory"
        if process and is_stopped(process):
            super().__init__(f"{who} is stopped, as by SIGSTOP or Ctrl-Z, and does not answer")
            self.next_step = f"let it go on: kill -CONT {process}"
        else:
            super().__init__(f"{who} does not answer; it is stuck, or the machine is very busy")


class ChangeUnanswered(InDoubt):
    """A change was sent to a daemon that has fallen silent since."""

    def __init__(self, silent: DaemonSilent) -> None:
        super().__init__(f"{silent.message}; what was sent may still be done")
        self.next_step = f"{silent.next_step}, then see whether it was done before you repeat it"


def require_answer(socket_path: Path, context: str = "") -> None:
    """Raise DaemonNotThere where nobody listens, and DaemonSilent where nobody answers within ANSWER_SECONDS.

    A stopped process still accepts connections, so that a call to it would wait for its whole deadline.
    """
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(ANSWER_SECONDS)
        try:
            probe.connect(str(socket_path))
            probe.sendall(_HTTP2_PREFACE)
            answer = probe.recv(1)
        except (TimeoutError, BlockingIOError):
            raise DaemonSilent(socket_path, _process_behind(probe)) from None
        except (ConnectionError, FileNotFoundError):
            answer = b""
        except OSError:
            return  # such as a path too long for this way: gRPC may know another, or tells it
    if not answer:
        raise DaemonNotThere(socket_path, context)


def is_stopped(process: int) -> bool:
    """Whether the process was stopped by a signal; False where this system does not say."""
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "T"
    return False


def how_to_start(socket_path: Path) -> str:
    """The command that starts the daemon of this socket, as far as its data directory tells which that is."""
    directory = socket_path.parent
    words = "" if directory == default_directory() else f" --data-dir {shlex.quote(str(directory))}"
    if os.environ.get("STARFOUNDRY_DATA_DIR") == str(directory):
        words = ""
    if socket_path.name != SOCKET_FILE:
        words = f" --socket {shlex.quote(str(socket_path))}"
    known = [command + words for file, command in _DATABASES.items() if (directory / file).is_file()]
    if known:
        return f"start it: {', or '.join(known)}"
    return f"start one: spacetraders-daemon{words} (with --sandbox in a local universe), or name its --data-dir"


def _process_behind(connected: socket.socket) -> int:
    """The process that listens at the other end; 0 where this system does not say."""
    with suppress(OSError, AttributeError):
        told = connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        return int(_CREDENTIALS.unpack(told)[0])
    return 0
