"""Values and changes in the words of the command line, the same wherever people read them."""

from collections.abc import Mapping
from typing import Any

NONE = "(none)"
"""How people read a list that is empty."""


def as_text(value: object) -> str:
    """A value as `config set NAME=VALUE` takes it."""
    if isinstance(value, dict):
        pairs = [f"{good}.{name}={one}" for good, values in value.items() for name, one in values.items()]
        return ",".join(pairs)
    return ",".join(value) if isinstance(value, list) else str(value)


def change_text(pair: Mapping[str, Any]) -> str:
    """One change for people."""
    before, after = _cell(pair["before"]), _cell(pair["after"])
    if pair.get("how") == "discarded":
        return f"{before} discarded"
    if before != after:
        return f"{before} -> {after}"
    stays = {"unset": f"unset, still {after}", "own": f"its own value, still {after}"}
    return stays.get(pair.get("how", ""), f"pinned at {after}")


def _cell(value: object) -> str:
    return "(not set)" if value is None else as_text(value) or NONE
