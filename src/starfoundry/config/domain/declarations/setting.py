"""How a setting is declared: one declaration gives its rule, default, flag, help and place in `show`."""

import dataclasses
import enum
from dataclasses import dataclass, field
from typing import Any

from starfoundry.config.domain.declarations.value_types import Kind
from starfoundry.kernel.errors import FieldProblem, Refused


class Layer(enum.Enum):
    """Where a value may come from, lowest first; the highest that has one is in force."""

    BUILT_IN = "built-in"
    PLAYER = "player"
    PRESET = "preset"
    CONTAINER = "container"


class TakesEffect(enum.Enum):
    """When a change of a setting is felt by a coordinator that runs."""

    AT_ONCE = "at once"
    AT_ONCE_OR_DRAINING = "at once; a lower value lets work in flight finish first"
    NEXT_DECISION = "with the next decision to open a pipeline"
    NEXT_TASK = "with the next ship that is sent out"


class Hazard(enum.Enum):
    """What a wrong value can do."""

    HARMLESS = "harmless"
    """It changes how fast work is done."""

    COSTLY = "costly"
    """It can make trades that lose credits, or stop those that earn them."""

    DANGEROUS = "dangerous"
    """It guards the last credits, or stops all work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting.

    `name` is the field of the model and of the wire message, `key` its name in `containers.config`. `section` and
    `label` are its place in `config show`. `step_limit` is how many times the value may grow or shrink in one change
    without a warning.
    `under_way` says what a change does to work that is under way, `trips_feel` whether ships that are out already are
    judged by it, as they still are while the coordinator ends. `when_lost` is what holds when a stored value
    cannot be read and no accepted one is known.
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
    under_way: str
    flag: str
    layers: tuple[Layer, ...] = (Layer.PLAYER, Layer.PRESET, Layer.CONTAINER)
    hazard: Hazard = Hazard.COSTLY
    step_limit: int | None = None
    since: str = "0.1"
    trips_feel: bool = False
    when_lost: Any = None


def setting(kind: Kind, *, default: object, takes_effect: TakesEffect, flag: str, key: str = "", **facts: Any) -> Any:  # noqa: ANN401  (what `dataclasses.field` returns is of the field's type)
    """Declare a setting as a field of a dataclass. `key` is given where it is not the field's name."""
    value = kind.read("default", default)
    lost = kind.read("when_lost", facts.pop("when_lost", value))
    declared = Setting(
        name="", key=key, kind=kind, default=value, takes_effect=takes_effect, flag=flag, when_lost=lost, **facts
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
