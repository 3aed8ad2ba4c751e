"""Value types of settings: validation, and conversion from the wire, text or the database and back."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from starfoundry.kernel.errors import FieldProblem, Refused
from starfoundry.kernel.moments import parse_duration
from starfoundry.kernel.supply import SupplyLevel

_GOOD = re.compile(r"[A-Z][A-Z0-9_]{0,63}")

PerGoodValues = tuple[tuple[str, str, Any], ...]
"""Overrides for single goods: (good, setting, value), sorted."""


class Kind(Protocol):
    """The type of a setting's values."""

    @property
    def allowed(self) -> str:
        """The allowed values in words, to follow "must be"."""

    @property
    def json_schema(self) -> Mapping[str, object]:
        """The allowed values as JSON Schema."""

    def read(self, name: str, given: object) -> Any:  # noqa: ANN401  (each kind has a type of its own)
        """The value for `given`, from the wire, the command line or the database. Raises Refused."""

    def parse(self, name: str, text: str) -> Any:  # noqa: ANN401
        """The value for a text of the command line. Raises Refused."""

    def write(self, value: Any) -> object:  # noqa: ANN401
        """The value as JSON; `read` converts it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeNumber:
    """A whole number between two inclusive bounds."""

    minimum: int
    maximum: int
    unit: str

    @property
    def allowed(self) -> str:
        """The bounds and the unit."""
        also = ", or a duration such as 3h" if self.unit == "minutes" else ""
        return f"a whole number of {self.unit} from {self.minimum} to {self.maximum}{also}"

    @property
    def json_schema(self) -> Mapping[str, object]:
        """An integer between the bounds."""
        return {"type": "integer", "minimum": self.minimum, "maximum": self.maximum}

    def read(self, name: str, given: object) -> int:
        """The number. Texts, fractions and booleans are refused."""
        if not isinstance(given, int) or isinstance(given, bool) or not self.minimum <= given <= self.maximum:
            raise Refused.of(name, given, self.allowed)
        return given

    def parse(self, name: str, text: str) -> int:
        """The number in decimal digits, with underscores or commas between groups of three.

        Minutes may also be written as a duration of whole minutes, such as 3h.
        """
        digits = text.strip()
        if self.unit == "minutes" and digits[-1:].isalpha():
            return self._minutes(name, text)
        if not re.fullmatch(r"[+-]?([0-9]{1,18}|[0-9]{1,3}([,_][0-9]{3}){1,5})", digits):
            raise Refused.of(name, text, self.allowed)
        return self.read(name, int(digits.replace(",", "").replace("_", "")))

    def write(self, value: int) -> int:
        """The number itself."""
        return value

    def _minutes(self, name: str, text: str) -> int:
        try:
            minutes, rest = divmod(parse_duration(text), timedelta(minutes=1))
        except Refused:
            raise Refused.of(name, text, self.allowed) from None
        if rest:
            raise Refused.of(name, text, self.allowed)
        return self.read(name, minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A supply level, by name in any letter case."""

    @property
    def allowed(self) -> str:
        """The names, lowest first."""
        return f"one of {', '.join(SupplyLevel.__members__)}"

    @property
    def json_schema(self) -> Mapping[str, object]:
        """One of the names."""
        return {"enum": list(SupplyLevel.__members__)}

    def read(self, name: str, given: object) -> SupplyLevel:
        """The level for a name. Its number is refused, since numbers of levels are easily confused."""
        if isinstance(given, SupplyLevel):
            return given
        if not isinstance(given, str):
            raise Refused.of(name, given, self.allowed)
        return SupplyLevel.parse(given, field=name)

    def parse(self, name: str, text: str) -> SupplyLevel:
        """The level of that name."""
        return self.read(name, text)

    def write(self, value: SupplyLevel) -> str:
        """The level's name."""
        return value.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]

    @property
    def allowed(self) -> str:
        """The words."""
        return f"one of {', '.join(self.words)}"

    @property
    def json_schema(self) -> Mapping[str, object]:
        """One of the words."""
        return {"enum": list(self.words)}

    def read(self, name: str, given: object) -> str:
        """The word, exactly as declared."""
        if given not in self.words:
            raise Refused.of(name, given, self.allowed)
        return str(given)

    def parse(self, name: str, text: str) -> str:
        """The word."""
        return self.read(name, text.strip())

    def write(self, value: str) -> str:
        """The word itself."""
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """A set of goods by symbol, sorted."""

    @property
    def allowed(self) -> str:
        """The form of a list of goods."""
        return "symbols of goods such as FUEL,IRON (an empty text for none)"

    @property
    def json_schema(self) -> Mapping[str, object]:
        """A list of symbols."""
        return {"type": "array", "uniqueItems": True, "items": {"type": "string", "pattern": f"^{_GOOD.pattern}$"}}

    def read(self, name: str, given: object) -> tuple[str, ...]:
        """The goods of a list of symbols in any letter case."""
        if not isinstance(given, list | tuple | set | frozenset):
            raise Refused.of(name, given, self.allowed)
        return tuple(sorted({read_good(name, each) for each in given}))

    def parse(self, name: str, text: str) -> tuple[str, ...]:
        """The goods of a comma-separated text."""
        return self.read(name, [word for word in re.split(r"[,\s]+", text) if word])

    def write(self, value: Iterable[str]) -> list[str]:
        """The symbols, sorted."""
        return list(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class PerGood:
    """Values of some settings for single goods: `{"IRON": {"min_purchase_price": 500}}`."""

    settings: tuple[tuple[str, Kind], ...]

    @property
    def allowed(self) -> str:
        """The form, and the settings that a good may override."""
        names = ", ".join(name for name, _ in self.settings)
        return f"GOOD.SETTING=VALUE, separated by commas, with SETTING one of {names} (an empty text for none)"

    @property
    def json_schema(self) -> Mapping[str, object]:
        """An object of objects."""
        inner = {name: kind.json_schema for name, kind in self.settings}
        one = {"type": "object", "properties": inner, "additionalProperties": False}
        return {"type": "object", "patternProperties": {f"^{_GOOD.pattern}$": one}, "additionalProperties": False}

    def read(self, name: str, given: object) -> PerGoodValues:
        """The overrides from nested JSON, from `GOOD.SETTING` keys, or from PerGoodValues."""
        if isinstance(given, tuple):
            found = [((good, setting), value) for good, setting, value in given]
        elif isinstance(given, Mapping):
            found = list(_flat(name, given, self.allowed))
        else:
            raise Refused.of(name, given, self.allowed)
        kinds = dict(self.settings)
        values: dict[tuple[str, str], Any] = {}
        problems: list[FieldProblem] = []
        for (good, setting), value in found:
            symbol = read_good(name, good)
            field = f"{name}.{symbol}.{setting}"
            if setting not in kinds:
                problems.append(FieldProblem(field=field, given=str(value), allowed=f"one of {', '.join(kinds)}"))
                continue
            try:
                kind = kinds[setting]
                is_text = isinstance(value, str)
                values[symbol, setting] = kind.parse(field, str(value)) if is_text else kind.read(field, value)
            except Refused as error:
                problems += error.fields
        if problems:
            raise Refused("; ".join(f"{one.field} must be {one.allowed}" for one in problems), fields=tuple(problems))
        return tuple((good, setting, value) for (good, setting), value in sorted(values.items()))

    def parse(self, name: str, text: str) -> PerGoodValues:
        """The overrides of a text such as `IRON.min_purchase_price=500,FUEL.acquire_min_start_supply=HIGH`."""
        found: dict[str, str] = {}
        for part in (word for word in re.split(r"[,\s]+", text) if word):
            key, equals, value = part.partition("=")
            if not equals or "." not in key:
                raise Refused.of(name, text, self.allowed)
            found[key] = value
        return self.read(name, found)

    def write(self, value: PerGoodValues) -> dict[str, dict[str, object]]:
        """The nested form."""
        kinds = dict(self.settings)
        nested: dict[str, dict[str, object]] = {}
        for good, setting, one in value:
            nested.setdefault(good, {})[setting] = kinds[setting].write(one)
        return nested


def read_good(name: str, given: object) -> str:
    """A good's symbol in capitals. Raises Refused if it cannot be a symbol."""
    symbol = given.strip().upper() if isinstance(given, str) else ""
    if not _GOOD.fullmatch(symbol):
        raise Refused.of(name, given, "the symbol of a good, such as FUEL")
    return symbol


def _flat(name: str, given: Mapping[Any, Any], allowed: str) -> Iterable[tuple[tuple[str, str], object]]:
    for key, value in given.items():
        if isinstance(value, Mapping):
            yield from (((str(key), str(setting)), one) for setting, one in value.items())
        elif isinstance(key, str) and "." in key:
            good, _, setting = key.partition(".")
            yield (good, setting), value
        else:
            raise Refused.of(name, {key: value}, allowed)
