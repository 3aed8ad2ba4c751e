"""A game continued from a situation: a universe generated around the known state, and the daemon's rows.

What the daemon does not know is drawn by the seed: stocks and rates within what it learned of them, the rest from the
sandbox's own priors for a universe that begins now.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from starfoundry.config.domain.declarations.builtin_presets import BUILT_IN
from starfoundry.config.domain.effective import LAUNCH_KEYS
from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.config.domain.validation import read_texts
from starfoundry.daemon.players.token_encryption import TokenCipher
from starfoundry.forecast.domain.model import Arm
from starfoundry.forecast.domain.situation import KnownGood, KnownShip, KnownStock, Situation
from starfoundry.forecast.storage.resume_rows import insert_rows
from starfoundry.game.market_law import motion
from starfoundry.kernel.ids import Good, ShipSymbol, WaypointSymbol
from starfoundry.kernel.ports import Entropy
from starfoundry.kernel.supply import Activity, SupplyLevel, TradeKind
from starfoundry.runtime.clock import LoopClock
from starfoundry.runtime.concurrency.offload import SingleThread
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.sandbox.catalogue.ship_types import SHIP_TYPES, ShipType
from starfoundry.sandbox.control.price_fitting import PriceReading, fit
from starfoundry.sandbox.control.recorded_world import FORMAT, Recording, SeenWaypoint, system_of
from starfoundry.sandbox.core import agent_tokens
from starfoundry.sandbox.core.milliseconds import SECOND
from starfoundry.sandbox.core.random_streams import RandomStream
from starfoundry.sandbox.economy.initial_stock import InitialStock
from starfoundry.sandbox.economy.parameters import EconomyParameters
from starfoundry.sandbox.ships.fleet import Agent, Ship
from starfoundry.sandbox.ships.flight import Mode
from starfoundry.sandbox.state.universe import Universe
from starfoundry.sandbox.state.universe_config import Recorded, UniverseConfig
from starfoundry.store.address import url_of
from starfoundry.store.engine import Database

FACTION = "COSMIC"
SERVER = "sandbox"
DATABASE_FILE = "sandbox.db"


def universe_of_situation(situation: Situation, seed: int) -> Universe:
    """The universe of a situation as one seed draws it; it lives by the time of the running loop."""
    chance = SeededEntropy(seed)
    openings: dict[WaypointSymbol, dict[Good, InitialStock]] = {}
    for each in situation.goods:
        stream = chance.stream(f"forecast.{each.waypoint}.{each.good}")
        openings.setdefault(WaypointSymbol(each.waypoint), {})[Good(each.good)] = _opening(each, stream)
    universe_config = UniverseConfig(
        name="situation",
        credits=situation.credits,
        recorded=Recorded(home=system_of(_recording(situation)), openings=openings),
    )
    universe = Universe(seed, LoopClock(asyncio.get_running_loop(), situation.at), universe_config=universe_config)
    universe.reset_date = situation.universe
    _price_ships(universe, situation)
    _settle(universe, situation)
    return universe


async def write_database(situation: Situation, arm: Arm, token: str, directory: Path) -> None:
    """The daemon's database in an empty directory, its coordinator under the arm's settings; raises Refused."""
    sealed = TokenCipher.load(directory).encrypt(token, owner=f"{situation.agent} on {SERVER}")
    rows = {
        **situation.rows,
        "players": [
            dict(row) | {"token_sealed": sealed, "credits": situation.credits} for row in situation.rows["players"]
        ],
        "containers": [_under(row, arm, situation.container_id) for row in situation.rows["containers"]],
        "config_state": [
            row for row in situation.rows["config_state"] if row["container_id"] != situation.container_id
        ],
    }
    offload = SingleThread("database")
    database = await Database.open(url_of(directory / DATABASE_FILE), offload, waits_for_disk=False)
    await database.write(lambda connection: insert_rows(connection, rows))
    await database.close()
    offload.close()


def _under(row: Mapping[str, object], arm: Arm, container_id: str) -> Mapping[str, object]:
    """A container's row with the arm's settings in it, if it is the one that a forecast is about."""
    if row["id"] != container_id:
        return row
    stored = row["config"]
    assert isinstance(stored, Mapping), "a container's config is an object"
    preset = BUILT_IN[arm.preset].values if arm.preset else {}
    config = ManufacturingConfig(**{**preset, **read_texts(arm.settings)})
    return {**row, "config": {key: stored[key] for key in LAUNCH_KEYS if key in stored} | config.to_map()}


def _recording(situation: Situation) -> Recording:
    yards = {each.waypoint: each for each in situation.shipyards}
    return Recording(
        format=FORMAT,
        system=situation.system,
        headquarters=situation.headquarters,
        waypoints=[
            SeenWaypoint(
                symbol=each.symbol,
                type=each.type,
                x=each.x,
                y=each.y,
                traits=[
                    *(["MARKETPLACE"] if each.imports or each.exports or each.exchange else []),
                    *(["SHIPYARD"] if each.has_shipyard else []),
                ],
                imports=list(each.imports),
                exports=list(each.exports),
                exchange=list(each.exchange),
                ships=list(yards[each.symbol].ship_types) if each.symbol in yards else [],
            )
            for each in situation.places
        ],
    )


def _opening(each: KnownGood, chance: RandomStream) -> InitialStock:
    kind, activity = TradeKind(each.kind), Activity(each.activity) if each.activity else None
    if each.stock is None:
        supply = SupplyLevel.__members__.get(each.supply)
        (fitted,) = fit(
            Good(each.good), kind, [PriceReading(ask=each.ask, bid=each.bid, supply=supply, volume=each.volume)]
        )
        stock = KnownStock(
            base=fitted.base,
            steepness=fitted.steepness,
            units=fitted.units,
            deviation=0.0,
            rate=_USUAL_RATE,
            rate_deviation=0.1,
            next_tick=None,
        )
    else:
        stock = each.stock
    drawn_rate = chance.gauss(stock.rate, stock.rate_deviation)
    return InitialStock(
        base=stock.base,
        steepness=stock.steepness,
        volume=each.volume,
        units=round(chance.gauss(stock.units, stock.deviation)),
        rate=0.0 if kind is TradeKind.EXCHANGE else _shown_rate(drawn_rate, activity),
        next_tick=_milliseconds(stock.next_tick, chance),
    )


_USUAL_RATE = 0.3
_RATE_MIN = 0.08


def _shown_rate(rate: float, activity: Activity | None) -> float:
    """The rate within what its activity shows."""
    strong = EconomyParameters().strong_rate
    match activity:
        case Activity.WEAK:
            return min(max(rate, _RATE_MIN), 0.99 * motion.GROWING_RATE)
        case Activity.GROWING:
            return min(max(rate, motion.GROWING_RATE), 0.99 * strong)
        case Activity.STRONG:
            return max(rate, strong)
        case _:
            return min(max(rate, _RATE_MIN), strong)


def _milliseconds(bounds: tuple[float, float] | None, chance: RandomStream) -> int | None:
    return None if bounds is None else round(chance.uniform(*bounds) * SECOND)


def _price_ships(universe: Universe, situation: Situation) -> None:
    for yard in situation.shipyards:
        berths = universe.shipyard(WaypointSymbol(yard.waypoint)) or {}
        for ship_type, price in yard.prices.items():
            if ship_type in berths:
                berths[ship_type].price = price


def _settle(universe: Universe, situation: Situation) -> None:
    """Let the player's agent live there, with its ships where they are."""
    account = universe.accounts[universe.account_token]
    agent = Agent(
        symbol=situation.agent,
        account=account,
        token=_token(universe.entropy, situation),
        faction=FACTION,
        headquarters=WaypointSymbol(situation.headquarters),
        credits=situation.credits,
    )
    for each in situation.ships:
        ship = _ship(universe, each)
        if ship is not None:
            agent.ships[ship.symbol] = ship
    agent.ships_ever = max(len(agent.ships), *(_number(each.symbol) for each in situation.ships), 0)
    universe.agents[agent.symbol] = agent
    universe.agents_by_token[agent.token] = agent


