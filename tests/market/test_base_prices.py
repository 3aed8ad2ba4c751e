"""Base prices of generated universes, found from what their markets show."""

from collections import Counter, defaultdict

import pytest

from starfoundry.game.market_law.known_prices import BASE_PRICES
from starfoundry.game.market_law.law import MarketStock
from starfoundry.game.model import Quote
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.market.domain.readings import Interpreter
from starfoundry.sandbox.catalogue.outfits import PART_PRICES
from starfoundry.sandbox.control import scenario
from starfoundry.sandbox.economy.market_good import MarketGood
from starfoundry.sandbox.state.universe_config import UniverseConfig
from tests.sandbox.player import World

SHIFTED = scenario.load("bases-2024")
READINGS_ENOUGH = 3


def readings(world: World, hours: int) -> list[tuple[WaypointSymbol, Quote]]:
    """What every market of the systems in use shows, hour by hour."""
    found = []
    for _ in range(hours):
        for system_state in world.universe.system_states():
            for waypoint in system_state.plans:
                market = world.universe.market(waypoint, world.universe.now())
                assert market is not None
                found += [(waypoint, quote_of(market_good)) for market_good in market.market_goods.values()]
        world.wait(hours=1)
    return found


def quote_of(market_good: MarketGood) -> Quote:
    stock = market_good.stock
    return Quote(
        good=market_good.good,
        kind=market_good.kind,
        trade_volume=market_good.volume,
        supply=stock.supply,
        activity=None,
        ask=stock.ask,
        bid=stock.bid,
    )


def readings_needed(
    interpreter: Interpreter, shown: list[tuple[WaypointSymbol, Quote]], world: World
) -> dict[Good, int]:
    """How many different readings of a good were taken until its base price was found."""
    seen: dict[Good, set[Quote]] = defaultdict(set)
    needed: dict[Good, int] = {}
    for waypoint, quote in shown:
        seen[quote.good].add(quote)
        interpreter.read(waypoint, quote, world.clock.now(), None)
        if quote.good in interpreter.bases:
            needed.setdefault(quote.good, len(seen[quote.good]))
    return needed


@pytest.mark.parametrize("seed", range(1, 5))
def test_shifted_bases_of_a_home_system_are_found_within_three_readings_and_no_others(seed: int) -> None:
    """A good that showed fewer readings than that may still fit its usual base by chance."""
    world = World(seed, universe_config=SHIFTED)
    shown = readings(world, hours=5)
    interpreter = Interpreter()

    needed = readings_needed(interpreter, shown, world)

    counts = Counter(quote.good for quote in {quote for _, quote in shown} if quote.good in SHIFTED.bases)
    assert interpreter.bases.items() <= SHIFTED.bases.items()
    assert {good for good, count in counts.items() if count >= READINGS_ENOUGH} <= {*interpreter.bases}
    assert len(needed) >= 5
    assert max(needed.values()) <= READINGS_ENOUGH


def test_bases_of_colonies_equipment_which_nobody_knows_are_found_within_three_readings() -> None:
    world = World(2, universe_config=UniverseConfig(systems=40))
    for symbol in world.universe.galaxy.stars:
        world.universe.system_state(symbol)
    shown = [(place, quote) for place, quote in readings(world, hours=3) if quote.good not in BASE_PRICES]
    interpreter = Interpreter()

    needed = readings_needed(interpreter, shown, world)

    assert interpreter.bases == {quote.good: PART_PRICES[quote.good] for _, quote in shown}
    assert len(needed) >= 12
    assert max(needed.values()) <= READINGS_ENOUGH
    place, quote = shown[-1]
    curve = interpreter.read(place, quote, world.clock.now(), None).curve
    assert isinstance(curve, MarketStock)
    assert (curve.ask, curve.bid, curve.exact) == (quote.ask, quote.bid, True)
