"""Lenient decoding of JSON by its expected shape: an invalid element is left out and reported.

The rules, for every shape: an invalid element of a list or of a map is left out, a field with a default falls back to
it, null is an empty list, and an object without a required field is itself invalid.
"""

import json
import math
import re
import types
from collections.abc import Mapping
from functools import cache
from typing import Any, NoReturn, TypeVar, Union, get_args, get_origin

import msgspec

from starfoundry.game.decoding.flaws import Flaw, quoted
from starfoundry.game.decoding.shapes import NAMING_FIELDS, UNIMPORTANT_FIELDS, Shape

S = TypeVar("S")

FLAWS_MAX = 20
"""The maximum number of flaws reported for one answer; the others are counted."""

_DIGITS_MAX = 30  # longer whole numbers are out of every range, and slow to parse exactly


class InvalidValue(ValueError):
    """An invalid value. `path` leads to it from the innermost element that it invalidates."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path} {problem}".strip())
        self.path = path
        self.problem = problem

    def below(self, name: str) -> "InvalidValue":
        """The same error, with its path from the enclosing object."""
        return InvalidValue(f"{name}.{self.path}" if self.path else name, self.problem)


def read_leniently(shape: Any, body: bytes, flaws: list[Flaw]) -> Any:  # noqa: ANN401  (a type expression)
    """The value of `shape` in a JSON text; what is left out of it is added to `flaws`.

    Raises Odd when a required value is invalid, other ValueErrors and RecursionError when it is not JSON.
    """
    value = json.loads(body, parse_int=_whole, parse_constant=_no_number)
    found: list[Flaw] = []
    read = _read(shape, value, found, matters=True)
    flaws += found[:FLAWS_MAX]
    if len(found) > FLAWS_MAX:
        matters = any(flaw.matters for flaw in found[FLAWS_MAX:])
        flaws.append(Flaw(element="", reason=f"{len(found) - FLAWS_MAX} more parts left out", matters=matters))
    return read


def _whole(digits: str) -> float:
    return int(digits) if len(digits) <= _DIGITS_MAX else math.copysign(math.inf, -1 if digits[0] == "-" else 1)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON")


def _read(wanted: Any, value: Any, flaws: list[Flaw], *, matters: bool) -> Any:  # noqa: ANN401
    if wanted is msgspec.Raw:
        return msgspec.Raw(msgspec.json.encode(value))
    kind = get_origin(wanted) or wanted
    if kind in (Union, types.UnionType):
        if value is None:
            return None
        (wanted,) = (each for each in get_args(wanted) if each is not type(None))
        return _read(wanted, value, flaws, matters=matters)
    if kind is list:
        return _list(get_args(wanted)[0], value, flaws, matters=matters)
    if kind is dict:
        return _map(wanted, value, flaws)
    if isinstance(kind, type) and issubclass(kind, Shape):
        return _object(wanted, kind, value, flaws, matters=matters)
    return _fitting(wanted, value)


def _list(wanted: Any, value: Any, flaws: list[Flaw], *, matters: bool) -> list[Any]:  # noqa: ANN401
    if value is None:
        return []
    if not isinstance(value, list):
        raise InvalidValue("", f"is {quoted(value)}, not a list")
    items = []
    for number, item in enumerate(value, start=1):
        try:
            items.append(_read(wanted, item, flaws, matters=matters))
        except InvalidValue as odd:
            flaws.append(Flaw(element=label(wanted, item, number), reason=str(odd), matters=matters))
    return items


def _map(wanted: Any, value: Any, flaws: list[Flaw]) -> dict[str, Any]:  # noqa: ANN401
    """A map without invalid entries: half a recipe would be a wrong one."""
    if not isinstance(value, dict):
        raise InvalidValue("", f"is {quoted(value)}, not an object")
    names, values = get_args(wanted)
    entries = {}
    for name, item in value.items():
        try:
            entries[_fitting(names, name)] = _fitting(values, [] if item is None else item)
        except InvalidValue as odd:
            flaws.append(Flaw(element=f"recipe of {quoted(name)[1:-1]}", reason=str(odd)))
    return entries


def _object(wanted: Any, kind: type[Shape], value: Any, flaws: list[Flaw], *, matters: bool) -> Shape:  # noqa: ANN401
    if not isinstance(value, Mapping):
        raise InvalidValue("", f"is {quoted(value)}, not an object")
    known = {}
    for field in _fields(wanted):
        if field.encode_name not in value:
            if field.required:
                raise InvalidValue(field.encode_name, "is missing")
            continue
        if value[field.encode_name] is None and not field.required:
            continue  # null is the same as a missing field
        counts = matters and field.encode_name not in UNIMPORTANT_FIELDS
        try:
            known[field.name] = _read(field.type, value[field.encode_name], flaws, matters=counts)
        except InvalidValue as odd:
            if field.required:
                raise odd.below(field.encode_name) from None
            element = f"{field.encode_name} of {label(kind, value, 0)}" if _name(value) else field.encode_name
            flaws.append(Flaw(element=element, reason=str(odd), matters=counts))
    try:
        return kind(**known)
    except (ValueError, ArithmeticError) as error:
        raise InvalidValue("", str(error)) from None


def _fitting(wanted: Any, value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, str) and not _is_text(value):
        raise InvalidValue("", "is not text that can be stored")
    try:
        return msgspec.convert(value, wanted)
    except (msgspec.ValidationError, ValueError, ArithmeticError) as error:
        rule = str(error).partition(" - at ")[0].replace("`", "")
        raise InvalidValue("", f"is {quoted(value)} ({rule[:1].lower()}{rule[1:]})") from None


def _is_text(value: str) -> bool:
    """Whether databases and messages can hold it: no half of a surrogate pair, no NUL."""
    return not any(each == "\0" or 0xD800 <= ord(each) <= 0xDFFF for each in value)


@cache
def _fields(shape: Any) -> tuple[msgspec.structs.FieldInfo, ...]:  # noqa: ANN401
    return msgspec.structs.fields(shape)


def label(kind: Any, value: Any, number: int) -> str:  # noqa: ANN401
    """The name of an element: its noun, and its symbol or else its number in the list."""
    noun = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", getattr(kind, "__name__", "part")).lower()
    name = _name(value)
    return f"{noun} {quoted(name)[1:-1]}" if name else f"{noun} number {number}"


def _name(value: Any) -> str:  # noqa: ANN401
    """The name an object contains; empty if it has none, or is no object."""
    names = [value.get(field) for field in NAMING_FIELDS] if isinstance(value, dict) else []
    return next((name for name in names if isinstance(name, str) and name), "")
