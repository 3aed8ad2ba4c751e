"""Days of a trading fleet in the sandbox, read as players read them: what its traded world is measured by.

Each fleet stands for one whose figures are known. The *recorder* is the one that recorded X1-FB5: few ships that buy
while a product is HIGH and bring inputs to whatever factory is short. The *careful* one sells inputs only where they
are nearly SCARCE, so that their rates do not climb.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cache

from starfoundry.kernel.supply import Activity, SupplyLevel, TradeKind
from starfoundry.sandbox.catalogue.goods import RAW
from tests.sandbox.traders import FRIGATE, HAULER, HOURS, PARAMETERS, Fleet, Habit, Interval, System

EXPORT, IMPORT, EXCHANGE = TradeKind.EXPORT, TradeKind.IMPORT, TradeKind.EXCHANGE
SEEDS = range(1, 6)
HARD_SEEDS = range(1, 6)
LIGHT = "light"
USUAL = "usual"
RECORDER = "recorder"
CAREFUL = "careful"
FLEETS = {
    LIGHT: ([FRIGATE, HAULER], Habit(buys_from=4.0, buys_inputs_from=2.0, sells_up_to=-1.0)),
    USUAL: ([FRIGATE, HAULER, HAULER], Habit(buys_from=4.0, buys_inputs_from=-1.45, sells_up_to=1.0)),
    RECORDER: ([FRIGATE, HAULER], Habit(buys_from=2.0, buys_inputs_from=-4.0, sells_up_to=-1.0)),
    CAREFUL: ([FRIGATE, HAULER], Habit(buys_from=3.5, buys_inputs_from=-1.45, sells_up_to=-4.0)),
}
HARD = [FRIGATE, *[HAULER] * 11]


@dataclass
class Day:
    """What was read hourly in a fleet's first day: stocks, levels, activities and prices.

    `quotes` and `bids` are by good; `changes` are the asks and levels of a good at a market, kept as recordings keep
    them: where the level differs from the reading before.
    """

    fills: dict[tuple[TradeKind, Activity | None], list[float]] = field(default_factory=lambda: defaultdict(list))
    activities: dict[int, Counter[Activity]] = field(default_factory=lambda: defaultdict(Counter))
    levels: dict[tuple[int, TradeKind], Counter[SupplyLevel]] = field(default_factory=lambda: defaultdict(Counter))
    asks: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    bids: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    changes: dict[tuple[int, int], list[tuple[int, SupplyLevel]]] = field(default_factory=lambda: defaultdict(list))

    def note(self, hour: int, seed: int, system: System) -> None:
        """Read every market."""
        for number, market_good in enumerate(system.market_goods()):
            activity, level = market_good.activity(PARAMETERS), market_good.stock.supply
            self.levels[hour, market_good.kind][level] += 1
            if market_good.kind is EXPORT and market_good.good not in RAW:
                self.activities[hour][activity] += 1
            if market_good.kind is not EXCHANGE or market_good.good == "FUEL":
                self.asks[market_good.good].append(market_good.stock.ask)
                self.bids[market_good.good].append(market_good.stock.bid)
            if market_good.kind is EXCHANGE:
                continue
            self.fills[market_good.kind, None if market_good.good in RAW else activity].append(market_good.fill)
            told = self.changes[seed, number]
            if not told or told[-1][1] is not level:
                told.append((market_good.stock.ask, level))

    def share(self, activity: Activity, *hours: int) -> float:
        """Percent of made exports that show an activity, at some hours or over the whole day."""
        counts = sum((self.activities[hour] for hour in hours or self.activities), Counter[Activity]())
        return 100 * counts[activity] / counts.total()

    def low(self, kind: TradeKind, *hours: int) -> float:
        """Percent of a kind's goods that are SCARCE or LIMITED."""
        chosen = hours or tuple(range(25))
        counts = sum((self.levels[hour, kind] for hour in chosen), Counter[SupplyLevel]())
        return 100 * (counts[SupplyLevel.SCARCE] + counts[SupplyLevel.LIMITED]) / counts.total()


@cache
def day(name: str) -> Day:
    """The first day of one of the fleets, over some seeds."""
    seen = Day()
    hulls, habit = FLEETS[name]
    for seed in SEEDS:
        system = System(seed)
        fleet = Fleet(system, hulls, habit)
        for hour in range(25):
            fleet.run(hour * HOURS)
            seen.note(hour, seed, system)
    return seen


@cache
def intervals(day_number: int) -> list[Interval]:
    """What goods did between the trades of a hard fleet, which takes whatever pays, on its first or second day."""
    found: list[Interval] = []
    for seed in HARD_SEEDS:
        fleet = Fleet(System(seed), HARD)
        fleet.run((day_number - 1) * 24 * HOURS)
        fleet.intervals.clear()
        fleet.run(day_number * 24 * HOURS)
        found += [each for each in fleet.intervals if each.hours > 0 and not each.grown]
    return found
