"""Machine-readable forms of an answer: JSON, YAML and, for lists, CSV."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starfoundry.kernel.errors import Refused

TABLE = "table"
CSV = "csv"
FORMS = (TABLE, "json", "yaml")
LIST_FORMS = (*FORMS, CSV)


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
    """The rows as CSV (see `csv_lines`), with a header of their JSON keys.

    `blank` is an empty row: it gives the keys when there are no rows.
    """
    from starfoundry.terminal.rendering.table_files.csv_lines import (
        csv_lines,
    )  # every command imports this file, few write CSV

    columns = list(dict.fromkeys(key for row in (blank(), *rows) for key in row))
    text = csv_lines([columns, *([row.get(column) for column in columns] for row in rows)])
    return text.removesuffix("\n")  # the caller ends the last line
