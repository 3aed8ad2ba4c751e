"""Plain text for people: tables, facts, amounts and ages. Foreign text is stripped of what could steer a terminal."""

import itertools
import re
import shutil
import sys
from collections.abc import Sequence

Cell = str | int | float | None

UNKNOWN = "—"
"""Shown for what is not known; never 0."""

_NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?%?")
_GAP = "  "
_NARROWEST = 8  # a column is not made narrower than this


def clean(text: str) -> str:
    """The text without control characters, so that a name from the game cannot move the cursor or set colours."""
    return "".join(character if character.isprintable() else " " for character in text)


def show(cell: Cell) -> str:
    """One value as people read it: whole numbers in groups of three, the unknown as a dash."""
    match cell:
        case None | "":
            return UNKNOWN
        case int():
            return f"{cell:,}"
        case float():
            return f"{cell:,.1f}"
        case _:
            return clean(cell)


def table(headings: Sequence[str], rows: Sequence[Sequence[Cell]], *, empty: str = "nothing yet") -> str:
    """Aligned columns under their headings, numbers to the right; `empty` stands for no rows at all.

    On a terminal that is too narrow the widest texts go on in further lines, but never the first column: it names the
    row, and people copy it. Into a pipe every row is one line.
    """
    if not rows:
        return empty
    shown = [[show(cell) for cell in row] for row in rows]
    widths = [max(len(line[column]) for line in [list(headings), *shown]) for column in range(len(headings))]
    to_the_right = [_is_numeric([row[column] for row in shown]) for column in range(len(headings))]
    if (limit := _terminal_width()) is not None:
        columns = [" ".join(column) for column in zip(headings, *shown, strict=True)]
        widths = _fitted(widths, limit, fixed=[True, *to_the_right[1:]], texts=columns)
    lines = [list(headings), ["-" * width for width in widths], *shown]
    return "\n".join(_line(part, widths, to_the_right) for line in lines for part in _broken(line, widths))


def facts(pairs: Sequence[tuple[str, Cell]]) -> str:
    """Names and values in two columns; on a terminal a long value goes on below itself."""
    column = max((len(name) for name, _value in pairs), default=0) + 1 + len(_GAP)
    lines = [f"{name + ':':<{column}}{show(value)}" for name, value in pairs]
    limit = _terminal_width()
    if limit is None or limit < column + _NARROWEST:
        return "\n".join(lines)
    return "\n".join(line if len(line) <= limit else on_terminal(line, hanging=" " * column) for line in lines)


def wrapped(text: str, *, indent: str = "", hanging: str = "") -> str:
    """A text in lines that fit a terminal, or a hundred columns where there is none; no word is broken.

    Every line begins with `indent`, each after the first with `hanging` besides.
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
    """A text in lines that fit a terminal; in a pipe, where a program may look for it, it is one line."""
    if _terminal_width() is None:
        return f"{indent}{clean(text)}"
    return wrapped(text, indent=indent, hanging=hanging)


def money(amount: int, *, signed: bool = False) -> str:
    """Credits, such as 175,000 or, signed, +1,200."""
    return f"{amount:+,}" if signed else f"{amount:,}"


def age(seconds: float | None) -> str:
    """A span in its largest fitting unit: 12 s, 4 min, 3.5 h, 2.1 d."""
    if seconds is None:
        return UNKNOWN
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    if seconds < 48 * 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 86400:.1f} d"


def moment(text: str) -> str:
    """An RFC 3339 time as a reader wants it: to the second, without the T; the zone is always UTC."""
    return clean(text[:19].replace("T", " ")) if text else UNKNOWN


def _is_numeric(cells: Sequence[str]) -> bool:
    known = [cell for cell in cells if cell != UNKNOWN]
    return bool(known) and all(_NUMBER.fullmatch(cell) for cell in known)


def _terminal_width() -> int | None:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _fitted(widths: Sequence[int], limit: int, *, fixed: Sequence[bool], texts: Sequence[str]) -> list[int]:
    """The widths, with the widest texts made narrower until the line fits or nothing more can give.

    Where breaks between words are not enough names are broken at their hyphens, and last of all anywhere.
    """
    fitted = list(widths)
    whole, parts = ([max(map(len, re.split(at, text))) for text in texts] for at in (" ", "[ -]"))
    for least in (whole, [part + 1 for part in parts], [0] * len(texts)):
        narrowest = [max(_NARROWEST, each) for each in least]
        while sum(fitted) + len(_GAP) * (len(fitted) - 1) > limit:
            candidates = [place for place, width in enumerate(fitted) if not fixed[place] and width > narrowest[place]]
            if not candidates:
                break
            fitted[max(candidates, key=fitted.__getitem__)] -= 1
    return fitted


def _broken(cells: Sequence[str], widths: Sequence[int]) -> list[list[str]]:
    """A row in as many lines as its longest text needs."""
    if all(len(cell) <= width for cell, width in zip(cells, widths, strict=True)):
        return [list(cells)]
    columns = [_lines(cell, width) for cell, width in zip(cells, widths, strict=True)]
    return [list(part) for part in itertools.zip_longest(*columns, fillvalue="")]


def _lines(cell: str, width: int) -> list[str]:
    import textwrap

    is_too_long = any(len(word) > width for word in cell.split())
    return textwrap.wrap(cell, width, break_on_hyphens=is_too_long) or [""]


def _line(cells: Sequence[str], widths: Sequence[int], to_the_right: Sequence[bool]) -> str:
    placed = [
        f"{cell:>{width}}" if right else f"{cell:<{width}}"
        for cell, width, right in zip(cells, widths, to_the_right, strict=True)
    ]
    return _GAP.join(placed).rstrip()
