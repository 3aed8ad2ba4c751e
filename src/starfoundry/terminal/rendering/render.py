"""Text output for people: tables, facts, amounts and ages. Control characters in external text are removed."""

import re
import sys
from collections.abc import Sequence

from starfoundry.terminal.rendering import table_layout
from starfoundry.terminal.rendering.sanitize import one_line

Cell = str | int | float | None

UNKNOWN = "—"
"""Shown for an unknown value; never 0."""

_NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?%?")
_GAP = "  "
_NARROWEST = 8  # values of facts are not wrapped into a narrower column
_COMMAND = re.compile(r"\bspacetraders [^`,;()]*$")
_YEAR = re.compile(r"^\d{4}-(?=\d\d-\d\d \d\d:\d\d\b)")


def clean(text: str) -> str:
    """The text without control characters, so that a name from the game cannot move the cursor or set colours."""
    return one_line(text)


def show(cell: Cell) -> str:
    """One value for people: whole numbers in groups of three, unknown as a dash."""
    match cell:
        case None | "":
            return UNKNOWN
        case bool():
            return "yes" if cell else "no"
        case int():
            return f"{cell:,}"
        case float():
            return f"{cell:,.1f}"
        case _:
            return clean(cell)


def table(headings: Sequence[str], rows: Sequence[Sequence[Cell]], *, empty: str = "nothing yet") -> str:
    """Aligned columns under their headings, numbers to the right; `empty` replaces a table without rows.

    On a terminal that is too narrow, text is wrapped, times lose their year, and a row continues in indented lines; no
    word is broken. In a pipe every row is one line.
    """
    if not rows:
        return empty
    shown = [[show(cell) for cell in row] for row in rows]
    to_the_right = [_is_numeric([row[column] for row in shown]) for column in range(len(headings))]
    arrangement = table_layout.whole(headings, shown)
    limit = _terminal_width()
    if limit is not None and arrangement.width > limit:
        without_year = [[_YEAR.sub("", cell) for cell in row] for row in shown]
        arrangement = table_layout.arrange(headings, [shown, without_year], limit)
    return "\n".join(table_layout.drawn(arrangement, to_the_right=to_the_right, unknown=UNKNOWN))


def facts(pairs: Sequence[tuple[str, Cell]]) -> str:
    """Names and values in two columns; on a terminal a long value is wrapped."""
    indent = max((len(name) for name, _value in pairs), default=0) + 1 + len(_GAP)
    lines = [f"{name + ':':<{indent}}{show(value)}" for name, value in pairs]
    limit = _terminal_width()
    if limit is None or limit < indent + _NARROWEST:
        return "\n".join(lines)
    return "\n".join(line if len(line) <= limit else on_terminal(line, hanging=" " * indent) for line in lines)


def fits(line: str) -> bool:
    """Whether a line fits the terminal; in a pipe every line does."""
    limit = _terminal_width()
    return limit is None or len(line) <= limit


def wrapped(text: str, *, indent: str = "", hanging: str = "") -> str:
    """The text in lines that fit the terminal, or a hundred columns without one; no word is broken.

    Every line begins with `indent`, each after the first also with `hanging`.
    """
    import textwrap

    return textwrap.fill(
        clean(text),
        _terminal_width() or 100,
        initial_indent=indent,
        subsequent_indent=indent + hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def on_terminal(text: str, *, indent: str = "", hanging: str = "") -> str:
    """The text in lines that fit a terminal; in a pipe, for programs that search it, one line."""
    if _terminal_width() is None:
        return f"{indent}{clean(text)}"
    return wrapped(text, indent=indent, hanging=hanging)


def command(line: str, *, indent: str = "") -> str:
    """A command to paste as a whole: on a narrow terminal with line continuations for the shell."""
    limit = _terminal_width()
    if limit is None or len(indent) + len(line) <= limit:
        return f"{indent}{clean(line)}"
    import textwrap

    hanging = f"{indent}  "
    lines = textwrap.wrap(
        clean(line),
        limit - 2,
        initial_indent=indent,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return " \\\n".join(lines)


def advice(line: str, *, indent: str = "") -> str:
    """A line of advice that may end in a command; if both do not fit, the command follows on lines of its own."""
    if fits(indent + line):
        return f"{indent}{clean(line)}"
    begins = _COMMAND.search(line)
    if begins is None:
        return on_terminal(line, indent=indent, hanging="  ")
    lines = [on_terminal(line[: begins.start()].rstrip(), indent=indent, hanging="  ")] if begins.start() else []
    return "\n".join([*lines, command(line[begins.start() :], indent=f"{indent}  ")])


def folded(text: str) -> str:
    """The text with each line that is wider than the terminal folded, further lines indented; as it is in a pipe."""
    return "\n".join(
        line if fits(line) else advice(line.lstrip(" "), indent=line[: len(line) - len(line.lstrip(" "))])
        for line in text.split("\n")
    )


def money(amount: int, *, signed: bool = False) -> str:
    """Credits, such as 175,000 or, signed, +1,200."""
    return f"{amount:+,}" if signed else f"{amount:,}"


def counted(number: float, noun: str) -> str:
    """A number with its noun, such as 1 hour, 1.5 hours, 12,000 deals."""
    shown = f"{number:,}" if isinstance(number, int) else f"{number:g}"
    return f"{shown} {noun}" if number == 1 else f"{shown} {noun}s"


def age(seconds: float | None) -> str:
    """A duration in its largest fitting unit: 12 s, 4 min, 3.5 h, 2.1 d."""
    if seconds is None:
        return UNKNOWN
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    if seconds < 48 * 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 86400:.1f} d"


def with_halt(status: str, halted: str) -> str:
    """A container's status, with a halt of its calls; `halted` names what is halted, empty for nothing."""
    if not halted:
        return status
    return f"{status}, HALTED" if halted == "container" else f"{status}, HALTED ({halted})"


def moment(text: str) -> str:
    """An RFC 3339 time for people: to the second, without the T, in UTC."""
    return clean(text[:19].replace("T", " ")) if text else UNKNOWN


def _is_numeric(cells: Sequence[str]) -> bool:
    known = [cell for cell in cells if cell != UNKNOWN]
    return bool(known) and all(_NUMBER.fullmatch(cell) for cell in known)


def _terminal_width() -> int | None:
    if not sys.stdout.isatty():
        return None
    import shutil  # importing it loads all compression modules

    return shutil.get_terminal_size().columns
