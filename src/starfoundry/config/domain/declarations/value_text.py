"""Text form of values and changes, as the command line accepts and prints them."""

import json
from collections.abc import Mapping
from typing import Any

NONE = "(none)"
"""The text of an empty list."""

SAFE = "the daemon runs with --safe-configuration, on built-in defaults"
"""The reason that no stored value is in force under `--safe-configuration`."""

SAFE_NOTICE = "The daemon runs with --safe-configuration: built-in defaults are in force, not what is stored."


def as_text(value: object) -> str:
    """A value in the form that `config set NAME=VALUE` accepts.

    A stored value that no setting accepts is shown as JSON.
    """
    if isinstance(value, dict) and all(isinstance(each, dict) for each in value.values()):
        return ",".join(f"{good}.{name}={one}" for good, values in value.items() for name, one in values.items())
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ",".join(value)
    return value if isinstance(value, str) else json.dumps(value)


def change_text(pair: Mapping[str, Any]) -> str:
    """The text of one change."""
    before, after = _cell(pair["before"]), _cell(pair["after"])
    if pair.get("how") == "discarded":
        return f"{before} discarded"
    if before != after:
        return f"{before} -> {after}"
    stays = {"unset": f"unset, still {after}", "own": f"explicit override, still {after}"}
    return stays.get(pair.get("how", ""), f"pinned at {after}")


def _cell(value: object) -> str:
    return "(not set)" if value is None else as_text(value) or NONE
