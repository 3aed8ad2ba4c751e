"""Long work: asteroids that bear eight drones, ships that wear, contracts good and bad."""

import pytest

from starfoundry.game.market_law.known_prices import BASE_PRICES
from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.sandbox.actions import contracts
from starfoundry.sandbox.catalogue.goods import RAW
from starfoundry.sandbox.control.scenario import read
from starfoundry.sandbox.core.milliseconds import HOUR, SECOND
from starfoundry.sandbox.ships import wear
from starfoundry.sandbox.ships.fleet import Ship, Wear
from starfoundry.sandbox.state.asteroids import Asteroids
from starfoundry.sandbox.state.construction import GATE_BILLS
from starfoundry.sandbox.worldgen.atlas import WaypointPlan
from tests.sandbox.player import World

ROCK = WaypointPlan(symbol=WaypointSymbol("X1-AD75-B8"), type="ASTEROID", x=0, y=0, traits=("COMMON_METAL_DEPOSITS",))


def dug(asteroids: Asteroids, drones: int, hours: float) -> set[str]:
    """What an asteroid showed while so many drones dug every 70 seconds."""
    seen: set[str] = set()
    for now in range(0, round(hours * HOUR), 70 * SECOND):
        for _ in range(drones):
            assert not asteroids.is_exhausted(ROCK.symbol, now), f"{drones} drones wore it out"
            asteroids.work(ROCK, now)
        seen |= set(asteroids.modifiers(ROCK.symbol, now))
    return seen


@pytest.mark.parametrize("seed", range(6))
def test_an_asteroid_bears_eight_drones_for_ever(seed: int) -> None:
    assert dug(Asteroids(SeededEntropy(seed)), drones=8, hours=24) == set()


def test_far_more_drones_wear_it_out_and_it_recovers() -> None:
    asteroids = Asteroids(SeededEntropy(1))
    with pytest.raises(AssertionError, match="40 drones"):
        dug(asteroids, drones=40, hours=24)

    assert not asteroids.is_exhausted(ROCK.symbol, 48 * HOUR)


def a_ship(world: World) -> Ship:
    """The frigate of a new agent."""
    player = world.join()
    return next(iter(world.universe.agents[player.symbol].ships.values()))


def test_a_worn_out_engine_counts_distances_half_again_and_a_reactor_delays() -> None:
    ship = a_ship(World(1))
    assert (wear.effective_distance(ship, 100.0), wear.delay_seconds(ship)) == (100.0, 0)

    ship.wear = Wear(engine=0.0, reactor=0.0)

    assert (wear.effective_distance(ship, 100.0), wear.delay_seconds(ship)) == (150.0, 5)


def test_a_repair_takes_the_wear_away_and_some_integrity_for_good() -> None:
    ship = a_ship(World(1))
    ship.wear = Wear(frame=1.0, reactor=0.5, engine=0.0)

    wear.repair(ship)

    assert ship.wear == Wear()
    assert (ship.integrity.frame, ship.integrity.reactor, ship.integrity.engine) == (1.0, 0.95, 0.9)


def test_half_worn_is_not_reached_in_a_week_of_flights() -> None:
    ship, entropy = a_ship(World(1)), SeededEntropy(1)
    for _ in range(7 * 24 * 3600 // 180):  # a flight of 180 units each three minutes
        wear.fly(ship, 180.0, entropy)

    assert min(ship.wear.frame, ship.wear.engine, ship.wear.reactor) > 0.5


def test_contracts_range_from_duds_to_280_000_and_some_cost_more_than_they_pay() -> None:
    world = World(1)
    player = world.join()
    agent = world.universe.agents[player.symbol]
    offers = [contracts.offer(world.universe, agent, 0, raw=False) for _ in range(400)]
    paid = sorted(contract.pays_first + contract.pays_last for contract in offers)

    assert 2_500 <= paid[0] < 8_000
    assert 240_000 < paid[-1] <= 280_000
    assert 25_000 < paid[len(paid) // 2] < 90_000
    losers = [c for c in offers if c.good not in RAW and c.units * BASE_PRICES[c.good][0] > c.pays_first + c.pays_last]
    assert 0.2 < len(losers) / len(offers) < 0.6


@pytest.mark.parametrize(("year", "bill"), [(2023, (6_000, 500)), (2024, (4_000, 1_200)), (2025, (1_600, 400))])
def test_a_scenario_chooses_among_the_gate_bills_that_were_seen(year: int, bill: tuple[int, int]) -> None:
    assert tuple(required for _, required, _ in GATE_BILLS[year][:2]) == bill
    world = World(1, universe_config=read("mine", f"gate_year = {year}"))
    player = world.join()
    gate = world.universe.galaxy.home.star.gate
    materials = player.get(f"/systems/{player.home}/waypoints/{gate}/construction")["materials"]

    assert tuple(each["required"] for each in materials[:2]) == bill
