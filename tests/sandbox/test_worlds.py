"""Other worlds: galaxies, scenarios, recordings."""

import math
import statistics
from collections import Counter, deque
from pathlib import Path

import pytest
import sqlalchemy as sa

from starfoundry.kernel.errors import Missing, Refused
from starfoundry.kernel.ids import Good, WaypointSymbol, system_of
from starfoundry.kernel.supply import SupplyLevel, TradeKind
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.sandbox import recorder, recording, scenario, worlds
from starfoundry.sandbox.charter import Charter
from starfoundry.sandbox.control import Control
from starfoundry.sandbox.economy.shelf import Shelf
from starfoundry.sandbox.fitting import Reading, fit
from starfoundry.sandbox.world.galaxy import Galaxy
from starfoundry.sandbox.world.generate import home_system
from starfoundry.store import schema
from tests.sandbox.player import EPOCH, HandClock, Player, World


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
        systems = [wide.find(star.symbol) for star in [*wide.stars.values()][1:] if star.gate]
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

    def test_six_come_along(self) -> None:
        assert scenario.names() == ("crowded", "late", "poor", "rich", "starved", "volatile")

    def fills(self, name: str, kind: TradeKind) -> float:
        return statistics.median(shelf.fill for shelf in shelves(scenario.load(name), 6) if shelf.kind is kind)

    def test_rich_and_poor_differ_in_what_a_trader_can_gain(self) -> None:
        assert self.fills("rich", TradeKind.EXPORT) > self.fills("poor", TradeKind.EXPORT) + 2
        assert self.fills("rich", TradeKind.IMPORT) < self.fills("poor", TradeKind.IMPORT) - 2

    def test_starved_factories_are_short(self) -> None:
        exports = [shelf for shelf in shelves(scenario.load("starved"), 6) if shelf.kind is TradeKind.EXPORT]

        assert sum(shelf.is_short for shelf in exports) / len(exports) > 0.6

    def test_rivals_leave_their_deals_on_the_board_at_the_price_shown(self) -> None:
        world = World(2, charter=scenario.load("crowded"))
        player = world.join()
        world.wait(hours=10)
        deals = player.market(player.registration["ships"][1]["nav"]["waypointSymbol"])["transactions"]

        assert {deal["shipSymbol"].split("-")[0] for deal in deals} == {"RIVAL"}
        assert {deal["type"] for deal in deals} <= {"PURCHASE", "SELL"}
        assert all(deal["totalPrice"] == deal["units"] * deal["pricePerUnit"] for deal in deals)

    def test_late_universes_have_grown_and_their_gate_is_built(self) -> None:
        world = World(1, charter=scenario.load("late"))
        gate = next(place for place in world.universe.places.values() if place.type == "JUMP_GATE")

        assert not world.universe.is_unbuilt(gate)
        assert max(shelf.volume for shelf in shelves(scenario.load("late"), 0)) > 60

    def test_a_scenario_file_may_change_what_it_names(self, tmp_path: Path) -> None:
        file = tmp_path / "mine.toml"
        file.write_text("credits = 5\nsystems = 3\n[economy]\ntempo_hours = 1.5\n")
        charter = scenario.load(str(file))

        assert (charter.name, charter.credits, charter.systems) == ("mine", 5, 3)
        assert charter.economy.tempo_hours == 1.5

    @pytest.mark.parametrize(
        "text",
        [
            "credits = -1",
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


def shelves(charter: Charter, hours: float) -> list[Shelf]:
    world = World(1, charter=charter)
    world.wait(hours=hours)
    universe = world.universe
    markets = [universe.market(plan.waypoint, universe.now()) for plan in universe.system.markets]
    return [shelf for market in markets if market for shelf in market.shelves.values()]


@pytest.fixture
def seen(tmp_path: Path) -> tuple[Player, Path]:
    """A player who looked at every market twice, and the daemon's database that remembers it."""
    player = World(4).join()
    database = tmp_path / "starfoundry.db"
    engine = sa.create_engine(f"sqlite:///{database}")
    schema.metadata.create_all(engine)
    with engine.begin() as connection:
        player_row = {"id": 1, "callsign": "BADGER", "faction": "COSMIC"}
        columns = {column.name: column for column in schema.players.columns}
        filled = {name: player_row.get(name, _filler(column)) for name, column in columns.items()}
        connection.execute(schema.players.insert().values(filled))
        remember(connection, player)
    engine.dispose()
    return player, database


def _filler(column: sa.Column[object]) -> object:
    if column.nullable or column.server_default is not None or column.default is not None:
        return None
    kind = column.type.python_type
    return {str: "x", int: 1, bytes: b"x", bool: False}.get(kind, EPOCH)


def remember(connection: sa.Connection, player: Player) -> None:
    universe = player.world.universe
    ship = next(iter(universe.agents["BADGER"].ships.values()))
    for place in player.everything(f"/systems/{player.home}/waypoints"):
        traits = [each["symbol"] for each in place["traits"]]
        market = player.market(place["symbol"]) if "MARKETPLACE" in traits else {}
        lists = {kind: [each["symbol"] for each in market.get(kind, [])] for kind in ("imports", "exports", "exchange")}
        row = {"player_id": 1, "system": player.home, "traits": traits, **lists}
        place_row = {key: place[key] for key in ("symbol", "type", "x", "y")}
        connection.execute(schema.waypoints.insert().values(**row, **place_row))
        if market:
            ship.destination = universe.places[WaypointSymbol(place["symbol"])]
            for quote in player.quotes(place["symbol"]).values():
                price = {
                    "player_id": 1,
                    "waypoint": place["symbol"],
                    "good": quote["symbol"],
                    "kind": quote["type"],
                    "supply": quote["supply"],
                    "activity": quote.get("activity"),
                    "trade_volume": quote["tradeVolume"],
                    "ask": quote["purchasePrice"],
                    "bid": quote["sellPrice"],
                }
                connection.execute(schema.market_history.insert().values(**price, at=EPOCH))
                connection.execute(schema.market_observations.insert().values(**price, observed_at=EPOCH))


class TestRecording:
    """What a daemon saw becomes a world."""

    def test_a_recorded_world_shows_every_price_as_it_was_seen(self, seen: tuple[Player, Path], tmp_path: Path) -> None:
        recorded = recorder.record(seen[1])
        file = tmp_path / "world.json"
        file.write_bytes(recording.write(recorded))
        universe = worlds.open_world(file, HandClock(), speed=0, seed=9).universe
        checked = 0
        for place in recorded.waypoints:
            market = universe.market(WaypointSymbol(place.symbol), universe.opened_at)
            for good in place.goods:
                assert market is not None
                stock, last = market.shelves[Good(good.symbol)].stock, good.prices[-1]
                assert (stock.ask, stock.bid, stock.supply.name) == (last.ask, last.bid, last.supply)
                checked += 1

        assert {*universe.places} == {*seen[0].world.universe.places}
        assert checked > 100

    def test_a_recorded_world_lives_and_can_be_joined(self, seen: tuple[Player, Path]) -> None:
        seen_by = recording.read(recording.write(recorder.record(seen[1])))
        world = World(1, charter=Charter(recorded=seen_by))
        player = world.join()
        here = player.registration["agent"]["headquarters"]
        before = player.quotes(here)
        world.wait(hours=6)

        assert player.quotes(here) != before
        assert player.do(player.frigate, "orbit")["nav"]["status"] == "IN_ORBIT"

    def test_what_is_no_recording_is_refused(self) -> None:
        for content in (b"{}", b"nonsense", b'{"format":"other","system":"X","headquarters":"Y","waypoints":[]}'):
            with pytest.raises(Refused):
                recording.read(content)

    def test_an_empty_database_has_seen_nothing(self, tmp_path: Path) -> None:
        database = tmp_path / "empty.db"
        engine = sa.create_engine(f"sqlite:///{database}")
        schema.metadata.create_all(engine)
        engine.dispose()

        with pytest.raises(Missing, match="no waypoint"):
            recorder.record(database)
        with pytest.raises(Missing, match="no database"):
            recorder.record(tmp_path / "none.db")


@pytest.mark.parametrize("base", [700, 3_300, 5_000, 12_500])
@pytest.mark.parametrize("kind", [TradeKind.EXPORT, TradeKind.IMPORT])
def test_a_good_without_a_known_base_is_fitted_from_its_readings(base: int, kind: TradeKind) -> None:
    """Whatever constants are found, they show every price that was seen."""
    good = Good("QUANTUM_DRIVES")
    shelf = Shelf(good=good, kind=kind, base=base, steepness=9, volume=20, units=0, rest=0.0)
    readings = []
    for units in (-31, -7, 0, 12, 44):
        shelf.units = units
        stock = shelf.stock
        readings.append(Reading(ask=stock.ask, bid=stock.bid, supply=stock.supply, volume=20))

    assert [(each.ask, each.bid) for each in fit(good, kind, readings)] == [(each.ask, each.bid) for each in readings]


def test_prices_no_law_explains_are_met_about() -> None:
    reading = Reading(ask=1_234, bid=1_233, supply=SupplyLevel.HIGH, volume=20)
    stock = fit(Good("QUANTUM_DRIVES"), TradeKind.EXPORT, [reading])[0]

    assert stock.supply is SupplyLevel.HIGH
    assert stock.ask == pytest.approx(1_234, rel=0.05)


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
