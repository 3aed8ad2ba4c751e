"""The living economy against what players measured on the live server; each figure with its tolerance.

Markets are run here without the game around them, over several seeds, nobody trading unless said.
"""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from starfoundry.kernel.supply import Activity, SupplyLevel, TradeKind
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.sandbox.economy.factory import Factory
from starfoundry.sandbox.economy.founding import found
from starfoundry.sandbox.economy.market import Market
from starfoundry.sandbox.economy.parameters import EconomyParameters
from starfoundry.sandbox.economy.shelf import Shelf
from starfoundry.sandbox.facts.goods import RAW
from starfoundry.sandbox.world.atlas import MarketPlan
from starfoundry.sandbox.world.generate import home_system

PARAMETERS = EconomyParameters()
SEEDS = range(1, 6)
REST_SEEDS, REST_HOURS = range(1, 17), 16
TURNS_PER_HOUR = 4


def market_of(seed: int, plan: MarketPlan) -> Market:
    chance = SeededEntropy(seed).stream(f"market.{plan.waypoint}")
    return found(plan, born=0, parameters=PARAMETERS, chance=chance)


def markets_of(seed: int) -> list[Market]:
    return [market_of(seed, plan) for plan in home_system(SeededEntropy(seed)).markets]


def shelves_of(markets: list[Market]) -> Iterator[Shelf]:
    return (shelf for market in markets for shelf in market.shelves.values())


@dataclass
class Rest:
    """What was seen while nobody traded."""

    fills: dict[tuple[TradeKind, bool], list[float]] = field(default_factory=lambda: defaultdict(list))
    activities: Counter[tuple[TradeKind, Activity]] = field(default_factory=Counter)
    level_changes: int = 0
    hours: int = 0


@pytest.fixture(scope="module")
def rest() -> Rest:
    seen = Rest()
    for seed in REST_SEEDS:
        markets = markets_of(seed)
        levels: dict[int, SupplyLevel] = {}
        for turn in range(REST_HOURS * TURNS_PER_HOUR):
            for market in markets:
                market.take_turn()
            for shelf in shelves_of(markets):
                level = shelf.stock.supply
                seen.level_changes += levels.get(id(shelf), level) is not level
                levels[id(shelf)] = level
                if turn % 8 == 0 and shelf.kind is not TradeKind.EXCHANGE:
                    seen.fills[shelf.kind, shelf.good in RAW].append(shelf.fill)
                    if shelf.good not in RAW:
                        seen.activities[shelf.kind, shelf.activity(PARAMETERS)] += 1
        seen.hours += REST_HOURS
    return seen


@pytest.mark.parametrize(
    ("kind", "is_raw", "low", "middle", "high"),
    [
        (TradeKind.EXPORT, False, 0.7, 3.3, 10.0),
        (TradeKind.EXPORT, True, 2.0, 3.0, 5.0),
        (TradeKind.IMPORT, False, -8.0, -3.8, -1.3),
        (TradeKind.IMPORT, True, -9.0, -4.9, -2.6),
    ],
)
def test_stocks_rest_where_they_do_on_the_live_server(
    rest: Rest, kind: TradeKind, is_raw: bool, low: float, middle: float, high: float
) -> None:
    """10th, 50th and 90th percentile of the stock in transactions (the live figures, over both activities)."""
    deciles = statistics.quantiles(rest.fills[kind, is_raw], n=10)

    assert deciles[0] == pytest.approx(low, abs=1.0)
    assert deciles[4] == pytest.approx(middle, abs=0.7)
    assert deciles[8] == pytest.approx(high, abs=1.5)


def test_activities_have_the_live_shares(rest: Rest) -> None:
    """WEAK 62 %, RESTRICTED 28 %, GROWING 8 %, STRONG 2 % of manufactured goods, made and used."""
    seen = {each: sum(count for (_, shown), count in rest.activities.items() if shown is each) for each in Activity}
    share = {activity: count / sum(seen.values()) for activity, count in seen.items()}

    assert share[Activity.WEAK] == pytest.approx(0.62, abs=0.05)
    assert share[Activity.RESTRICTED] == pytest.approx(0.28, abs=0.05)
    assert share[Activity.GROWING] == pytest.approx(0.08, abs=0.02)
    assert share[Activity.STRONG] == pytest.approx(0.02, abs=0.01)


