"""The two programs as a user has them: real processes, one data directory, nothing known of their inside."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.patience import DEADLINE_SECONDS
from tests.prepared import PreparedProgram

BIN = Path(sys.executable).parent
PATIENCE_SECONDS = DEADLINE_SECONDS


@dataclass(frozen=True)
class Ended:
    """How a program ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What was written for a machine: on stdout, or of an error on stderr."""
        return json.loads(self.out if self.code == 0 else self.err)


class Program:
    """A program that goes on running, started and stopped by a test."""

    def __init__(self, process: "subprocess.Popen[str] | PreparedProgram") -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid

    def first_line(self) -> str:
        """The first line it writes; what it wrote on stderr where it ends without one."""
        if isinstance(self._process, PreparedProgram):
            line = self._process.first_line()
        else:
            assert self._process.stdout is not None
            line = self._process.stdout.readline().strip()
        if not line:
            ended = self.wait()
            raise AssertionError(f"it ended with {ended.code}: {ended.err}")
        return line

    def kill(self) -> None:
        """`kill -9`: no chance to tidy up."""
        self._end(signal.SIGKILL)

    def stop(self) -> Ended:
        """SIGTERM, and how it ended."""
        return self._end(signal.SIGTERM)

    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def wait(self) -> Ended:
        """How it ends by itself."""
        out, err = self._process.communicate(timeout=PATIENCE_SECONDS)
        return Ended(self._process.wait(), out, err)

    def _end(self, number: signal.Signals) -> Ended:
        if self.is_running():
            self._process.send_signal(number)
        return self.wait()


@dataclass
class Workplace:
    """A user's terminal: a data directory, and the programs, each begun by way of `through` if that is given.

    Other programs are forked from one that has imported everything (tests/prepared.py), itself begun by way of
    `forked_through`.
    """

    data_dir: Path
    through: tuple[str, ...] = ()
    forked_through: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    started: list[Program] = field(default_factory=list)

    def start(self, program: str, *words: str) -> Program:
        """One of the two programs, left running."""
        if self._is_prepared():
            return self._keep(Program(self._forked(program, words)))
        return self.begin([*self.through, str(BIN / program), *words])

    def begin(self, arguments: list[str]) -> Program:
        """Any command, left running."""
        pipe = subprocess.PIPE
        process = subprocess.Popen(arguments, stdout=pipe, stderr=pipe, text=True, env=self._environment())
        return self._keep(Program(process))

    def start_daemon(self, *arguments: str) -> Program:
        """`spacetraders-daemon`, serving."""
        daemon = self.start("spacetraders-daemon", *arguments)
        assert daemon.first_line() == f"ready {self.data_dir / 'daemon.sock'}"
        return daemon

    def start_deaf_daemon(self, *arguments: str) -> Program:
        """`spacetraders-daemon` whose standard output cannot be written to; it serves some time after."""
        shell = ["bash", "-c", 'exec "$0" "$@" > /dev/full']
        return self.begin([*shell, str(BIN / "spacetraders-daemon"), *arguments])

    def start_sandbox(self, *arguments: str) -> dict[str, str]:
        """`spacetraders sandbox serve`, serving; what it says of itself."""
        announcement: dict[str, str] = json.loads(
            self.start("spacetraders", "sandbox", "serve", *arguments).first_line()
        )
        return announcement

    def start_dashboard(self, *arguments: str) -> tuple[Program, str]:
        """`spacetraders dashboard`, serving, on a free port unless told; and its address."""
        page = self.start("spacetraders", "dashboard", *(arguments or ("--port", "0")))
        return page, page.first_line().removeprefix("the page is at ")

    def run_daemon(self, *arguments: str) -> Ended:
        """`spacetraders-daemon` that is expected to end by itself."""
        return self._run("spacetraders-daemon", *arguments)

    def cli(self, *words: str) -> Ended:
        """`spacetraders`, as a person calls it."""
        return self._run("spacetraders", *words)

    def ask(self, *words: str) -> Any:
        """`spacetraders … --output json` that must succeed; its answer."""
        ended = self.cli(*words, "--output", "json")
        assert ended.code == 0, ended.err
        return ended.json

    def close(self) -> None:
        """End whatever this workplace started."""
        for program in self.started:
            program.kill()

    def _keep(self, program: Program) -> Program:
        self.started.append(program)
        return program

    def _run(self, program: str, *words: str) -> Ended:
        if self._is_prepared():
            return Program(self._forked(program, words)).wait()
        done = subprocess.run(
            [*self.through, str(BIN / program), *words],
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            env=self._environment(),
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def _forked(self, program: str, words: tuple[str, ...]) -> PreparedProgram:
        return PreparedProgram(program, words, self._environment(), self.forked_through)

    def _is_prepared(self) -> bool:
        """Whether a program can be forked: what changes the interpreter needs one of its own."""
        return not self.through and not any(name.startswith("PYTHON") for name in self.environment)

    def _environment(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("STARFOUNDRY_")}
        return {**ours, "STARFOUNDRY_DATA_DIR": str(self.data_dir), **self.environment}
