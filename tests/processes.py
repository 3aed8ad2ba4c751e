"""Processes that tests start: none of them outlives the test that started it."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol


class NotedProgram(Protocol):
    """What `left_behind` needs of a program."""

    args: Any

    def poll(self) -> int | None:
        """Its exit code; None while it runs."""
        ...

    def kill(self) -> None:
        """Kill it."""
        ...

    def wait(self) -> int:
        """Its exit code, once it has ended."""
        ...


_started: list[NotedProgram] = []


@contextmanager
def running(command: Sequence[str], **options: Any) -> "Iterator[subprocess.Popen[str]]":
    """The program while inside, its output in pipes; killed at the end, however that comes."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    with subprocess.Popen(command, text=True, **pipes) as program:
        try:
            yield program
        finally:
            program.kill()


@contextmanager
def spacetraders(*words: str, **options: Any) -> "Iterator[subprocess.Popen[str]]":
    """The command line with these words, as `running`."""
    with running([sys.executable, "-m", "starfoundry", *words], **options) as program:
        yield program


def first_line(program: "subprocess.Popen[str]") -> str:
    """The first line of its output; raises AssertionError with what it complained of where it ends without one."""
    assert program.stdout is not None
    line = program.stdout.readline()
    if not line:
        complaints = program.stderr.read() if program.stderr is not None else ""
        raise AssertionError(f"it ended with {program.wait()}: {complaints}")
    return line


def keep_account() -> None:
    """Note every process that is started from here on, for `left_behind`."""
    original = subprocess.Popen.__init__

    def noted(self: "subprocess.Popen[Any]", *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        _started.append(self)

    subprocess.Popen.__init__ = noted  # type: ignore[method-assign]


def note(program: NotedProgram) -> None:
    """Note a program that was started in another way."""
    _started.append(program)


@contextmanager
def unnoted() -> Iterator[None]:
    """Processes started inside serve later tests too."""
    before = list(_started)
    yield
    _started[:] = before


def left_behind() -> list[str]:
    """The command lines of noted processes that still run; they are killed, and forgotten."""
    living = [process for process in _started if process.poll() is None]
    for process in living:
        process.kill()
        process.wait()
    _started.clear()
    return [str(process.args) for process in living]
