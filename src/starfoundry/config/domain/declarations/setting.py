"""The declaration of a setting: one declaration defines its rule, default, flag, help and place in `show`."""

import dataclasses
import enum
from dataclasses import dataclass, field
from typing import Any

from starfoundry.config.domain.declarations.value_types import Kind
from starfoundry.kernel.errors import FieldProblem, Refused


class Layer(enum.Enum):
    """The sources of a value, lowest first. The highest layer that has a value is in force."""

    BUILT_IN = "built-in"
    PLAYER = "player"
    PRESET = "preset"
    CONTAINER = "container"


class TakesEffect(enum.Enum):
    """The time at which a running coordinator applies a change of a setting."""

    AT_ONCE = "at once"
    AT_ONCE_OR_DRAINING = "at once; a lower value lets work in flight finish first"
    NEXT_DECISION = "with the next decision to open a pipeline"
    NEXT_TASK = "with the next ship that is sent out"


class Hazard(enum.Enum):
    """The possible damage of a wrong value."""

    HARMLESS = "harmless"
    """It changes only how fast work is done."""

    COSTLY = "costly"
    """It can cause unprofitable trades, or stop profitable ones."""

    DANGEROUS = "dangerous"
    """It protects the last credits, or stops all work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting.

    `name` is the field of the model and of the wire message, `key` its name in `containers.config`. `section` and
    `label` are its place in `config show`. `step_limit` is the factor by which the value may grow in one change
    without a warning. `under_way` describes the effect of a change on running work. `affects_trips` says whether ships
    that are already on a trip are judged by it; they still are while the coordinator ends. `safe_value` is the value
    in force if a stored value cannot be read and no accepted one is known.
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
    affects_trips: bool = False
    safe_value: Any = None


def setting(kind: Kind, *, default: object, takes_effect: TakesEffect, flag: str, key: str = "", **facts: Any) -> Any:  # noqa: ANN401  (what `dataclasses.field` returns is of the field's type)
    """Declare a setting as a field of a dataclass. `key` is given if it differs from the field's name."""
    value = kind.read("default", default)
    lost = kind.read("safe_value", facts.pop("safe_value", value))
    declared = Setting(
        name="", key=key, kind=kind, default=value, takes_effect=takes_effect, flag=flag, safe_value=lost, **facts
    )
    return field(default=value, metadata={Setting: declared})


def settings_of(model: type) -> tuple[Setting, ...]:
    """Every setting that the dataclass `model` declares, in order."""
    declared = [(item.name, item.metadata[Setting]) for item in dataclasses.fields(model)]
    return tuple(dataclasses.replace(one, name=name, key=one.key or name) for name, one in declared)


def refusal(problems: tuple[FieldProblem, ...]) -> Refused:
    """One error for all problems."""
    words = [f"{problem.field} must be {problem.allowed}, was {problem.given!r}" for problem in problems]
    return Refused("; ".join(words), fields=problems)
