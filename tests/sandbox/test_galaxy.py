"""Galaxies: proportions of a live universe of 6,996 systems."""

import math
import statistics
from collections import Counter, deque

import pytest

from starfoundry.kernel.ids import system_of
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.sandbox.catalogue.traits import FACTIONS
from starfoundry.sandbox.state.universe_config import UniverseConfig
from starfoundry.sandbox.worldgen.galaxy import Galaxy
from starfoundry.sandbox.worldgen.home_system import home_system
from tests.sandbox.player import World


def galaxy(systems: int, seed: int = 1) -> Galaxy:
    entropy = SeededEntropy(seed)
    return Galaxy(home_system(entropy), entropy, systems=systems)


@pytest.fixture(scope="module")
def wide() -> Galaxy:
    return galaxy(1_000)


def test_shares_of_types_and_gates(wide: Galaxy) -> None:
    types = Counter(star.type for star in wide.stars.values())

    assert len(wide.stars) == 1_000
    assert types["RED_STAR"] == pytest.approx(270, abs=50)
    assert types["NEUTRON_STAR"] == pytest.approx(40, abs=25)
    assert sum(star.gate is not None for star in wide.stars.values()) == pytest.approx(440, abs=50)


def test_gates_have_a_few_connections_of_the_usual_length(wide: Galaxy) -> None:
    degrees = [len(others) for others in wide.roads.values()]
    lengths = [
        math.dist(*((wide.stars[system_of(gate)].x, wide.stars[system_of(gate)].y) for gate in (one, other)))
        for one, others in wide.roads.items()
        for other in others
    ]

    assert min(degrees) >= 1
    assert max(degrees) <= 10
    assert statistics.median(degrees) in (4, 5)
    assert statistics.median(lengths) == pytest.approx(1_230, rel=0.35)


def test_every_gate_can_be_reached_from_home(wide: Galaxy) -> None:
    assert wide.home.star.gate is not None
    reached, waiting = {wide.home.star.gate}, deque([wide.home.star.gate])
    while waiting:
        for other in wide.roads[waiting.popleft()]:
            if other not in reached:
                reached.add(other)
                waiting.append(other)

    assert reached == {*wide.roads}


def test_systems_with_a_gate_have_the_usual_waypoints(wide: Galaxy) -> None:
    systems = [wide.find(star.symbol) for star in [*wide.stars.values()][len(FACTIONS) :] if star.gate]
    places = [place for system in systems if system for place in system.places]
    sizes = [len(system.places) for system in systems if system]
    shares = {kind: count / len(places) for kind, count in Counter(place.type for place in places).items()}

    assert min(sizes) >= 21
    assert max(sizes) <= 91
    assert statistics.median(sizes) == pytest.approx(43, abs=6)
    for kind, share in {"ASTEROID": 0.62, "MOON": 0.12, "PLANET": 0.08, "FUEL_STATION": 0.06}.items():
        assert shares[kind] == pytest.approx(share, abs=0.03), kind


def test_a_system_is_the_same_whenever_it_is_first_looked_at() -> None:
    one, other = galaxy(30), galaxy(30)
    backwards = [other.find(symbol) for symbol in reversed([*other.stars])]

    assert [one.find(symbol) for symbol in one.stars] == backwards[::-1]


def test_nobody_knows_a_wilderness_until_it_is_charted() -> None:
    world = World(3, universe_config=UniverseConfig(systems=40))
    player = world.join()
    wild = next(star for star in world.universe.galaxy.stars.values() if not star.faction)
    traits = {
        trait["symbol"] for place in player.everything(f"/systems/{wild.symbol}/waypoints") for trait in place["traits"]
    }

    assert traits == {"UNCHARTED"}
