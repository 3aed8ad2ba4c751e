"""How a setting is declared: one declaration gives its rule, default, flag, help and place in `show`."""

import dataclasses
import enum
from dataclasses import dataclass, field
from typing import Any, Protocol

from starfoundry.kernel.errors import FieldProblem, Refused
from starfoundry.kernel.supply import SupplyLevel


class TakesEffect(enum.Enum):
    """When a change of a setting is felt by a coordinator that runs."""

    AT_ONCE = "at once"
    AT_ONCE_OR_DRAINING = "at once; a lower value lets work in flight finish first"
    NEXT_DECISION = "with the next decision to open a pipeline"


class Kind(Protocol):
    """What values a setting takes."""

    @property
    def allowed(self) -> str:
        """The values in words, to follow "must be"."""

    def read(self, name: str, given: object) -> Any:  # noqa: ANN401  (each kind has a type of its own)
        """The value that `given` stands for, from the wire, the command line or the database; raises Refused."""

    def write(self, value: Any) -> int | str:  # noqa: ANN401
        """The value as JSON and the wire know it; `read` gives it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeNumber:
    """A whole number between two bounds, both included."""

    minimum: int
    maximum: int
    unit: str

    @property
    def allowed(self) -> str:
        """The bounds and the unit."""
        return f"a whole number of {self.unit} from {self.minimum} to {self.maximum}"

    def read(self, name: str, given: object) -> int:
        """The number; texts, fractions and truth values are not numbers here."""
        if not isinstance(given, int) or isinstance(given, bool) or not self.minimum <= given <= self.maximum:
            raise Refused.of(name, given, self.allowed)
        return given

    def write(self, value: int) -> int:
        """The number itself."""
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A supply level, by name in any letter case."""

    @property
    def allowed(self) -> str:
        """The names, lowest first."""
        return f"one of {', '.join(SupplyLevel.__members__)}"

    def read(self, name: str, given: object) -> SupplyLevel:
        """The level; its number is not accepted, since nobody remembers which is which."""
        if isinstance(given, SupplyLevel):
            return given
        if not isinstance(given, str):
            raise Refused.of(name, given, self.allowed)
        return SupplyLevel.parse(given, field=name)

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

    def read(self, name: str, given: object) -> str:
        """The word, exactly as declared."""
        if given not in self.words:
            raise Refused.of(name, given, self.allowed)
        return str(given)

    def write(self, value: str) -> str:
        """The word itself."""
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting.

    `name` is the field of the model and of the wire message, `key` its name in `containers.config`. A setting without a
    `flag` is shown but not changed by `config set`. `section` and `label` are its place in `config show`.
    """

    name: str
    key: str
    kind: Kind
    default: Any
    takes_effect: TakesEffect
    section: str
    label: str
    short_help: str
    long_help: str
    flag: str | None


def setting(
    kind: Kind,
    *,
    default: object,
    takes_effect: TakesEffect,
    section: str,
    label: str,
    short_help: str,
    long_help: str,
    flag: str | None = None,
    key: str = "",
) -> Any:  # noqa: ANN401  (what `dataclasses.field` returns is of the field's type)
    """Declare a setting as a field of a dataclass. `key` is given where it is not the field's name."""
    value = kind.read("default", default)
    declared = Setting(
        name="",
        key=key,
        kind=kind,
        default=value,
        takes_effect=takes_effect,
        section=section,
        label=label,
        short_help=short_help,
        long_help=long_help,
        flag=flag,
    )
    return field(default=value, metadata={Setting: declared})


def settings_of(model: type) -> tuple[Setting, ...]:
    """Every setting that the dataclass `model` declares, in its order."""
    declared = [(item.name, item.metadata[Setting]) for item in dataclasses.fields(model)]
    return tuple(dataclasses.replace(one, name=name, key=one.key or name) for name, one in declared)


def refusal(problems: tuple[FieldProblem, ...]) -> Refused:
    """One refusal for every problem at once."""
    words = [f"{problem.field} must be {problem.allowed}, was {problem.given!r}" for problem in problems]
    return Refused("; ".join(words), fields=problems)
