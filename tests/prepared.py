"""The two programs, and one of a drill, forked from a process that has imported everything: they need not import it.

Most of the time of a short command, and of a daemon's start, goes into imports. What is forked is a process of its own
in every other way: it has its own environment, pipes, signals and exit code. Tests about the start itself use the
installed programs.
"""

import atexit
import gc
import json
import os
import select
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from tests import processes

REQUEST_BYTES_MAX = 1_000_000
_NUMBER_BYTES = 8

_MODULES = {
    "spacetraders": (
        *("grpc", "grpc_status.rpc_status", "google.protobuf.json_format", "json", "rich.table"),
        *("starfoundry.cli.main", "starfoundry.terminal.connection.daemon_client"),
        *("starfoundry.wire.daemon_pb2_grpc", "starfoundry.manufacturing.commands.group"),
        *("starfoundry.config.commands.change_settings", "platformdirs.unix"),
    ),
    "spacetraders-daemon": (
        *("starfoundry.daemon.program", "starfoundry.sandbox.http.in_process", "starfoundry.store.migrations.choices"),
        *("alembic.command", "alembic.config", "alembic.autogenerate", "platformdirs.unix", "tomllib"),
    ),
    "mortal": ("tests.drill.mortal", "alembic.command"),
}
"""What a program imports before it does anything, and the module with its `main`."""

_MAIN = {
    "spacetraders": "starfoundry.cli.main",
    "spacetraders-daemon": "starfoundry.daemon.main",
    "mortal": "tests.drill.mortal",
}


class PreparedProgram:
    """A program that runs, or has ended. Its output is read from `out` and `err`, the read ends of pipes."""

    def __init__(
        self, program: str, words: Sequence[str], environment: Mapping[str, str], begun_by: tuple[str, ...] = ()
    ) -> None:
        self.args = [program, *words]
        self.returncode: int | None = None
        request = json.dumps({"words": self.args, "environment": dict(environment), "directory": os.getcwd()})
        self._out, out = os.pipe()
        self._err, err = os.pipe()
        self._read = {self._out: b"", self._err: b""}
        self._written: tuple[str, str] | None = None
        nothing = os.open(os.devnull, os.O_RDONLY)
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.connect(str(_server(program, begun_by)))
        socket.send_fds(self._connection, [request.encode()], [nothing, out, err])
        for each in (nothing, out, err):
            os.close(each)
        self.pid = self._number()
        processes.note(self)

    def first_line(self) -> str:
        """The first line of its output, without the end of the line; empty where it ends before."""
        while b"\n" not in self._read[self._out]:
            found = os.read(self._out, 65_536)
            if not found:
                break
            self._read[self._out] += found
        line, _, self._read[self._out] = self._read[self._out].partition(b"\n")
        return line.decode()

    def poll(self) -> int | None:
        """Its exit code; None while it runs."""
        if self.returncode is None and select.select([self._connection], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def wait(self) -> int:
        """Its exit code, once it has ended; minus the signal that ended it."""
        if self.returncode is None:
            self.returncode = self._number()
            self._connection.close()
        return self.returncode

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal to a program that runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """`kill -9`."""
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float) -> tuple[str, str]:
        """What else it writes to output and errors until it ends.

        Raises subprocess.TimeoutExpired where nothing comes for `timeout` seconds.
        """
        if self._written is not None:
            return self._written
        with selectors.DefaultSelector() as selector:
            for end in self._read:
                selector.register(end, selectors.EVENT_READ)
            while selector.get_map():
                ready = selector.select(timeout)
                if not ready:
                    raise subprocess.TimeoutExpired(self.args, timeout)
                for key, _events in ready:
                    found = os.read(key.fd, 65_536)
                    self._read[key.fd] += found
                    if not found:
                        selector.unregister(key.fd)
                        os.close(key.fd)
        self._written = self._read[self._out].decode(), self._read[self._err].decode()
        self.wait()
        return self._written

    def _number(self) -> int:
        return int.from_bytes(self._connection.recv(_NUMBER_BYTES), signed=True)


@cache
def _server(program: str, begun_by: tuple[str, ...]) -> Path:
    """The socket of the process that a program is forked from; it ends with the process that asks first.

    `begun_by` begins it: rights and limits that a process hands on to its children are those of the programs too.
    """
    folder = tempfile.TemporaryDirectory(prefix="prepared-")  # of a test's own would be too long a path
    path = Path(folder.name) / "programs.sock"
    with processes.unnoted():
        server = subprocess.Popen(
            [*begun_by, sys.executable, "-m", "tests.prepared", program, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )

    def end() -> None:
        with server:
            server.kill()
        folder.cleanup()

    atexit.register(end)
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n"
    return path


def _serve(program: str, path: str) -> None:
    for name in _MODULES[program]:
        import_module(name)
    with socket.socket(socket.AF_UNIX) as listener, selectors.DefaultSelector() as selector:
        listener.bind(path)
        listener.listen()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        selector.register(listener, selectors.EVENT_READ)
        selector.register(sys.stdin, selectors.EVENT_READ)
        gc.freeze()
        print("ready", flush=True)
        while all(key.fileobj is listener for key, _events in selector.select()):
            connection, _address = listener.accept()
            if os.fork() == 0:
                selector.close()
                listener.close()
                _look_after_one(program, connection)
                os._exit(0)
            connection.close()


def _look_after_one(program: str, connection: socket.socket) -> None:
    """Fork the program, and say which process it is and how it has ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    data, descriptors, _flags, _address = socket.recv_fds(connection, REQUEST_BYTES_MAX, 3)
    child = os.fork()
    if child == 0:
        connection.close()
        for number, descriptor in enumerate(descriptors):
            os.dup2(descriptor, number)
            os.close(descriptor)
        os._exit(_run(program, json.loads(data)))
    for descriptor in (*descriptors, 0, 1, 2):
        os.close(descriptor)
    connection.sendall(child.to_bytes(_NUMBER_BYTES, signed=True))
    _pid, status = os.waitpid(child, 0)
    connection.sendall(os.waitstatus_to_exitcode(status).to_bytes(_NUMBER_BYTES, signed=True))


def _run(program: str, request: dict[str, Any]) -> int:
    os.chdir(request["directory"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = request["words"]
    gc.unfreeze()
    try:
        import_module(_MAIN[program]).main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


if __name__ == "__main__":
    _serve(*sys.argv[1:])
