"""Other worlds: galaxies, scenarios, files."""

import json
import math
import statistics
from collections import Counter, deque
from dataclasses import replace
from pathlib import Path

import pytest

from starfoundry.game.prices import BASE_PRICES
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.kernel.ids import system_of
from starfoundry.kernel.supply import TradeKind
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.sandbox import scenario, worlds
from starfoundry.sandbox.charter import Charter
from starfoundry.sandbox.codes import Code
from starfoundry.sandbox.control import Control
from starfoundry.sandbox.economy.shelf import Shelf
from starfoundry.sandbox.facts.traits import FACTIONS
from starfoundry.sandbox.fleet import Contract
from starfoundry.sandbox.world.galaxy import Galaxy
from starfoundry.sandbox.world.generate import home_system
from tests.sandbox.player import HandClock, Refusal, World


def galaxy(systems: int, seed: int = 1) -> Galaxy:
    entropy = SeededEntropy(seed)
    return Galaxy(home_system(entropy), entropy, systems=systems)


@pytest.fixture(scope="module")
def wide() -> Galaxy:
    return galaxy(1_000)


class TestGalaxy:
    """Proportions of a live universe of 6,996 systems."""

    def test_shares_of_types_and_gates(self, wide: Galaxy) -> None:
        types = Counter(star.type for star in wide.stars.values())

        assert len(wide.stars) == 1_000
        assert types["RED_STAR"] == pytest.approx(270, abs=50)
        assert types["NEUTRON_STAR"] == pytest.approx(40, abs=25)
        assert sum(star.gate is not None for star in wide.stars.values()) == pytest.approx(440, abs=50)

    def test_gates_have_a_few_connections_of_the_usual_length(self, wide: Galaxy) -> None:
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

    def test_every_gate_can_be_reached_from_home(self, wide: Galaxy) -> None:
        assert wide.home.star.gate is not None
        reached, waiting = {wide.home.star.gate}, deque([wide.home.star.gate])
        while waiting:
            for other in wide.roads[waiting.popleft()]:
                if other not in reached:
                    reached.add(other)
                    waiting.append(other)

        assert reached == {*wide.roads}

    def test_systems_with_a_gate_have_the_usual_waypoints(self, wide: Galaxy) -> None:
        systems = [wide.find(star.symbol) for star in [*wide.stars.values()][len(FACTIONS) :] if star.gate]
        places = [place for system in systems if system for place in system.places]
        sizes = [len(system.places) for system in systems if system]
        shares = {kind: count / len(places) for kind, count in Counter(place.type for place in places).items()}

        assert min(sizes) >= 21
        assert max(sizes) <= 91
        assert statistics.median(sizes) == pytest.approx(43, abs=6)
        for kind, share in {"ASTEROID": 0.62, "MOON": 0.12, "PLANET": 0.08, "FUEL_STATION": 0.06}.items():
            assert shares[kind] == pytest.approx(share, abs=0.03), kind

    def test_a_system_is_the_same_whenever_it_is_first_looked_at(self) -> None:
        one, other = galaxy(30), galaxy(30)
        backwards = [other.find(symbol) for symbol in reversed([*other.stars])]

        assert [one.find(symbol) for symbol in one.stars] == backwards[::-1]

    def test_nobody_knows_a_wilderness_until_it_is_charted(self) -> None:
        world = World(3, charter=Charter(systems=40))
        player = world.join()
        wild = next(star for star in world.universe.galaxy.stars.values() if not star.faction)
        traits = {
            trait["symbol"]
            for place in player.everything(f"/systems/{wild.symbol}/waypoints")
            for trait in place["traits"]
        }

        assert traits == {"UNCHARTED"}


