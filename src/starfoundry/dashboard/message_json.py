"""Protobuf messages as JSON, whatever the message: a new setting needs no line here."""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from google.protobuf.message import Message

_JSON = "_json"


def plain(message: "Message") -> dict[str, Any]:
    """Every field under its own name; one that holds JSON as what it says, under its name without the ending.

    A message or an optional value that is missing is None.
    """
    told: dict[str, Any] = {}
    for field in message.DESCRIPTOR.fields:
        name, value = field.name, getattr(message, field.name)
        if field.has_presence and not message.HasField(name):
            told[name.removesuffix(_JSON)] = None
        elif name.endswith(_JSON):
            told[name.removesuffix(_JSON)] = _read(value)
        else:
            told[name] = _plain(value)
    return told


def _plain(value: Any) -> Any:  # noqa: ANN401  (a field may hold anything)
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, Iterable) else plain(value)


def _read(text: Any) -> Any:  # noqa: ANN401
    if isinstance(text, Mapping):
        return {key: _read(each) for key, each in text.items()}
    return json.loads(text) if text else None
