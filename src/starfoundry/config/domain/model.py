"""The live settings of a manufacturing coordinator: one immutable value that is always valid."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Self

from starfoundry.config.domain.declarations.core_settings import PRICE, START_AND_EXECUTE, CoreSettings, pair_problems
from starfoundry.config.domain.declarations.setting import Hazard, Setting, TakesEffect, refusal, setting, settings_of
from starfoundry.config.domain.declarations.value_types import Goods, Level, PerGood, PerGoodValues, WholeNumber
from starfoundry.kernel.errors import FieldProblem, Refused, StarFoundryError
from starfoundry.kernel.ids import Revision
from starfoundry.kernel.supply import SupplyLevel

COORDINATOR = "manufacturing_coordinator"
"""The type of the containers that have these settings."""

_TRADES = "Trade Lanes (TRADE tasks)"
_GUARDS = "Guards"
_GOODS = "Single Goods"

CREDITS_MAX = 2**53 - 1
"""The largest integer that every JSON reader keeps exact."""

_FOR_A_GOOD = (
    ("collect_min_start_supply", Level()),
    ("collect_min_execute_supply", Level()),
    ("acquire_min_start_supply", Level()),
    ("acquire_min_execute_supply", Level()),
    ("trade_min_start_supply", Level()),
    ("trade_min_execute_supply", Level()),
    ("min_purchase_price", PRICE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManufacturingConfig(CoreSettings):
    """The settings that an operator may change while the coordinator runs. Update methods return new values.

    Raises Refused for a value out of range, or a start level below its execute level.
    """

    min_balance: int = setting(
        WholeNumber(minimum=0, maximum=CREDITS_MAX, unit="credits"),
        default=0,
        safe_value=CREDITS_MAX,
        takes_effect=TakesEffect.AT_ONCE,
        hazard=Hazard.DANGEROUS,
        section=_GUARDS,
        label="Min Balance",
        flag="--min-balance",
        short_help="Credits never spent on goods",
        long_help="Every purchase leaves at least this many credits (and a small amount for fuel).",
        under_way="It is checked before each purchase, also by ships already sent; goods already bought are sold as "
        "planned.",
        affects_trips=True,
    )
    chain_stop_loss: int = setting(
        WholeNumber(minimum=0, maximum=CREDITS_MAX, unit="credits"),
        default=250_000,
        takes_effect=TakesEffect.AT_ONCE,
        section=_GUARDS,
        label="Chain Stop-loss",
        flag="--chain-stop-loss",
        short_help="Loss at which feeding a chain stops",
        long_help="A fabrication whose completed trips have lost more than this in total gets no further inputs. Its "
        "output is still collected if that is profitable.",
        under_way="Ships already sent finish their trip.",
    )
    max_api_share: int = setting(
        WholeNumber(minimum=1, maximum=100, unit="percent"),
        default=100,
        takes_effect=TakesEffect.NEXT_TASK,
        hazard=Hazard.HARMLESS,
        section=_GUARDS,
        label="Max API Share",
        flag="--max-api-share",
        short_help="Share of the request budget above which no ship is sent",
        long_help="While the daemon has used more than this share of the last minute's request budget, no further ship "
        "is sent to trade or to scout.",
        under_way="Ships already sent continue.",
    )
    market_max_age: int = setting(
        WholeNumber(minimum=1, maximum=10_080, unit="minutes"),
        default=180,
        takes_effect=TakesEffect.AT_ONCE,
        section=_GUARDS,
        label="Market Max Age",
        flag="--market-max-age",
        short_help="Maximum age of the prices used",
        long_help="No trip starts and no chain is opened with prices older than this.",
        under_way="Ships already sent read the market when they arrive.",
    )
    blocked_goods: tuple[str, ...] = setting(
        Goods(),
        default=(),
        takes_effect=TakesEffect.AT_ONCE,
        section=_GOODS,
        label="Blocked Goods",
        flag="--blocked-goods",
        short_help="Goods that are never bought",
        long_help="No chain is opened for such a good, and none of it is bought as an input.",
        under_way="Ships that arrive to buy it leave without it. Cargo already aboard is sold.",
        affects_trips=True,
    )
    good_overrides: PerGoodValues = setting(
        PerGood(settings=_FOR_A_GOOD),
        default=(),
        takes_effect=TakesEffect.AT_ONCE,
        section=_GOODS,
        label="Good Overrides",
        flag="--good-overrides",
        short_help="Supply levels and prices for single goods",
        long_help="Replaces supply levels and the minimum price for single goods; the same rules apply. A new value "
        "replaces the whole list.",
        under_way="Work in progress is affected as by the setting that is replaced.",
        affects_trips=True,
    )
    trade_max_ships: int = setting(
        WholeNumber(minimum=0, maximum=1000, unit="ships"),
        default=1000,
        takes_effect=TakesEffect.AT_ONCE_OR_DRAINING,
        hazard=Hazard.HARMLESS,
        section=_TRADES,
        label="Max Ships",
        flag="--trade-max-ships",
        short_help="Maximum concurrent ships on TRADE tasks",
        long_help="The maximum number of ships that trade: they carry goods between any two markets where that is most "
        "profitable. They count as workers, too. With 0 the fleet works only for its pipelines.",
        under_way="A lower value recalls no ship: each finishes its trip.",
    )
    trade_min_start_supply: SupplyLevel = setting(
        Level(),
        default="MODERATE",
        takes_effect=TakesEffect.AT_ONCE,
        section=_TRADES,
        label="Min Start Supply",
        flag="--trade-start-supply",
        short_help="Min supply to START trade tasks",
        long_help="The minimum supply of a good at its source at which a ship is sent to buy it for a trade.",
        under_way="Ships already sent continue.",
    )
    trade_min_execute_supply: SupplyLevel = setting(
        Level(),
        default="LIMITED",
        takes_effect=TakesEffect.AT_ONCE,
        section=_TRADES,
        label="Min Execute Supply",
        flag="--trade-execute-supply",
        short_help="Min supply to EXECUTE trade tasks",
        long_help="The minimum supply of a good at its source at which a ship that has arrived buys it for a trade. It "
        "is checked before every purchase.",
        under_way="Ships already sent use the newest level when they arrive; goods already bought are sold.",
        affects_trips=True,
    )
    trade_min_margin: int = setting(
        WholeNumber(minimum=0, maximum=1000, unit="percent"),
        default=40,
        takes_effect=TakesEffect.AT_ONCE,
        section=_TRADES,
        label="Min Margin",
        flag="--trade-min-margin",
        short_help="Minimum margin of each purchase of a trade",
        long_help="A trade continues to buy only while the next units sell for at least this many percent more than "
        "they cost. The value of an input to a factory that lacks it is included. A higher value leaves more stock in "
        "the markets for later trips.",
        under_way="Ships already sent use the newest value when they arrive; goods already bought are sold.",
        affects_trips=True,
    )

    def __post_init__(self) -> None:
        """Validate every value and every pair; raises Refused naming all problems."""
        problems = tuple(_problems(self))
        if problems:
            raise refusal(problems)

    @classmethod
    def from_map(cls, stored: Mapping[str, object]) -> Self:
        """The settings in a container's stored config, with defaults for missing keys; other keys are ignored.

        Raises UnreadableConfig naming every stored setting that cannot be used.
        """
        values: dict[str, Any] = {}
        problems: list[FieldProblem] = []
        for one in SETTINGS:
            try:
                values[one.name] = one.kind.read(one.name, stored.get(one.key, one.default))
            except Refused as error:
                problems += error.fields
        if problems:
            raise UnreadableConfig(tuple(problems))
        try:
            return cls(**values)
        except Refused as error:
            raise UnreadableConfig(error.fields) from error

    def by_name(self) -> dict[str, object]:
        """All values as they are written, by the names that operators use."""
        return {one.name: one.kind.write(getattr(self, one.name)) for one in SETTINGS}

    def to_map(self) -> dict[str, object]:
        """Every setting under its stored key, as JSON."""
        return {one.key: one.kind.write(getattr(self, one.name)) for one in SETTINGS}

    def for_good(self, good: str) -> "ManufacturingConfig":
        """These settings with the overrides for one good applied."""
        return _for_good(self, good) if self.good_overrides else self

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
    """A stored setting that this version cannot use. Setting a new value repairs it."""

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        words = "; ".join(f"{one.field} must be {one.allowed}, was {one.given!r}" for one in problems)
        super().__init__(
            f"the stored configuration cannot be used: {words}; repair it with `manufacturing config set`",
            fields=problems,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """Settings and their revision."""

    config: ManufacturingConfig
    revision: Revision


@lru_cache(maxsize=1024)
def _for_good(config: ManufacturingConfig, good: str) -> ManufacturingConfig:
    values = {name: value for other, name, value in config.good_overrides if other == good}
    return replace(config, good_overrides=(), **values) if values else config


def _problems(config: ManufacturingConfig) -> Iterator[FieldProblem]:
    for one in SETTINGS:
        try:
            one.kind.read(one.name, getattr(config, one.name))
        except Refused as error:
            yield from error.fields
    yield from pair_problems({name: getattr(config, name) for pair in START_AND_EXECUTE for name in pair}, "")
    if isinstance(config.good_overrides, tuple):
        for good in dict.fromkeys(good for good, _, _ in config.good_overrides):
            own = {name: value for other, name, value in config.good_overrides if other == good}
            levels = {name: own.get(name, getattr(config, name)) for pair in START_AND_EXECUTE for name in pair}
            if levels.keys() & own.keys():
                yield from pair_problems(levels, f"good_overrides.{good}.")
