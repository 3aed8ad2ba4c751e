"""Values and changes in the words of the command line, the same wherever people read them."""

from collections.abc import Mapping
from typing import Any


def as_text(value: object) -> str:
    """A value as `config set NAME=VALUE` takes it."""
    if isinstance(value, dict):
        pairs = [f"{good}.{name}={one}" for good, values in value.items() for name, one in values.items()]
        return ",".join(pairs)
    return ",".join(value) if isinstance(value, list) else str(value)


def change_text(pair: Mapping[str, Any]) -> str:
    """One change for people."""
    before, after = _cell(pair["before"]), _cell(pair["after"])
    if before != after:
        return f"{before} -> {after}"
    return f"pinned at {after}" if pair.get("how", "pinned") == "pinned" else f"unset, still {after}"


def _cell(value: object) -> str:
    return "(not set)" if value is None else as_text(value) or "(none)"
