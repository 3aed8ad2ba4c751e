"""Shapes of the game's JSON: only the fields we use, and required only where we cannot do without.

Unknown fields are ignored. Words of an enumeration that a server may extend (a status, a supply level) stay text here;
conversion.py defines the meaning of unknown ones. lenient.py defines the handling of invalid values.
"""

from datetime import datetime
from typing import Literal

import msgspec

from starfoundry.game.decoding.ranges import (
    FLIGHT_SECONDS_MAX,
    Ask,
    Balance,
    Bid,
    Coordinate,
    Count,
    Name,
    Positive,
    Total,
    Word,
    checked_time,
)

UNIMPORTANT_FIELDS = frozenset(
    {
        "transactions",
        "modules",
        "registration",
        "activity",
        "meta",
        "origin",
        "departure",
        "agent",
        "headquarters",
        "version",
        "server_resets",
    }
)
"""Fields whose loss does not affect earning; those that matter are read again elsewhere."""

NAMING_FIELDS = ("symbol", "tradeSymbol", "type")
"""The fields that may identify an element."""


class Shape(msgspec.Struct, rename="camel", gc=False):
    """A JSON object; names are in snake case here."""


class Symbol(Shape):
    """A thing of which only the name is used."""

    symbol: Name


class Agent(Shape):
    """An agent. Its starting system also follows from the positions of its ships."""

    symbol: Name
    credits: Balance
    headquarters: Name | None = None
    ship_count: Count = 0


class Route(Shape):
    """A flight; `departure` is what older servers call the origin."""

    departure_time: datetime
    arrival: datetime
    origin: Symbol | None = None
    departure: Symbol | None = None

    def __post_init__(self) -> None:
        self.departure_time = checked_time("departureTime", self.departure_time)
        self.arrival = checked_time("arrival", self.arrival)
        if (self.arrival - self.departure_time).total_seconds() > FLIGHT_SECONDS_MAX:
            raise ValueError("arrival is too long after departureTime")


class Nav(Shape):
    """A ship's position; the route matters only during a flight."""

    waypoint_symbol: Name
    system_symbol: Name | None = None
    route: Route | None = None
    status: Word | None = None
    flight_mode: Word | None = None

    def __post_init__(self) -> None:
        if self.route is None and self.status == "IN_TRANSIT":
            raise ValueError("route is missing or odd, in transit")


class Fuel(Shape):
    """A tank."""

    current: Count
    capacity: Count


class CargoItem(Shape):
    """One good aboard; a server may list goods with no units left."""

    symbol: Name
    units: Count


class Cargo(Shape):
    """A hold; its load is computed from the list if not given."""

    capacity: Count
    units: Count | None = None
    inventory: list[CargoItem] = []


class ShipRole(Shape):
    """A ship's registration."""

    role: Word = ""


class Frame(Shape):
    """A ship's hull."""

    symbol: Word = ""
    fuel_capacity: Count = 0


class Engine(Shape):
    """A ship's engine; without a speed, flights cannot be computed."""

    speed: Positive


class Ship(Shape):
    """A ship."""

    symbol: Name
    nav: Nav
    fuel: Fuel
    cargo: Cargo
    engine: Engine
    frame: Frame | None = None
    registration: ShipRole | None = None


class Waypoint(Shape):
    """A place. Without traits it is unknown whether there is a market; some servers send null for none."""

    symbol: Name
    x: Coordinate
    y: Coordinate
    traits: list[Symbol] | None
    type: Word = ""
    system_symbol: Name | None = None
    orbits: Name | None = None
    is_under_construction: bool | None = None


class TradeGood(Shape):
    """A good's prices. Without kind, volume and both prices it cannot be traded."""

    symbol: Name
    type: Literal["EXPORT", "IMPORT", "EXCHANGE"]
    trade_volume: Positive
    purchase_price: Ask
    sell_price: Bid
    supply: Word | None = None
    activity: Word | None = None


class Transaction(Shape):
    """A trade."""

    waypoint_symbol: Name
    ship_symbol: Name
    trade_symbol: Name
    type: Literal["PURCHASE", "SELL"]
    units: Count
    price_per_unit: Bid
    total_price: Total
    timestamp: datetime

    def __post_init__(self) -> None:
        self.timestamp = checked_time("timestamp", self.timestamp)


class Market(Shape):
    """A market. The caller knows which one it is."""

    symbol: Name | None = None
    exports: list[Symbol] | None = None
    imports: list[Symbol] | None = None
    exchange: list[Symbol] | None = None
    trade_goods: list[TradeGood] | None = None
    transactions: list[Transaction] | None = None

    def __post_init__(self) -> None:
        lists = (self.exports, self.imports, self.exchange, self.trade_goods)
        if self.symbol is None and all(each is None for each in lists):
            raise ValueError("is not a market")


class ShipType(Shape):
    """A type of ship by its name."""

    type: Name


class Module(Shape):
    """A part built into a ship; a cargo hold has a capacity."""

    symbol: Word = ""
    capacity: Count | None = None


class ShipForSale(Shape):
    """A ship at a shipyard. Without type and price it cannot be bought."""

    type: Name
    purchase_price: Ask
    supply: Word | None = None
    frame: Frame | None = None
    engine: Engine | None = None
    modules: list[Module] | None = None


class Shipyard(Shape):
    """A shipyard. The caller knows which one it is."""

    symbol: Name | None = None
    ship_types: list[ShipType] | None = None
    ships: list[ShipForSale] | None = None

    def __post_init__(self) -> None:
        if self.symbol is None and self.ship_types is None and self.ships is None:
            raise ValueError("is not a shipyard")
