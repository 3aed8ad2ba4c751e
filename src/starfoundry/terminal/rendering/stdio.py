"""Standard output and standard error, and the error for an answer that could not be written."""

import io
import os
import sys
from typing import TYPE_CHECKING, TextIO

import click

from starfoundry.kernel.errors import StarFoundryError
from starfoundry.terminal.rendering.sanitize import clean_lines, escaped

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

LINES_MAX = 20
"""Lines of a lost answer that are repeated on standard error."""


class OutputLost(StarFoundryError):
    """The answer could not be written; the command itself is done (DATA_LOSS, exit 7)."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the answer could not be printed: {reason}")
        self.reason = reason
        self.is_change = False
        self.answer: object = None
        self.text = ""
        self.next_step = "send the output where it can be written"

    def of(self, answer: object, text: str, *, is_change: bool) -> "OutputLost":
        """The same for this answer in JSON and in text. `is_change` says that it reports a change."""
        self.answer, self.text, self.is_change = answer, text, is_change
        self.next_step = "nothing was changed; send the output where it can be written, and ask again"
        if is_change:
            self.args = (f"done, but the answer could not be printed: {self.reason}",)
            self.message = str(self)
            self.next_step = "do not repeat it: it is done; send the output where it can be written"
        return self

    def lines(self) -> list[str]:
        """The lines that report a change; none for a read, which can be repeated."""
        return self.text.splitlines()[:LINES_MAX] if self.is_change else []


class ReaderGone(Exception):
    """The reader of standard output has closed it, as `head` does when it has enough."""


def emit(text: str, *, is_data: bool = False, err: bool = False) -> None:
    """Print text: the only output function except for pictures with colours of their own.

    Unprintable characters become a space, and in data (JSON, YAML) the equivalent escape.
    """
    click.echo(escaped(text) if is_data else clean_lines(text), err=err)


def say(line: str) -> bool:
    """Print a line if possible; whether it was printed. A server continues without."""
    try:
        emit(line)
    except (OutputLost, ReaderGone):
        return False
    return True


def guard() -> None:
    """Make failing output raise OutputLost or ReaderGone, once, instead of an unrelated error.

    Output to a failing standard error is dropped. Closed standard descriptors are held open, so that no file or socket
    gets their numbers.
    """
    closed = [number for number in range(3) if _is_closed(number)]
    for _number in closed:
        os.open(os.devnull, os.O_RDWR)  # takes the lowest free number
    sys.stdout = _guarded(1, sys.__stdout__, raises=True, is_closed=1 in closed)
    sys.stderr = _guarded(2, sys.__stderr__, raises=False, is_closed=2 in closed)


class _Descriptor(io.FileIO):
    """A standard descriptor: its first failure is raised, and further output is dropped."""

    def __init__(self, number: int, *, raises: bool, is_closed: bool) -> None:
        super().__init__(number, "w", closefd=False)
        self._raises = raises
        self._is_closed = is_closed
        self._is_lost = False

    def write(self, data: "ReadableBuffer", /) -> int:
        """As FileIO's. Raises OutputLost or ReaderGone."""
        size = memoryview(data).nbytes
        if self._is_lost:
            return size
        try:
            if not self._is_closed:
                return super().write(data)
            reason = "standard output is closed"
        except BrokenPipeError:
            reason = ""
        except OSError as error:
            reason = error.strerror or str(error)
        self._is_lost = True
        if not self._raises:
            return size
        raise OutputLost(reason) if reason else ReaderGone


def _guarded(number: int, was: TextIO | None, *, raises: bool, is_closed: bool) -> TextIO:
    raw = _Descriptor(number, raises=raises, is_closed=is_closed)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=was.encoding if was else "utf-8",
        errors="backslashreplace",  # a character an old terminal lacks must not hide that a change was made
        line_buffering=number == 2 or raw.isatty(),
    )


def _is_closed(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return True
    return False
