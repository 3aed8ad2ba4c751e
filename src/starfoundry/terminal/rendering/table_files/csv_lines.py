"""Lines of CSV as every command and the page write them: no text in them is calculated by a spreadsheet."""

import csv
import io
import json
from collections.abc import Iterable

from starfoundry.terminal.rendering.sanitize import one_line

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Characters that begin a formula in a spreadsheet (the last four are the full-width signs)."""


def csv_lines(rows: Iterable[Iterable[object]]) -> str:
    """The rows as RFC 4180 CSV.

    Unknown values are empty, nested ones are JSON. A text that a spreadsheet would take for a formula begins with an
    apostrophe; a number never does.
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([_cell(value) for value in row] for row in rows)  # noqa: TID251
    return text.getvalue()


def _cell(value: object) -> object:
    """The value as `csv` writes it: it can do numbers, and None is empty."""
    match value:
        case str():
            return _text(value)
        case bool():
            return "true" if value else "false"
        case None | int() | float():
            return value
        case _:
            return _text(json.dumps(value, ensure_ascii=False))


def _text(value: str) -> str:
    if value[:1].isalnum() and value.isprintable():
        return value  # nearly all are, and tables are long
    text = "\n".join(map(one_line, value.split("\n")))
    return f"'{text}" if text.lstrip().startswith(_FORMULA_STARTS) or value.startswith(("\t", "\r")) else text
