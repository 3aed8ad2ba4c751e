"""Generated systems: their proportions, their chains, and whether a ship can get around in them."""

import math
from collections import Counter
from collections.abc import Iterable

import pytest

from starfoundry.game.known_recipes import RECIPES, goods
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.sandbox.catalogue.ship_types import SHIP_TYPES
from starfoundry.sandbox.worldgen.atlas import System
from starfoundry.sandbox.worldgen.home_system import home_system

SEEDS = range(60)
LANE_SEEDS = range(240)  # some goods are used in a quarter of the systems only


@pytest.fixture(scope="module")
def systems() -> list[System]:
    return [home_system(SeededEntropy(seed)) for seed in SEEDS]


@pytest.fixture(scope="module")
def many_systems() -> list[System]:
    return [home_system(SeededEntropy(seed)) for seed in LANE_SEEDS]


def test_a_system_has_the_real_proportions(systems: list[System]) -> None:
    for system in systems:
        kinds = Counter(place.type for place in system.places)
        assert 75 <= len(system.places) <= 105
        assert 20 <= len(system.markets) <= 30
        assert 2 <= len(system.shipyards) <= 4
        assert 48 <= kinds["ASTEROID"] <= 62
        assert kinds["JUMP_GATE"] == kinds["GAS_GIANT"] == kinds["ENGINEERED_ASTEROID"] == 1
        assert kinds["ASTEROID_BASE"] == 2
        assert kinds["FUEL_STATION"] == 4
        assert len({place.symbol for place in system.places}) == len(system.places)


def test_what_orbits_shares_its_parents_coordinates(systems: list[System]) -> None:
    for system in systems:
        places = {place.symbol: place for place in system.places}
        for place in system.places:
            assert all(places[each].orbits == place.symbol for each in place.orbitals)
            if place.orbits is not None:
                parent = places[place.orbits]
                assert (place.x, place.y) == (parent.x, parent.y)
                assert place.symbol in parent.orbitals


def test_no_market_both_makes_and_uses_a_good(systems: list[System]) -> None:
    for system in systems:
        for market in system.markets:
            listed = Counter((*market.exports, *market.imports, *market.exchange))
            assert set(listed.values()) <= {1}, market


def test_every_factory_has_its_inputs_among_the_imports(systems: list[System]) -> None:
    for system in systems:
        for market in system.markets:
            for made in market.exports:
                assert set(RECIPES[made]) <= set(market.imports), market


def offered(system: System) -> set[Good]:
    return {good for market in system.markets for good in (*market.exports, *market.exchange)}


def test_most_chains_close_inside_the_system(systems: list[System]) -> None:
    """All but the ores that only miners bring (as in the real home system) can be bought somewhere else than needed."""
    mined = {Good("GOLD_ORE"), Good("SILVER_ORE"), Good("PLATINUM_ORE")}
    for system in systems:
        needed = {good for market in system.markets for made in market.exports for good in RECIPES[made]}
        assert needed - offered(system) <= mined


def test_the_goods_that_pay_are_made_and_wanted(systems: list[System]) -> None:
    staple = {*goods("CLOTHING MEDICINE FOOD EQUIPMENT JEWELRY SHIP_PARTS SHIP_PLATING DRUGS FIREARMS")}
    for system in systems:
        made = {good for market in system.markets for good in market.exports}
        wanted = {good for market in system.markets for good in market.imports}
        assert staple <= made & wanted


def test_nearly_every_market_sells_fuel(systems: list[System]) -> None:
    for system in systems:
        sellers = [market for market in system.markets if Good("FUEL") in (*market.exchange, *market.exports)]
        assert len(sellers) >= len(system.markets) - 1


def reachable(system: System, tank: float) -> set[WaypointSymbol]:
    """The markets a ship gets to from headquarters, filling up on the way."""
    places = {place.symbol: (place.x, place.y) for place in system.places}
    fuel = {market.waypoint for market in system.markets if Good("FUEL") in (*market.exchange, *market.exports)}
    assert system.headquarters is not None
    known, edge = {system.headquarters}, [system.headquarters]
    while edge:
        here = edge.pop()
        for market in system.markets:
            near = math.dist(places[here], places[market.waypoint]) <= tank
            if near and market.waypoint not in known:
                known.add(market.waypoint)
                if market.waypoint in fuel:
                    edge.append(market.waypoint)
    return known


def test_a_tank_of_300_reaches_every_market(systems: list[System]) -> None:
    for system in systems:
        assert reachable(system, 300) == {market.waypoint for market in system.markets}


def test_planets_lie_near_and_the_outer_base_far(systems: list[System]) -> None:
    for system in systems:
        distance = {place.symbol: math.hypot(place.x, place.y) for place in system.places}
        planets = [distance[place.symbol] for place in system.places if place.type == "PLANET"]
        bases = sorted(distance[place.symbol] for place in system.places if place.type == "ASTEROID_BASE")
        assert max(planets) <= 215
        assert 335 <= bases[0] <= 355
        assert 685 <= bases[1] <= 730
        assert system.star.gate is not None
        assert 395 <= distance[system.star.gate] <= 465


def sold(system: System) -> Iterable[str]:
    return (ship_type for yard in system.shipyards for ship_type in yard.ship_types)


def test_shipyards_sell_what_a_young_fleet_needs_and_stand_at_markets_for_ship_goods(systems: list[System]) -> None:
    for system in systems:
        assert {"SHIP_PROBE", "SHIP_LIGHT_SHUTTLE", "SHIP_LIGHT_HAULER", "SHIP_MINING_DRONE"} <= set(sold(system))
        assert set(sold(system)) <= set(SHIP_TYPES)
        markets = {market.waypoint: market for market in system.markets}
        for yard in system.shipyards:
            assert {Good("SHIP_PARTS"), Good("SHIP_PLATING")} <= set(markets[yard.waypoint].imports)


def test_seeds_differ(systems: list[System]) -> None:
    """Another seed is another industry in other places, not the same one under another name."""
    industries = {tuple(market.exports for market in system.markets) for system in systems}

    assert len(industries) > 50
    assert len({system.symbol for system in systems}) > 50


@pytest.mark.parametrize(
    ("good", "makers", "users"),
    [
        ("ADVANCED_CIRCUITRY", 1, 0.25),
        ("SHIP_PARTS", 1, None),
        ("SHIP_PLATING", 1, None),
        ("AMMUNITION", 1, 1),
        ("POLYNUCLEOTIDES", 1, 3.75),
        ("IRON", 1, 4.5),
    ],
)
def test_as_many_markets_make_and_use_a_good_as_in_live_home_systems(
    many_systems: list[System], good: str, makers: float, users: float | None
) -> None:
    """Within 15 %, on average over systems."""
    markets = [market for system in many_systems for market in system.markets]
    made = sum(Good(good) in market.exports for market in markets) / len(many_systems)
    used = sum(Good(good) in market.imports for market in markets) / len(many_systems)

    assert made == pytest.approx(makers, rel=0.15)
    assert users is None or used == pytest.approx(users, rel=0.15)


def test_a_market_that_makes_something_makes_as_much_as_a_live_one(systems: list[System]) -> None:
    """2.3 goods."""
    kinds = [len(market.exports) for system in systems for market in system.markets if market.exports]

    assert sum(kinds) / len(kinds) == pytest.approx(2.3, rel=0.15)