def _token(entropy: Entropy, situation: Situation) -> str:
    return agent_tokens.issue(entropy, identifier=situation.agent, reset_date=situation.universe, subject="agent-token")


def _number(symbol: str) -> int:
    """The number in a ship's name, which counts in hexadecimal; 0 for a name without."""
    try:
        return int(symbol.rpartition("-")[2], 16)
    except ValueError:
        return 0


def _ship(universe: Universe, each: KnownShip) -> Ship | None:
    """The ship as the sandbox has it; None for one that is in another system."""
    destination = universe.places.get(WaypointSymbol(each.waypoint))
    origin = universe.places.get(WaypointSymbol(each.origin)) or destination
    if destination is None or origin is None:
        return None
    ship_type = _type_of(each)
    return Ship(
        symbol=ShipSymbol(each.symbol),
        type=ship_type,
        faction=FACTION,
        origin=origin,
        destination=destination,
        departed_at=_moment(each.departed_at),
        arrives_at=_moment(each.arrives_at),
        is_docked=each.status == "DOCKED",
        fuel=min(each.fuel, ship_type.fuel_capacity),
        mode=Mode.__members__.get(each.mode, Mode.CRUISE),
        cargo={Good(good): units for good, units in each.cargo.items()},
        modules=[*ship_type.modules],
        mounts=[*ship_type.mounts],
        cargo_capacity=each.cargo_capacity,
    )


def _type_of(each: KnownShip) -> ShipType:
    """The type that a ship is most like: by its frame, its engine, its hold."""

    def unlike(ship_type: ShipType) -> tuple[bool, int, int, bool]:
        return (
            ship_type.frame != each.frame,
            abs(ship_type.speed - each.speed),
            abs(ship_type.cargo_capacity - each.cargo_capacity),
            ship_type.role != each.role,
        )

    return min(SHIP_TYPES.values(), key=unlike)


def _moment(at: datetime) -> int:
    return round(at.timestamp() * SECOND)