class TestScenario:
    """Scenarios that come along, and files."""

    @pytest.mark.parametrize("name", scenario.names())
    def test_each_can_be_played(self, name: str) -> None:
        world = World(1, charter=scenario.load(name))
        player = world.join()

        assert player.credits() == scenario.load(name).credits
        assert player.quotes(player.registration["agent"]["headquarters"])

    def test_eight_come_along(self) -> None:
        assert scenario.names() == ("bases-2024", "crowded", "late", "ordinary", "poor", "rich", "starved", "volatile")

    def fills(self, name: str, kind: TradeKind) -> float:
        return statistics.median(shelf.fill for shelf in shelves(scenario.load(name), 6) if shelf.kind is kind)

    def test_rich_and_poor_differ_in_what_a_trader_can_gain(self) -> None:
        assert self.fills("rich", TradeKind.EXPORT) > self.fills("poor", TradeKind.EXPORT) + 2
        assert self.fills("rich", TradeKind.IMPORT) < self.fills("poor", TradeKind.IMPORT) - 2

    def test_starved_factories_are_short(self) -> None:
        exports = [shelf for shelf in shelves(scenario.load("starved"), 6) if shelf.kind is TradeKind.EXPORT]

        assert sum(shelf.is_restricted for shelf in exports) / len(exports) > 0.6

    def test_rivals_leave_their_deals_on_the_board_at_the_price_shown(self) -> None:
        world = World(2, charter=scenario.load("crowded"))
        player = world.join()
        world.wait(hours=10)
        deals = player.market(player.registration["ships"][1]["nav"]["waypointSymbol"])["transactions"]

        assert {deal["shipSymbol"].split("-")[0] for deal in deals} == {f"RIVAL_{rank}" for rank in range(1, 6)}
        assert {deal["type"] for deal in deals} <= {"PURCHASE", "SELL"}
        assert all(deal["totalPrice"] == deal["units"] * deal["pricePerUnit"] for deal in deals)

    def test_rivals_trade_near_a_headquarters_only(self) -> None:
        world = World(2, charter=replace(scenario.load("crowded"), systems=12))
        universe = world.universe
        for symbol in universe.galaxy.stars:
            universe.realm(symbol)
        world.wait(hours=10)
        visited: set[bool] = set()
        quiet: set[bool] = set()
        for realm in universe.realms():
            capital = realm.places.get(realm.system.headquarters) if realm.system.headquarters else None
            for waypoint in realm.plans:
                market, here = universe.market(waypoint, universe.now()), realm.places[waypoint]
                is_near = capital is not None and math.dist((here.x, here.y), (capital.x, capital.y)) <= 150
                assert market is not None
                (visited if market.take_visits() else quiet).add(is_near)

        assert visited == {True}
        assert False in quiet

    def test_nobody_but_players_trades_or_is_listed_in_an_ordinary_universe(self) -> None:
        world = World(2)
        player = world.join()
        world.wait(hours=48)
        universe = world.universe
        markets = [universe.market(plan.waypoint, universe.now()) for plan in universe.system.markets]

        assert not any(market.take_visits() for market in markets if market)
        assert [each["symbol"] for each in player.get("/agents")] == [player.registration["agent"]["symbol"]]

    def test_a_hundred_other_agents_are_listed_ranked_and_their_names_taken(self) -> None:
        world = World(2, charter=scenario.load("crowded"))
        player = world.join()
        world.wait(hours=5.4)
        agents = [each for page in range(1, 7) for each in player.get(f"/agents?limit=20&page={page}")]
        status = json.loads(world.send("GET", "/").body)
        leaders = [each["credits"] for each in status["leaderboards"]["mostCredits"]]

        assert len({each["symbol"] for each in agents}) == status["stats"]["agents"] == 101
        assert player.get("/agents/RIVAL_1")["credits"] == pytest.approx(leaders[0], rel=0.001)
        assert leaders == sorted(leaders, reverse=True)
        live = {0: 1_440_000, 4: 870_000, 9: 430_000}  # 5.4 hours after a reset (M)
        assert {rank: leaders[rank] for rank in live} == pytest.approx(live, rel=0.15)
        with pytest.raises(Refusal) as taken:
            world.join("RIVAL_1")
        assert taken.value.code == Code.SYMBOL_TAKEN

    def test_late_universes_have_grown_and_their_gate_is_built(self) -> None:
        world = World(1, charter=scenario.load("late"))
        gate = next(place for place in world.universe.places.values() if place.type == "JUMP_GATE")

        assert not world.universe.is_unbuilt(gate)
        assert max(shelf.volume for shelf in shelves(scenario.load("late"), 0)) > 60

    def test_a_scenario_file_may_change_what_it_names(self, tmp_path: Path) -> None:
        file = tmp_path / "mine.toml"
        file.write_text("credits = 5\nsystems = 3\n[economy]\ntick_jitter = 1.5\n")
        charter = scenario.load(str(file))

        assert (charter.name, charter.credits, charter.systems) == ("mine", 5, 3)
        assert charter.economy.tick_jitter == 1.5

    def test_other_bases_move_prices_and_nothing_else(self) -> None:
        text = "[bases]\nFABRICS = 3_000\nMOUNT_SURVEYOR_I = 9_000"
        usual, shifted = shelves(Charter(), 6), shelves(scenario.read("shifted", text), 6)

        assert [(each.good, each.units, each.steepness) for each in usual] == [
            (each.good, each.units, each.steepness) for each in shifted
        ]
        pairs = [(old.stock, new.stock, new.good) for old, new in zip(usual, shifted, strict=True)]
        changed = {good: new.base for old, new, good in pairs if old.base != new.base}
        assert changed == {"FABRICS": 3_000}

    def test_contracts_are_worth_what_their_goods_cost_in_this_universe(self) -> None:
        """The first contract, for something raw, pays about twice what its good costs and some thousand credits."""
        dear = "\n".join(f"{good} = {100 * bases[0]}" for good, bases in BASE_PRICES.items())
        usual, dearer = contract_of(Charter()), contract_of(scenario.read("dear", f"[bases]\n{dear}"))

        assert dearer.good == usual.good
        assert dearer.pays_first > 20 * usual.pays_first

    def test_shifted_bases_survive_a_snapshot_and_a_reset(self) -> None:
        control = Control.of(8, HandClock(), charter=scenario.load("bases-2024"))
        resumed = Control.resumed(control.snapshot(), HandClock(), speed=1)

        assert resumed.universe.charter.bases == scenario.load("bases-2024").bases
        assert resumed.universe.successor().charter.bases == scenario.load("bases-2024").bases

    @pytest.mark.parametrize(
        ("text", "field", "allowed"),
        [
            ("bases = 3", "bases", "a table"),
            ("economy = 3", "economy", "a table"),
            ("[bases]\nFABRIC = 3", "bases.FABRIC", "FABRICS"),
            ("[bases]\nfabrics = 3", "bases.fabrics", "FABRICS"),
            ("[bases]\nFABRICS = 0", "bases.FABRICS", "from 1 to"),
            ("[bases]\nFABRICS = 1.5", "bases.FABRICS", "a whole number"),
            ("[bases]\nFABRICS = true", "bases.FABRICS", "a whole number"),
            ("[bases]\nFABRICS = '2000'", "bases.FABRICS", "a whole number"),
            ("[bases]\nFABRICS = 10_000_001", "bases.FABRICS", "10,000,000"),
        ],
    )
    def test_a_wrong_table_is_refused_by_field_with_what_is_allowed(self, text: str, field: str, allowed: str) -> None:
        with pytest.raises(Refused) as refused:
            scenario.read("wrong", text)

        (problem,) = refused.value.fields
        assert problem.field == field
        assert allowed in problem.allowed

    def test_a_scenario_may_give_every_agent_a_fleet(self) -> None:
        player = World(2, charter=scenario.read("fleet", "shuttles = 30")).join()

        roles = [
            ship["registration"]["role"] for page in (1, 2) for ship in player.get(f"/my/ships?limit=20&page={page}")
        ]
        assert len(roles) == 32
        assert roles.count("TRANSPORT") == 30

    @pytest.mark.parametrize(
        "text",
        [
            "credits = -1",
            "shuttles = 1001",
            "money = 3",
            "credits = 1.5",
            "has_gate = 1",
            "[economy]\nluck = 3",
            "[economy]\nappetite = 'x'",
            "=",
        ],
    )
    def test_a_wrong_scenario_is_refused(self, text: str) -> None:
        with pytest.raises(Refused):
            scenario.read("wrong", text)

    def test_an_unknown_scenario_is_named_with_the_choices(self) -> None:
        with pytest.raises(Missing, match="volatile"):
            scenario.load("sunny")


