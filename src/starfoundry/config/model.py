"""The live settings of a manufacturing coordinator, as one immutable value that is valid once built."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from starfoundry.config.schema import Choice, Level, Setting, TakesEffect, WholeNumber, refusal, setting, settings_of
from starfoundry.kernel.errors import FieldProblem, Refused, StarFoundryError
from starfoundry.kernel.ids import Revision
from starfoundry.kernel.supply import SupplyLevel

COORDINATOR = "manufacturing_coordinator"
"""The type of the containers that have these settings."""

PREFER_BUY = "prefer-buy"
PREFER_FABRICATE = "prefer-fabricate"
SMART = "smart"

_PIPELINES = "Pipeline Settings"
_COLLECTION = "Collection Thresholds (COLLECT_SELL tasks)"
_ACQUISITION = "Acquisition Thresholds (ACQUIRE_DELIVER tasks)"
_OTHER = "Other Settings"

START_AND_EXECUTE = (
    ("collect_min_start_supply", "collect_min_execute_supply"),
    ("acquire_min_start_supply", "acquire_min_execute_supply"),
)
"""In each pair the first level must be at least the second: else ships fly out to be turned back on arrival."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManufacturingConfig:
    """What an operator may change while the coordinator runs. Update methods return new values.

    Building one with a value out of its range, or with a start level below its execute level, raises Refused.
    """

    max_pipelines: int = setting(
        WholeNumber(minimum=0, maximum=100, unit="pipelines"),
        default=3,
        takes_effect=TakesEffect.AT_ONCE_OR_DRAINING,
        section=_PIPELINES,
        label="Max Pipelines",
        flag="--max-pipelines",
        short_help="Maximum concurrent pipelines",
        long_help="How many fabrication pipelines may be open at a time. Collection pipelines are not counted. "
        "With 0 no new one is opened. A lower value never ends a pipeline: those above it finish and are not followed.",
    )
    max_workers: int = setting(
        WholeNumber(minimum=1, maximum=1000, unit="workers"),
        default=5,
        takes_effect=TakesEffect.AT_ONCE_OR_DRAINING,
        section=_PIPELINES,
        label="Max Workers",
        flag="--max-workers",
        short_help="Maximum concurrent workers",
        long_help="How many ships may work on tasks at a time. A lower value calls no ship back: each ends its trip.",
    )
    collect_min_start_supply: SupplyLevel = setting(
        Level(),
        default="ABUNDANT",
        takes_effect=TakesEffect.AT_ONCE,
        section=_COLLECTION,
        label="Min Start Supply",
        flag="--collect-start-supply",
        short_help="Min supply to START collect tasks",
        long_help="The least supply of a factory's output for a ship to be sent to collect it. Factories and waiting "
        "tasks are judged by a new level at once; ships already on their way fly on.",
    )
    collect_min_execute_supply: SupplyLevel = setting(
        Level(),
        default="HIGH",
        takes_effect=TakesEffect.AT_ONCE,
        section=_COLLECTION,
        label="Min Execute Supply",
        flag="--collect-execute-supply",
        short_help="Min supply to EXECUTE collect tasks",
        long_help="The least supply of a factory's output for a ship that has arrived to buy it, looked at again "
        "before every purchase. Ships that are on their way are judged by the newest level when they arrive.",
    )
    acquire_min_start_supply: SupplyLevel = setting(
        Level(),
        default="MODERATE",
        takes_effect=TakesEffect.AT_ONCE,
        section=_ACQUISITION,
        label="Min Start Supply",
        flag="--acquire-start-supply",
        short_help="Min supply to START acquire tasks",
        long_help="The least supply of an input at its source for a ship to be sent to buy it. Waiting tasks are "
        "judged by a new level at once; ships already on their way fly on.",
    )
    acquire_min_execute_supply: SupplyLevel = setting(
        Level(),
        default="LIMITED",
        takes_effect=TakesEffect.AT_ONCE,
        section=_ACQUISITION,
        label="Min Execute Supply",
        flag="--acquire-execute-supply",
        short_help="Min supply to EXECUTE acquire tasks",
        long_help="The least supply of an input at its source for a ship that has arrived to buy it, looked at again "
        "before every purchase. Ships that are on their way are judged by the newest level when they arrive.",
    )
    min_purchase_price: int = setting(
        WholeNumber(minimum=0, maximum=2_000_000_000, unit="credits"),
        key="min_price",
        default=1000,
        takes_effect=TakesEffect.NEXT_DECISION,
        section=_OTHER,
        label="Min Purchase Price",
        short_help="Least price a market must pay for a product",
        long_help="A product is made only for a market that pays at least so many credits for a unit of it.",
    )
    strategy: str = setting(
        Choice(words=(PREFER_BUY, PREFER_FABRICATE, SMART)),
        default=PREFER_FABRICATE,
        takes_effect=TakesEffect.NEXT_DECISION,
        section=_OTHER,
        label="Strategy",
        short_help="Whether inputs are bought or made",
        long_help="prefer-buy buys an input wherever a market sells it; prefer-fabricate makes it unless it is "
        "plentiful; smart makes it only when it is short.",
    )

    def __post_init__(self) -> None:
        """Hold every value against its declaration and every pair against its rule, and name all that is wrong."""
        problems = tuple(_problems(self))
        if problems:
            raise refusal(problems)

    @classmethod
    def from_map(cls, stored: Mapping[str, object]) -> Self:
        """The settings in a container's stored config, defaults where a key is missing; other keys are ignored.

        Raises UnreadableConfig naming every setting that is there and cannot be used.
        """
        values = read_stored(stored)
        try:
            return cls(**values)
        except Refused as error:
            raise UnreadableConfig(error.fields) from error

    def to_map(self) -> dict[str, object]:
        """Every setting under its stored key, as JSON knows it."""
        return {one.key: one.kind.write(getattr(self, one.name)) for one in SETTINGS}

    def with_max_pipelines(self, max_pipelines: int) -> Self:
        """These settings with another pipeline capacity."""
        return replace(self, max_pipelines=max_pipelines)

    def with_max_workers(self, max_workers: int) -> Self:
        """These settings with another number of workers."""
        return replace(self, max_workers=max_workers)

    def with_collect_supply_thresholds(self, start: SupplyLevel, execute: SupplyLevel) -> Self:
        """These settings with other levels for collecting."""
        return replace(self, collect_min_start_supply=start, collect_min_execute_supply=execute)

    def with_acquire_supply_thresholds(self, start: SupplyLevel, execute: SupplyLevel) -> Self:
        """These settings with other levels for acquiring."""
        return replace(self, acquire_min_start_supply=start, acquire_min_execute_supply=execute)


