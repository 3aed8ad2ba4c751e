"""Protobuf messages as JSON, whatever the message: a new field needs no line here."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from google.protobuf.message import Message

_JSON = "_json"


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonForm:
    """The differences between a message's JSON and its fields. Fields are named as in the contract."""

    order: tuple[str, ...] = ()
    """Fields that come first, in this order."""

    left_out: Collection[str] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    texts: Collection[str] = ()
    """Texts that mean something when they are empty; other empty texts are null."""

    objects: Collection[str] = ()
    """Fields with JSON that are an empty object when they are empty, not null."""

    nulls: Collection[str] = ()
    """Numbers and lists that are null when they are 0 or empty."""

    absent: Collection[str] = ()
    """Fields that are left out when they are empty."""

    known_with: Mapping[str, str] = field(default_factory=dict)
    """Fields that are null unless another field is set."""

    keyed: Mapping[str, str] = field(default_factory=dict)
    """Lists of messages that become an object, by the field of these messages that is its key."""

    decimals: Mapping[str, int] = field(default_factory=dict)


NO_DIFFERENCE = JsonForm()


def plain(message: "Message") -> dict[str, Any]:
    """Every field under its own name; one that holds JSON as what it says, under its name without the ending.

    A message or an optional value that is missing is None.
    """
    return {_key(each.name): _field(message, each, plain) for each in message.DESCRIPTOR.fields}


def message_json(message: "Message", forms: Mapping[str, JsonForm]) -> dict[str, Any]:
    """The same with empty texts as None, and with the differences that `forms` declares by the names of messages."""
    form = forms.get(message.DESCRIPTOR.name, NO_DIFFERENCE)
    fields = message.DESCRIPTOR.fields_by_name
    found: dict[str, Any] = {}
    for name in dict.fromkeys((*form.order, *fields)):
        if name in form.left_out or (name in form.absent and not getattr(message, name)):
            continue
        value = _field(message, fields[name], lambda nested: message_json(nested, forms))
        if name in form.keyed:
            value = by_key(value, form.keyed[name])
        found[form.renamed.get(name, _key(name))] = _shown(message, form, name, value)
    return found


def by_key(found: Iterable[dict[str, Any]], key: str) -> dict[str, dict[str, Any]]:
    """Messages by the value of one of their fields, without that field."""
    return {each.pop(key): each for each in found}


def _shown(message: "Message", form: JsonForm, name: str, value: Any) -> Any:  # noqa: ANN401  (a field may hold anything)
    if name in form.known_with and not getattr(message, form.known_with[name]):
        return None
    if name in form.objects:
        return value or {}
    if name in form.decimals and value is not None:
        return round(value, form.decimals[name] or None)
    is_unknown = (value == "" and name not in form.texts) or (name in form.nulls and not value)
    return None if is_unknown else value


def _key(name: str) -> str:
    return name.removesuffix(_JSON)


def _field(message: "Message", declared: Any, nested: Any) -> Any:  # noqa: ANN401
    name, value = declared.name, getattr(message, declared.name)
    if declared.has_presence and not message.HasField(name):
        return None
    return _read(value) if name.endswith(_JSON) else _value(value, nested)


def _value(value: Any, nested: Any) -> Any:  # noqa: ANN401
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, Mapping):
        return {key: _value(each, nested) for key, each in sorted(value.items())}
    return [_value(each, nested) for each in value] if isinstance(value, Iterable) else nested(value)


def _read(text: Any) -> Any:  # noqa: ANN401
    if isinstance(text, Mapping):
        return {key: _read(each) for key, each in sorted(text.items())}
    return json.loads(text) if text else None