def contract_of(charter: Charter) -> Contract:
    """The contract that an agent begins with."""
    world = World(3, charter=charter)
    world.join()
    (agent,) = world.universe.agents.values()
    return agent.contracts[0]


def shelves(charter: Charter, hours: float) -> list[Shelf]:
    world = World(1, charter=charter)
    world.wait(hours=hours)
    universe = world.universe
    markets = [universe.market(plan.waypoint, universe.now()) for plan in universe.system.markets]
    return [shelf for market in markets if market for shelf in market.shelves.values()]


class TestFiles:
    """World files and where they come from."""

    def test_a_snapshot_goes_on(self, tmp_path: Path) -> None:
        control = Control.of(8, HandClock(), charter=worlds.charter_of("poor", 4))
        file = tmp_path / "world"
        file.write_bytes(control.snapshot())
        resumed = worlds.open_world(file, HandClock(), speed=1, seed=99)

        assert (resumed.universe.seed, resumed.universe.charter.name) == (8, "poor")
        assert len(resumed.universe.galaxy.stars) == 4

    @pytest.mark.parametrize("systems", [0, 10_001])
    def test_there_are_bounds_to_a_galaxy(self, systems: int) -> None:
        with pytest.raises(Refused, match="systems"):
            worlds.charter_of(None, systems)

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(Missing, match="no world file"):
            worlds.open_world(tmp_path / "gone", HandClock(), speed=1, seed=1)
