"""Machine-readable forms of an answer: JSON, YAML and, for lists, CSV."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starfoundry.kernel.errors import Refused

TABLE = "table"
CSV = "csv"
FORMS = (TABLE, "json", "yaml")
LIST_FORMS = (*FORMS, CSV)

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Characters that begin a formula in a spreadsheet (the last four are the full-width signs)."""


def require_form(form: str, *, of_list: bool, where: str = "here: csv is for commands that list something") -> None:
    """Raise Refused for a form the answer does not have, before anything is done."""
    if form == CSV and not of_list:
        raise Refused.of("output", CSV, f"one of {', '.join(FORMS)} {where}")


def as_text(form: str, value: object) -> str:
    """The value as JSON or YAML, without a final line break."""
    if form == "yaml":
        import yaml

        return str(yaml.safe_dump(value, sort_keys=False, allow_unicode=True)).rstrip()
    import json

    return json.dumps(value, indent=2, ensure_ascii=False)


def as_csv(rows: Sequence[Mapping[str, Any]], blank: Callable[[], Mapping[str, Any]]) -> str:
    """The rows as RFC 4180 CSV, with a header of their JSON keys.

    `blank` is an empty row: it gives the keys when there are no rows. Unknown values are empty, nested ones are JSON. A
    text that a spreadsheet would take for a formula begins with an apostrophe; a number never does.
    """
    import csv
    import io

    columns = list(dict.fromkeys(key for row in (blank(), *rows) for key in row))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([cell(row.get(column)) for column in columns] for row in rows)
    return text.getvalue().removesuffix("\n")  # the caller ends the last line


def cell(value: object) -> str:
    """One value as a cell of CSV."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case str():
            from starfoundry.terminal.rendering.render import (
                clean,  # only CSV needs it, and every command imports this file
            )

            text = "\n".join(map(clean, value.split("\n")))
            return f"'{text}" if text.lstrip().startswith(_FORMULA_STARTS) or value.startswith(("\t", "\r")) else text
        case _:
            import json

            return json.dumps(value, ensure_ascii=False)