SETTINGS: tuple[Setting, ...] = settings_of(ManufacturingConfig)
"""Every setting, in the order of the wire message."""


class UnreadableConfig(StarFoundryError):
    """A stored setting that this version cannot use. Setting that one anew repairs it."""

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        words = "; ".join(f"{one.field} must be {one.allowed}, was {one.given!r}" for one in problems)
        super().__init__(
            f"the stored configuration cannot be used: {words}; put it right with `manufacturing config set`",
            fields=problems,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """Settings, and the number of the change that made them."""

    config: ManufacturingConfig
    revision: Revision


@dataclass(frozen=True, slots=True)
class ConfigChange:
    """What someone wants to be different: values by setting name, as given, and only those that were given."""

    values: Mapping[str, object]


def read_stored(stored: Mapping[str, object], *, leaving_out: Container[str] = ()) -> dict[str, Any]:
    """The settings in a stored config by name, each held against its own declaration alone.

    Those in `leaving_out` are not looked at. Raises UnreadableConfig naming every one that cannot be used.
    """
    values: dict[str, Any] = {}
    problems: list[FieldProblem] = []
    for one in SETTINGS:
        if one.name in leaving_out:
            continue
        try:
            values[one.name] = one.kind.read(one.name, stored.get(one.key, one.default))
        except Refused as error:
            problems += error.fields
    if problems:
        raise UnreadableConfig(tuple(problems))
    return values


def _problems(config: ManufacturingConfig) -> Iterator[FieldProblem]:
    for one in SETTINGS:
        try:
            one.kind.read(one.name, getattr(config, one.name))
        except Refused as error:
            yield from error.fields
    for start_name, execute_name in START_AND_EXECUTE:
        start, execute = getattr(config, start_name), getattr(config, execute_name)
        if isinstance(start, SupplyLevel) and isinstance(execute, SupplyLevel) and start < execute:
            yield FieldProblem(
                field=start_name, given=start.name, allowed=f"at or above {execute_name} ({execute.name})"
            )
            yield FieldProblem(
                field=execute_name, given=execute.name, allowed=f"at or below {start_name} ({start.name})"
            )
