"""The settings of the original design, in the order of its wire message, and the rule that links them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from starfoundry.config.domain.declarations.setting import Hazard, TakesEffect, setting
from starfoundry.config.domain.declarations.value_types import Choice, Level, WholeNumber
from starfoundry.kernel.errors import FieldProblem
from starfoundry.kernel.supply import SupplyLevel

PREFER_BUY = "prefer-buy"
PREFER_FABRICATE = "prefer-fabricate"
SMART = "smart"

_PIPELINES = "Pipeline Settings"
_COLLECTION = "Collection Thresholds (COLLECT_SELL tasks)"
_ACQUISITION = "Acquisition Thresholds (ACQUIRE_DELIVER tasks)"
_OTHER = "Other Settings"

PRICE = WholeNumber(minimum=0, maximum=2_000_000_000, unit="credits")

START_AND_EXECUTE = (
    ("collect_min_start_supply", "collect_min_execute_supply"),
    ("acquire_min_start_supply", "acquire_min_execute_supply"),
    ("trade_min_start_supply", "trade_min_execute_supply"),
)
"""In each pair the first level must be at least the second.

Otherwise ships fly out only to be turned back on arrival.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreSettings:
    """Capacity, supply levels, minimum price and strategy."""

    max_pipelines: int = setting(
        WholeNumber(minimum=0, maximum=100, unit="pipelines"),
        default=3,
        step_limit=4,
        hazard=Hazard.COSTLY,
        takes_effect=TakesEffect.AT_ONCE_OR_DRAINING,
        section=_PIPELINES,
        label="Max Pipelines",
        flag="--max-pipelines",
        short_help="Maximum concurrent pipelines",
        long_help="The maximum number of open fabrication pipelines. Collection pipelines are not counted. "
        "With 0 no new one is opened.",
        under_way="Trips in progress are finished. Above a lower value, the newest pipelines start no more trips, "
        "and each ends when its last trip has ended.",
    )
    max_workers: int = setting(
        WholeNumber(minimum=1, maximum=1000, unit="workers"),
        default=5,
        step_limit=4,
        hazard=Hazard.HARMLESS,
        takes_effect=TakesEffect.AT_ONCE_OR_DRAINING,
        section=_PIPELINES,
        label="Max Workers",
        flag="--max-workers",
        short_help="Maximum concurrent workers",
        long_help="The maximum number of ships that work on tasks at the same time.",
        under_way="A lower value recalls no ship: each finishes its trip, and is sent out again when fewer ships work.",
    )
    collect_min_start_supply: SupplyLevel = setting(
        Level(),
        default="ABUNDANT",
        takes_effect=TakesEffect.AT_ONCE,
        section=_COLLECTION,
        label="Min Start Supply",
        flag="--collect-start-supply",
        short_help="Min supply to START collect tasks",
        long_help="The minimum supply of a factory's output at which a ship is sent to collect it.",
        under_way="A new level applies at once to factories and waiting tasks; ships already sent continue.",
    )
    collect_min_execute_supply: SupplyLevel = setting(
        Level(),
        default="HIGH",
        takes_effect=TakesEffect.AT_ONCE,
        section=_COLLECTION,
        label="Min Execute Supply",
        flag="--collect-execute-supply",
        short_help="Min supply to EXECUTE collect tasks",
        long_help="The minimum supply of a factory's output at which a ship that has arrived buys it. It is checked "
        "before every purchase.",
        under_way="Ships already sent use the newest level when they arrive; goods already bought are sold.",
        affects_trips=True,
    )
    acquire_min_start_supply: SupplyLevel = setting(
        Level(),
        default="MODERATE",
        takes_effect=TakesEffect.AT_ONCE,
        section=_ACQUISITION,
        label="Min Start Supply",
        flag="--acquire-start-supply",
        short_help="Min supply to START acquire tasks",
        long_help="The minimum supply of an input at its source at which a ship is sent to buy it. "
        "LIMITED causes a warning, and SCARCE is refused, because an almost empty market is too expensive.",
        under_way="A new level applies at once to waiting tasks; ships already sent continue.",
    )
    acquire_min_execute_supply: SupplyLevel = setting(
        Level(),
        default="LIMITED",
        takes_effect=TakesEffect.AT_ONCE,
        section=_ACQUISITION,
        label="Min Execute Supply",
        flag="--acquire-execute-supply",
        short_help="Min supply to EXECUTE acquire tasks",
        long_help="The minimum supply of an input at its source at which a ship that has arrived buys it. It is "
        "checked before every purchase.",
        under_way="Ships already sent use the newest level when they arrive; goods already bought are sold.",
        affects_trips=True,
    )
    min_purchase_price: int = setting(
        PRICE,
        key="min_price",
        flag="--min-price",
        default=1000,
        takes_effect=TakesEffect.NEXT_DECISION,
        section=_OTHER,
        label="Min Purchase Price",
        short_help="Minimum price a market must pay for a product",
        long_help="A product is made only if a market pays at least this many credits per unit.",
        under_way="Open pipelines continue to their end, whatever their market pays.",
    )
    strategy: str = setting(
        Choice(words=(PREFER_BUY, PREFER_FABRICATE, SMART)),
        flag="--strategy",
        default=PREFER_FABRICATE,
        takes_effect=TakesEffect.NEXT_DECISION,
        section=_OTHER,
        label="Strategy",
        short_help="Whether inputs are bought or made",
        long_help="prefer-buy buys an input if any market sells it; prefer-fabricate makes it unless it is plentiful; "
        "smart makes it only when it is scarce.",
        under_way="Open pipelines keep their inputs as planned, bought or made.",
    )


def pair_problems(levels: Mapping[str, object], prefix: str) -> Iterator[FieldProblem]:
    """The problems of level pairs, naming both settings and both values; `prefix` precedes the names."""
    for start_name, execute_name in START_AND_EXECUTE:
        start, execute = levels[start_name], levels[execute_name]
        if isinstance(start, SupplyLevel) and isinstance(execute, SupplyLevel) and start < execute:
            low, high = f"{prefix}{start_name}", f"{prefix}{execute_name}"
            yield FieldProblem(field=low, given=start.name, allowed=f"at or above {high} ({execute.name})")
            yield FieldProblem(field=high, given=execute.name, allowed=f"at or below {low} ({start.name})")
