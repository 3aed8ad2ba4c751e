"""Detection of a daemon at its socket: listening, answering, or neither, with the next step for each case."""

import os
import shlex
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from starfoundry.kernel.errors import InDoubt, Unavailable
from starfoundry.terminal.local.daemon_location import SOCKET_FILE, default_directory


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTimeouts:
    """The longest silence of a daemon, in seconds.

    A running daemon answers within milliseconds, on a busy machine within a second or two. After `stopped` the system
    is asked whether a signal has stopped it. A call that waits for its answer checks after `check` whether the daemon
    runs, and then each time after twice as long.
    """

    answer: float = 3.5
    stopped: float = 0.5
    check: float = 1.0


USUAL_TIMEOUTS = AnswerTimeouts()


_HTTP2_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
_CREDENTIALS = struct.Struct("3i")  # process, user and group of the other end
_DATABASES = {"starfoundry.db": "spacetraders-daemon", "sandbox.db": "spacetraders-daemon --sandbox"}


class DaemonNotThere(Unavailable):
    """No daemon listens at this socket; the message names it."""

    def __init__(self, socket_path: Path, context: str = "") -> None:
        super().__init__(
            f"no daemon answers at {socket_path}" + (f", where context {context} points" if context else "")
        )
        self.next_step = start_command(socket_path)


class DaemonSilent(Unavailable):
    """A daemon holds this socket and does not answer; the message says what is known of its process."""

    def __init__(self, socket_path: Path, process: int) -> None:
        who = f"the daemon at {socket_path}" + (f" (process {process})" if process else "")
        self.next_step = "wait, or see logs/daemon.log in its data directory"
        if process and is_stopped(process):
            super().__init__(f"{who} is stopped (SIGSTOP or Ctrl-Z) and does not answer")
            self.next_step = f"resume it: kill -CONT {process}"
        else:
            super().__init__(f"{who} does not answer; it is stuck, or the machine is very busy")


class ConnectionCut(Unavailable):
    """The connection ended before the answer came, and the daemon runs: one of the two was too busy for a ping."""

    def __init__(self, socket_path: Path) -> None:
        super().__init__(f"the connection to the daemon at {socket_path} was cut before it answered; the daemon runs")
        self.next_step = "try again in a moment"


class ChangeUnanswered(InDoubt):
    """A change was sent, and its answer does not come: the daemon is silent, or the connection was cut."""

    def __init__(self, failure: DaemonSilent | ConnectionCut) -> None:
        super().__init__(f"{failure.message}; what was sent may still be done")
        waits = "wait a moment" if isinstance(failure, ConnectionCut) else failure.next_step
        self.next_step = f"{waits}, then see whether it was done before you repeat it"


def why_unreached(socket_path: Path, context: str = "", timeouts: AnswerTimeouts = USUAL_TIMEOUTS) -> Unavailable:
    """Why gRPC has not reached the daemon: it does not run, does not answer, or the connection was cut."""
    try:
        require_answer(socket_path, context, timeouts)
    except (DaemonNotThere, DaemonSilent) as failure:
        return failure
    return ConnectionCut(socket_path)


def require_answer(socket_path: Path, context: str = "", timeouts: AnswerTimeouts = USUAL_TIMEOUTS) -> None:
    """Raise DaemonNotThere if no daemon listens, and DaemonSilent if none answers in time.

    A stopped process still accepts connections, so a call to it would otherwise wait for its whole deadline.
    """
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(timeouts.answer)
        try:
            probe.connect(str(socket_path))
            probe.sendall(_HTTP2_PREFACE)
            answer = _first_byte(probe, timeouts)
        except (TimeoutError, BlockingIOError):
            raise DaemonSilent(socket_path, _process_behind(probe)) from None
        except (ConnectionError, FileNotFoundError):
            answer = b""
        except OSError:
            return  # such as a path too long for a plain connect: gRPC may reach it, or reports it
    if not answer:
        raise DaemonNotThere(socket_path, context)


def _first_byte(probe: socket.socket, timeouts: AnswerTimeouts) -> bytes:
    """The first byte of the answer; empty if the other end closed. Raises TimeoutError for none in time."""
    probe.settimeout(timeouts.stopped)
    with suppress(TimeoutError):
        return probe.recv(1)
    if is_stopped(_process_behind(probe)):
        raise TimeoutError
    probe.settimeout(max(0.0, timeouts.answer - timeouts.stopped))
    return probe.recv(1)


def is_stopped(process: int) -> bool:
    """Whether a signal stopped the process; False if the system does not say."""
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "T"
    return False


def start_command(socket_path: Path) -> str:
    """The command that starts the daemon of this socket, as far as its data directory shows which that is."""
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
    """The id of the process at the other end; 0 if the system does not say."""
    with suppress(OSError, AttributeError):
        credentials = connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        return int(_CREDENTIALS.unpack(credentials)[0])
    return 0
