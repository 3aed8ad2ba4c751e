"""What a daemon saw of the real server becomes a world."""

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa

from starfoundry.kernel.errors import Missing, Refused
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.supply import SupplyLevel, TradeKind
from starfoundry.sandbox.control import recorded_world, recorder, world_sources
from starfoundry.sandbox.control.price_fitting import PriceReading, fit
from starfoundry.sandbox.economy.market_good import MarketGood
from starfoundry.sandbox.state.universe import Universe
from starfoundry.sandbox.state.universe_config import UniverseConfig
from starfoundry.store.tables import schema
from tests.manufacturing.plant import Plant, run_plant
from tests.sandbox.player import EPOCH, HandClock, Player, World


@pytest.fixture
def seen(tmp_path: Path) -> tuple[Player, Path]:
    """A player who looked at every market twice, and the daemon's database that remembers it."""
    player = World(4).join()
    database = tmp_path / "starfoundry.db"
    engine = sa.create_engine(f"sqlite:///{database}", poolclass=sa.pool.NullPool)
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
        kept = ["SHIPYARD"] if "SHIPYARD" in traits else []  # as the daemon keeps them
        row = {"player_id": 1, "system": player.home, "traits": kept, **lists}
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
        file.write_bytes(recorded_world.write(recorded))
        universe = world_sources.open_world(file, HandClock(), speed=0, seed=9).universe
        checked = 0
        for place in recorded.waypoints:
            market = universe.market(WaypointSymbol(place.symbol), universe.opened_at)
            for good in place.goods:
                assert market is not None
                stock, last = market.market_goods[Good(good.symbol)].stock, good.prices[-1]
                assert (stock.ask, stock.bid, stock.supply.name) == (last.ask, last.bid, last.supply)
                checked += 1

        assert {*universe.places} == {*seen[0].world.universe.places}
        assert checked > 100

    def test_a_recorded_world_lives_and_can_be_joined(self, seen: tuple[Player, Path]) -> None:
        seen_by = recorded_world.read(recorded_world.write(recorder.record(seen[1])))
        world = World(1, universe_config=UniverseConfig(recorded=seen_by))
        player = world.join()
        here = player.registration["agent"]["headquarters"]
        before = player.quotes(here)
        world.wait(hours=6)

        assert player.quotes(here) != before
        assert player.do(player.frigate, "orbit")["nav"]["status"] == "IN_ORBIT"

    def test_what_a_daemon_itself_has_written_becomes_the_world_it_saw(self, tmp_path: Path) -> None:
        """Its rows, not ours: it keeps of a waypoint what it needs, and no more."""

        async def an_hour(running: Plant) -> None:
            await running.start()
            await asyncio.sleep(3600)

        run_plant(an_hour, tmp_path)
        seen_by = recorded_world.read(recorded_world.write(recorder.record(tmp_path / "sandbox.db")))
        original = World(1).universe.system

        recorded = Universe(1, HandClock(), universe_config=UniverseConfig(recorded=seen_by)).system
        assert {plan.waypoint for plan in recorded.markets} == {plan.waypoint for plan in original.markets}
        assert {yard.waypoint for yard in recorded.shipyards} == {yard.waypoint for yard in original.shipyards}
        assert sum(map(len, seen_by.openings.values())) > 50

    def test_what_is_no_recording_is_refused(self) -> None:
        for content in (b"{}", b"nonsense", b'{"format":"other","system":"X","headquarters":"Y","waypoints":[]}'):
            with pytest.raises(Refused):
                recorded_world.read(content)

    def test_an_empty_database_has_seen_nothing(self, tmp_path: Path) -> None:
        database = tmp_path / "empty.db"
        engine = sa.create_engine(f"sqlite:///{database}", poolclass=sa.pool.NullPool)
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
    market_good = MarketGood(good=good, kind=kind, base=base, steepness=9, volume=20, units=0)
    readings = []
    for units in (-31, -7, 0, 12, 44):
        market_good.units = units
        stock = market_good.stock
        readings.append(PriceReading(ask=stock.ask, bid=stock.bid, supply=stock.supply, volume=20))

    assert [(each.ask, each.bid) for each in fit(good, kind, readings)] == [(each.ask, each.bid) for each in readings]


def test_prices_no_law_explains_are_met_about() -> None:
    reading = PriceReading(ask=1_234, bid=1_233, supply=SupplyLevel.HIGH, volume=20)
    stock = fit(Good("QUANTUM_DRIVES"), TradeKind.EXPORT, [reading])[0]

    assert stock.supply is SupplyLevel.HIGH
    assert stock.ask == pytest.approx(1_234, rel=0.05)