def test_a_factory_is_restricted_while_an_input_is_scarce_and_an_input_while_all_its_factories_are_abundant() -> None:
    """What every factory and every import of a captured home system shows."""
    shown = Counter[tuple[TradeKind, bool]]()
    for market in (market for seed in SEEDS for market in markets_of(seed)):
        for factory in market.factories.values():
            is_restricted = factory.output.activity(PARAMETERS) is Activity.RESTRICTED
            assert is_restricted == any(level_of(shelf) is SupplyLevel.SCARCE for shelf in factory.inputs)
            shown[TradeKind.EXPORT, is_restricted] += 1
            for shelf in factory.inputs:
                users = [each.output for each in market.factories.values() if shelf in each.inputs]
                is_restricted = shelf.activity(PARAMETERS) is Activity.RESTRICTED
                assert is_restricted == all(level_of(user) is SupplyLevel.ABUNDANT for user in users)
                shown[TradeKind.IMPORT, is_restricted] += 1

    assert len(shown) == 4, "both were seen of both kinds"


def level_of(shelf: Shelf) -> SupplyLevel:
    return shelf.stock.supply


def test_supply_levels_change_as_often_as_on_the_live_server(rest: Rest) -> None:
    """26 changes an hour in a home system with nobody trading."""
    assert rest.level_changes / rest.hours == pytest.approx(26, rel=0.25)


def disturbed(kind: TradeKind, transactions: float) -> list[float]:
    """The share of a disturbance of every good of a kind that is left, turn by turn, against the same undisturbed."""
    left: list[list[float]] = [[] for _ in range(9 * TURNS_PER_HOUR + 1)]
    for seed in SEEDS:
        touched, calm = markets_of(seed), markets_of(seed)
        for shelf in shelves_of(touched):
            if shelf.kind is kind:
                shelf.units += round(transactions * shelf.volume)
        for turn in range(len(left)):
            pairs = zip(shelves_of(touched), shelves_of(calm), strict=True)
            left[turn] += [(one.fill - two.fill) / transactions for one, two in pairs if one.kind is kind]
            for market in (*touched, *calm):
                market.take_turn()
    return [statistics.fmean(each) for each in left]


@pytest.mark.parametrize(
    ("kind", "transactions"), [(TradeKind.IMPORT, 4.0), (TradeKind.EXPORT, -4.0), (TradeKind.EXCHANGE, 2.0)]
)
def test_a_market_forgets_half_of_a_dump_in_one_to_two_hours_and_nearly_all_in_nine(
    kind: TradeKind, transactions: float
) -> None:
    """Players report a half-life of 1 to 1.5 hours, and 8 to 9 hours until it is nearly full again."""
    left = disturbed(kind, transactions)
    half_life = next(turn for turn, share in enumerate(left) if share <= 0.5) / TURNS_PER_HOUR

    assert 1.0 <= half_life <= 2.0
    assert left[9 * TURNS_PER_HOUR] < 0.15


def fed_minutes(*, deliveries: float) -> dict[Activity, list[float]]:
    """Minutes until an export bought down by 1 to 3 transactions shows the next level, by its first activity."""
    waited: dict[Activity, list[float]] = defaultdict(list)
    for seed in range(1, 9):
        for plan in home_system(SeededEntropy(seed)).markets:
            for good in plan.exports:
                market = market_of(seed, plan)
                waited_for(market, market.factories[good], 1 + seed % 3, deliveries, waited)
    return waited


def waited_for(
    market: Market, factory: Factory, bought: int, deliveries: float, waited: dict[Activity, list[float]]
) -> None:
    output = factory.output
    market.purchase(output, bought * output.volume)
    level, activity = output.stock.supply, output.activity(PARAMETERS)
    if level is SupplyLevel.ABUNDANT:
        return
    for shelf in factory.inputs:
        market.sell(shelf, round(deliveries * shelf.volume))
    turns = next((turn for turn in range(1, 41) if risen(market, output, level)), 41)
    waited[activity].append(15 * turns - 7.5)


def risen(market: Market, output: Shelf, level: SupplyLevel) -> bool:
    market.take_turn()
    return output.stock.supply > level


def test_a_fed_factory_climbs_a_level_in_twenty_to_forty_minutes_and_an_unfed_one_does_not() -> None:
    """Players measured medians of 20 to 35 minutes by good."""
    fed = [minutes for each in fed_minutes(deliveries=4.0).values() for minutes in each]
    unfed = [minutes for each in fed_minutes(deliveries=0.0).values() for minutes in each]

    assert 20 <= statistics.median(fed) <= 40
    assert statistics.median(unfed) > 1.8 * statistics.median(fed)
