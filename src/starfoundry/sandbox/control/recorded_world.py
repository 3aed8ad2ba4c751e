"""The file format of recorded worlds: a home system and its markets as observed. JSON, meant to be read and edited."""

from collections.abc import Mapping, Sequence

import msgspec

from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import Good, SystemSymbol, WaypointSymbol
from starfoundry.kernel.supply import Activity, SupplyLevel, TradeKind
from starfoundry.sandbox.catalogue.ship_types import SHIP_TYPES
from starfoundry.sandbox.control.price_fitting import PriceReading, fit
from starfoundry.sandbox.economy.initial_stock import InitialStock
from starfoundry.sandbox.state.universe_config import Recorded
from starfoundry.sandbox.worldgen.atlas import MarketPlan, ShipyardPlan, Star, System, WaypointPlan

FORMAT = "starfoundry-recording-1"
_RATES = {Activity.WEAK: 0.2, Activity.RESTRICTED: 0.2, Activity.GROWING: 0.7, Activity.STRONG: 1.3}
_USUAL_YARD = ("SHIP_PROBE", "SHIP_LIGHT_SHUTTLE", "SHIP_LIGHT_HAULER", "SHIP_MINING_DRONE")


class SeenPrice(msgspec.Struct, omit_defaults=True):
    """A good's prices at one time; `at` is an ISO time, for readers only."""

    ask: int
    bid: int
    supply: str | None
    volume: int
    activity: str | None = None
    at: str = ""


class SeenGood(msgspec.Struct):
    """A good at a market, its prices oldest first; the world begins with the last."""

    symbol: str
    kind: str
    prices: list[SeenPrice]


class SeenWaypoint(msgspec.Struct, omit_defaults=True):
    """A waypoint and its traded goods."""

    symbol: str
    type: str
    x: int
    y: int
    traits: list[str]
    imports: list[str] = []
    exports: list[str] = []
    exchange: list[str] = []
    goods: list[SeenGood] = []
    ships: list[str] = []


class Recording(msgspec.Struct):
    """An observed home system."""

    format: str
    system: str
    headquarters: str
    waypoints: list[SeenWaypoint]


def write(recording: Recording) -> bytes:
    """The file's content."""
    return msgspec.json.format(msgspec.json.encode(recording), indent=1)


def read(content: bytes) -> Recorded:
    """The world of a recording. Raises Refused."""
    try:
        seen = msgspec.json.decode(content, type=Recording)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(f"this is not a recording: {error}") from None
    if seen.format != FORMAT:
        raise Refused.of("format", seen.format, FORMAT)
    if not any(each.symbol == seen.headquarters for each in seen.waypoints):
        raise Refused.of("headquarters", seen.headquarters, "one of the waypoints")
    return Recorded(
        home=system_of(seen), openings={WaypointSymbol(each.symbol): _openings(each) for each in seen.waypoints}
    )


def system_of(seen: Recording) -> System:
    """The home system of a recording; what was not seen is as in most systems."""
    gate = next((each.symbol for each in seen.waypoints if each.type == "JUMP_GATE"), None)
    yards = [each for each in seen.waypoints if "SHIPYARD" in each.traits]
    star = Star(
        symbol=SystemSymbol(seen.system),
        type="ORANGE_STAR",
        x=0,
        y=0,
        faction="COSMIC",
        gate=WaypointSymbol(gate) if gate else None,
    )
    return System(
        star=star,
        places=tuple(_place(each, seen.waypoints) for each in seen.waypoints),
        markets=tuple(_plan(each) for each in seen.waypoints if "MARKETPLACE" in each.traits),
        shipyards=tuple(
            ShipyardPlan(
                waypoint=WaypointSymbol(each.symbol),
                ship_types=tuple(kind for kind in each.ships if kind in SHIP_TYPES) or _USUAL_YARD,
            )
            for each in yards
        ),
        headquarters=WaypointSymbol(seen.headquarters),
        nursery=WaypointSymbol(yards[0].symbol) if yards else None,
    )


def _place(seen: SeenWaypoint, everything: Sequence[SeenWaypoint]) -> WaypointPlan:
    """A waypoint; one at a planet's coordinates is taken to orbit it, since orbits are not recorded."""
    bodies = ("PLANET", "GAS_GIANT")
    here = [each for each in everything if (each.x, each.y) == (seen.x, seen.y)]
    parent = next((each for each in here if each.type in bodies), None)
    is_parent = parent is seen
    return WaypointPlan(
        symbol=WaypointSymbol(seen.symbol),
        type=seen.type,
        x=seen.x,
        y=seen.y,
        orbits=WaypointSymbol(parent.symbol) if parent is not None and not is_parent else None,
        orbitals=tuple(WaypointSymbol(each.symbol) for each in here if each is not seen) if is_parent else (),
        traits=tuple(seen.traits),
        is_under_construction=seen.type == "JUMP_GATE",
    )


def _plan(seen: SeenWaypoint) -> MarketPlan:
    return MarketPlan(
        waypoint=WaypointSymbol(seen.symbol),
        exports=tuple(map(Good, seen.exports)),
        imports=tuple(map(Good, seen.imports)),
        exchange=tuple(map(Good, seen.exchange)),
    )


def _openings(seen: SeenWaypoint) -> Mapping[Good, InitialStock]:
    return {Good(each.symbol): _opening(each) for each in seen.goods if each.prices}


def _opening(seen: SeenGood) -> InitialStock:
    """The stock behind the last prices."""
    readings = [
        PriceReading(
            ask=each.ask,
            bid=each.bid,
            supply=SupplyLevel.__members__.get(each.supply or ""),
            volume=each.volume,
        )
        for each in seen.prices
    ]
    stocks = fit(Good(seen.symbol), TradeKind(seen.kind), readings)
    last = stocks[-1]
    activity = Activity(seen.prices[-1].activity) if seen.prices[-1].activity else Activity.WEAK
    return InitialStock(
        base=last.base,
        steepness=last.steepness,
        volume=last.trade_volume,
        units=last.units,
        rate=_RATES[activity],
    )
