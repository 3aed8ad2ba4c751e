"""Column layout of tables wider than the terminal."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Rows = Sequence[Sequence[str]]

GAP = "  "
INDENT = "  "
"""Precedes the further lines of a row that needs more than one."""

WHOLE = 20
"""A column whose values have at most this many characters is not wrapped: a name, a time or a level is read as one."""

READABLE = 16
"""Text is not wrapped into a narrower column."""

LONG = 32
"""A word with more characters, such as a list without spaces, may be broken after its commas."""

_WORDS = re.compile(r"\S+\s*")
_BETWEEN_COMMAS = re.compile(r"[^,]*,\s*|[^,]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """The cells of a table, and the column widths for each line of a row, by column number."""

    headings: Sequence[str]
    rows: Rows
    lines: Sequence[dict[int, int]]

    @property
    def width(self) -> int:
        """The maximum line length in characters."""
        return max(sum(widths.values()) + len(GAP) * (len(widths) - 1) for widths in self.lines)

    @property
    def height(self) -> int:
        """The number of lines that the rows take, with wrapped text."""
        return sum(
            max(len(_wrapped(row[column], width)) for column, width in widths.items())
            for row in self.rows
            for widths in self.lines
        )


def arrange(headings: Sequence[str], variants: Sequence[Rows], limit: int) -> Arrangement:
    """The table within `limit` columns, using the variant that needs the fewest lines for a row, then for all rows.

    Text is wrapped between words. If that is not enough, a row continues in indented lines. A word is broken only if it
    is longer than a whole line.
    """
    arranged = [
        Arrangement(headings=headings, rows=rows, lines=_lines_of_a_row(headings, rows, limit)) for rows in variants
    ]
    return min(arranged, key=lambda each: (len(each.lines), each.height))


def whole(headings: Sequence[str], rows: Rows) -> Arrangement:
    """The table with every row on one line of any length."""
    widths = [_widest([heading, *cells]) for heading, cells in _columns(headings, rows)]
    return Arrangement(headings=headings, rows=rows, lines=[dict(enumerate(widths))])


def drawn(arrangement: Arrangement, *, to_the_right: Sequence[bool], unknown: str) -> Iterator[str]:
    """The table's lines: headings, a rule, rows.

    `to_the_right` marks the columns of numbers; a continuation line with nothing but `unknown` is left out.
    """
    first, *further = arrangement.lines
    yield from _drawn_row(arrangement.headings, arrangement.lines, to_the_right)
    yield GAP.join("-" * width for width in first.values())
    for row in arrangement.rows:
        known = [widths for widths in further if any(row[column] != unknown for column in widths)]
        yield from _drawn_row(row, [first, *known], to_the_right)


def _drawn_row(cells: Sequence[str], lines: Sequence[dict[int, int]], to_the_right: Sequence[bool]) -> Iterator[str]:
    for number, widths in enumerate(lines):
        wrapped = [_wrapped(cells[column], width) for column, width in widths.items()]
        for parts in itertools.zip_longest(*wrapped, fillvalue=""):
            placed = [
                f"{part:>{width}}" if to_the_right[column] else f"{part:<{width}}"
                for part, (column, width) in zip(parts, widths.items(), strict=True)
            ]
            yield f"{INDENT if number else ''}{GAP.join(placed)}".rstrip()


def _lines_of_a_row(headings: Sequence[str], rows: Rows, limit: int) -> list[dict[int, int]]:
    columns = _columns(headings, rows)
    least = [_least_width(heading, cells, limit) for heading, cells in columns]
    lines: list[list[int]] = [[]]
    for column, width in enumerate(least):
        room = limit - (len(INDENT) if len(lines) > 1 else 0)
        if lines[-1] and sum(least[each] + len(GAP) for each in lines[-1]) + width > room:
            lines.append([])
        lines[-1].append(column)
    return [
        _fitted({each: columns[each] for each in line}, least, limit - (len(INDENT) if number else 0))
        for number, line in enumerate(lines)
    ]


def _fitted(columns: dict[int, tuple[str, Sequence[str]]], least: Sequence[int], room: int) -> dict[int, int]:
    """The column widths on one line: first headings are wrapped, then the widest texts."""
    widths = {number: _widest([heading, *cells]) for number, (heading, cells) in columns.items()}
    for floors in ({number: max(least[number], _widest(cells)) for number, (_head, cells) in columns.items()}, least):
        while sum(widths.values()) + len(GAP) * (len(widths) - 1) > room:
            wide = [number for number, width in widths.items() if width > floors[number]]
            if not wide:
                break
            widths[max(wide, key=widths.__getitem__)] -= 1
    return widths


def _least_width(heading: str, cells: Sequence[str], limit: int) -> int:
    """The width below which words would be broken or text becomes hard to read."""
    widest = _widest(cells)
    words = max((len(word) for cell in cells for word in _words(cell)), default=0)
    head = max((len(word) for word in heading.split()), default=0)
    texts = widest if widest <= WHOLE else max(words, READABLE)
    return max(1, min(max(head, texts), limit - len(INDENT)))


def _words(cell: str) -> list[str]:
    """The parts that should not be broken."""
    return [
        part.rstrip()
        for word in _WORDS.findall(cell)
        for part in (_BETWEEN_COMMAS.findall(word) if len(word) > LONG else [word])
    ]


def _wrapped(cell: str, width: int) -> list[str]:
    """The text in lines of at most `width` characters."""
    if len(cell) <= width:
        return [cell]
    lines = [""]
    for part in _parts(cell, width):
        if lines[-1] and len(lines[-1]) + len(part.rstrip()) > width:
            lines.append("")
        lines[-1] += part
    return [line.rstrip() for line in lines]


def _parts(cell: str, width: int) -> Iterator[str]:
    """The units put on lines: words with the space after them, longer ones cut after commas, or anywhere."""
    for word in _WORDS.findall(cell):
        for part in _BETWEEN_COMMAS.findall(word) if len(word.rstrip()) > width else [word]:
            if len(part.rstrip()) <= width:
                yield part
            else:
                yield from (part[at : at + width] for at in range(0, len(part), width))


def _columns(headings: Sequence[str], rows: Rows) -> list[tuple[str, Sequence[str]]]:
    return [(heading, [row[number] for row in rows]) for number, heading in enumerate(headings)]


def _widest(cells: Sequence[str]) -> int:
    return max(map(len, cells), default=0)
