"""Prices and stocks over many seeds against the live server's figures: what docs/sandbox-economy.md tabulates.

Run as a program (`python -m tests.sandbox.test_calibration`) it prints the sandbox's column of that table.
"""

import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cache

import pytest

from starfoundry.kernel.supply import Activity, TradeKind
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.sandbox.facts.goods import RAW
from starfoundry.sandbox.world.generate import home_system
from tests.sandbox.test_economy import PARAMETERS, disturbed, market_of, markets_of, shelves_of, waited_for

SEEDS = range(1, 25)
HOURS = 16
FED_SEEDS = range(1, 301)
PHASES = range(15)  # minutes from a delivery to the market's next turn: any, for deliveries know nothing of turns
EXPORT, IMPORT = TradeKind.EXPORT, TradeKind.IMPORT

LIVE_REST = {
    (EXPORT, Activity.RESTRICTED): (0.7, 3.8, 8.0),
    (EXPORT, Activity.WEAK): (0.7, 3.1, 10.7),
    (IMPORT, Activity.RESTRICTED): (-5.0, -3.4, -0.5),
    (IMPORT, Activity.WEAK): (-8.7, -3.9, -1.4),
}
LIVE_ASK = {
    "DRUGS": 7_110,
    "ASSAULT_RIFLES": 5_772,
    "FIREARMS": 5_519,
    "MICROPROCESSORS": 4_795,
    "JEWELRY": 4_630,
    "AMMUNITION": 2_470,
    "ALUMINUM_ORE": 106,
    "FUEL": 70,
    "SHIP_PARTS": 9_590,
    "SHIP_PLATING": 8_895,
    "ADVANCED_CIRCUITRY": 9_080,
}
LIVE_MINUTES = {
    "CLOTHING": 20,
    "FABRICS": 22,
    "EQUIPMENT": 22,
    "JEWELRY": 21,
    "MEDICINE": 26,
    "MACHINERY": 27,
    "ELECTRONICS": 29,
    "SHIP_PARTS": 34,
    "FOOD": 30,
}


@dataclass
class Seen:
    """Everything that stood on the shelves while nobody traded, every two hours."""

    fills: dict[tuple[TradeKind, Activity], list[float]] = field(default_factory=lambda: defaultdict(list))
    kinds: dict[str, set[TradeKind]] = field(default_factory=lambda: defaultdict(set))
    quotes: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))


@cache
def seen() -> Seen:
    """The sandbox at rest, over some seeds."""
    found = Seen()
    for seed in SEEDS:
        markets = markets_of(seed)
        for turn in range(4 * HOURS):
            for market in markets:
                market.take_turn()
            if turn % 8 == 0:
                for shelf in shelves_of(markets):
                    if shelf.kind is not TradeKind.EXCHANGE and shelf.good not in RAW:
                        found.fills[shelf.kind, shelf.activity(PARAMETERS)].append(shelf.fill)
                    if shelf.kind is not TradeKind.EXCHANGE or shelf.good == "FUEL":
                        found.kinds[shelf.good].add(shelf.kind)
                        found.quotes[shelf.good].append((shelf.stock.ask, int(shelf.stock.supply)))
    return found


def deciles(kind: TradeKind, activity: Activity) -> tuple[float, float, float]:
    """10th, 50th and 90th percentile of the stock in transactions."""
    cut = statistics.quantiles(seen().fills[kind, activity], n=10)
    return cut[0], cut[4], cut[8]


def mean_ask(good: str) -> float:
    """The mean price at which a good is sold, over every market that trades it."""
    return statistics.fmean(ask for ask, _ in seen().quotes[good])


def variation(*, raw: bool) -> float:
    """The mean coefficient of variation of a good's asks over markets and hours.

    Of manufactured goods those count that are both made and used: where a good stands in one kind of market only, its
    prices hardly vary.
    """
    kinds = seen().kinds
    goods = [good for good in kinds if (good in RAW) == raw and (raw or kinds[good] == {EXPORT, IMPORT})]
    asks = [[ask for ask, _ in seen().quotes[good]] for good in goods]
    return statistics.fmean(statistics.pstdev(each) / statistics.fmean(each) for each in asks)


def rank_correlation() -> float:
    """Spearman's correlation of ask and supply level, the mean over goods."""
    goods = [quotes for quotes in seen().quotes.values() if len({level for _, level in quotes}) > 1]
    ranked = [(_ranks([ask for ask, _ in quotes]), _ranks([level for _, level in quotes])) for quotes in goods]
    return statistics.fmean(statistics.correlation(asks, levels) for asks, levels in ranked)


def _ranks(values: list[int]) -> list[float]:
    counts = Counter(values)
    below, rank = 0, {}
    for value in sorted(counts):
        rank[value] = below + (counts[value] + 1) / 2
        below += counts[value]
    return [rank[value] for value in values]


def half_life(kind: TradeKind, transactions: float) -> float:
    """Hours until half of a disturbance is forgotten, between the market's turns in proportion."""
    left = disturbed(kind, transactions)
    turn = next(turn for turn, share in enumerate(left) if share <= 0.5)
    return (turn - 1 + (left[turn - 1] - 0.5) / (left[turn - 1] - left[turn])) / 4


@cache
def waits() -> list[tuple[str, Activity, float]]:
    """Minutes from feeding a factory of which something was bought until it shows the next level: good, activity."""
    waited: list[tuple[str, Activity, float]] = []
    for seed in FED_SEEDS:
        for plan in home_system(SeededEntropy(seed)).markets:
            for good in plan.exports:
                if good in LIVE_MINUTES:
                    by_activity: dict[Activity, list[float]] = defaultdict(list)
                    market = market_of(seed, plan)
                    waited_for(market, market.factories[good], 1 + seed % 3, 4.0, by_activity)
                    for activity, minutes in by_activity.items():
                        waited += [(good, activity, each - 7.0 + phase) for each in minutes for phase in PHASES]
    return waited


def minutes_to_rise(*, good: str | None = None, activity: Activity | None = None) -> float:
    """The median of the waits of a good, or of an activity."""
    return statistics.median(
        minutes for each, shown, minutes in waits() if good in (None, each) and activity in (None, shown)
    )


@pytest.mark.parametrize(("kind", "activity"), LIVE_REST)
def test_stocks_rest_where_they_do_by_kind_and_activity(kind: TradeKind, activity: Activity) -> None:
    """The 10th, 50th and 90th percentile, each within 1.5 transactions."""
    assert deciles(kind, activity) == pytest.approx(LIVE_REST[kind, activity], abs=1.5)


@pytest.mark.parametrize(("kind", "transactions"), [(EXPORT, -3.0), (IMPORT, 4.0), (TradeKind.EXCHANGE, 2.0)], ids=str)
def test_half_of_a_disturbance_is_forgotten_in_about_an_hour_and_a_quarter(
    kind: TradeKind, transactions: float
) -> None:
    assert 0.95 <= half_life(kind, transactions) <= 1.55


@pytest.mark.parametrize("good", LIVE_MINUTES)
def test_a_fed_good_rises_a_level_in_its_own_time(good: str) -> None:
    """20 to 34 minutes by good; within a third of a turn of a market, which moves once in fifteen."""
    assert minutes_to_rise(good=good) == pytest.approx(LIVE_MINUTES[good], abs=5)


def test_a_fed_factory_is_slower_when_restricted_and_faster_when_growing_or_strong() -> None:
    """30 minutes RESTRICTED, 19 WEAK on the live server."""
    restricted, weak, growing, strong = (
        minutes_to_rise(activity=each)
        for each in (Activity.RESTRICTED, Activity.WEAK, Activity.GROWING, Activity.STRONG)
    )

    assert restricted == pytest.approx(30, abs=5)
    assert weak == pytest.approx(19, abs=6)
    assert max(growing, strong) < weak


def test_prices_fall_as_supply_rises() -> None:
    """Rank correlation -0.90 on average over goods."""
    assert rank_correlation() == pytest.approx(-0.90, abs=0.05)


def test_prices_vary_as_much_as_the_live_ones() -> None:
    """Coefficient of variation 0.47 for manufactured goods, 0.27 for raw ones."""
    assert variation(raw=False) == pytest.approx(0.47, abs=0.05)
    assert variation(raw=True) == pytest.approx(0.27, abs=0.05)


@pytest.mark.parametrize("good", LIVE_ASK)
def test_mean_prices_are_the_live_ones(good: str) -> None:
    assert mean_ask(good) == pytest.approx(LIVE_ASK[good], rel=0.15)


if __name__ == "__main__":
    for (kind, activity), live in LIVE_REST.items():
        print(kind.value, activity.value, live, [round(each, 1) for each in deciles(kind, activity)])
    for kind, transactions in (
        (EXPORT, -2.0),
        (EXPORT, -3.0),
        (EXPORT, -4.0),
        (IMPORT, 4.0),
        (TradeKind.EXCHANGE, 2.0),
    ):
        print("half-life", kind.value, transactions, round(half_life(kind, transactions), 2))
    print("minutes by good", {good: (minutes_to_rise(good=good), live) for good, live in LIVE_MINUTES.items()})
    print("minutes by activity", {activity.value: minutes_to_rise(activity=activity) for activity in Activity})
    print("rank correlation", round(rank_correlation(), 3))
    print("variation", round(variation(raw=False), 3), round(variation(raw=True), 3))
    print("asks", {good: (round(mean_ask(good)), live) for good, live in LIVE_ASK.items()})
