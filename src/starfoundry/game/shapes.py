"""The game's JSON as it arrives: only the fields we use, each as loosely typed as it can be trusted to be.

Unknown fields are ignored. Words that come from a list (a status, a supply level) stay text here, since a server may
know more of them than we do; decode.py says what an unknown one means.
"""

from datetime import datetime
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Shape(msgspec.Struct, rename="camel", gc=False):
    """A JSON object; names are written in snake case here."""


class Envelope(Shape, Generic[T]):
    """What wraps nearly every answer."""

    data: T


class Meta(Shape):
    """How long a list is over all its pages."""

    total: int


class ListEnvelope(Shape, Generic[T]):
    """One page of a list."""

    data: list[T]
    meta: Meta | None = None


class Symbol(Shape):
    """A thing of which only the name matters to us."""

    symbol: str


class Agent(Shape):
    """An agent."""

    symbol: str
    headquarters: str
    credits: int
    ship_count: int = 0


class Route(Shape):
    """A flight; `departure` is what older servers call the origin."""

    destination: Symbol
    departure_time: datetime
    arrival: datetime
    origin: Symbol | None = None
    departure: Symbol | None = None


class Nav(Shape):
    """Where a ship is."""

    system_symbol: str
    waypoint_symbol: str
    route: Route
    status: str
    flight_mode: str


class Fuel(Shape):
    """A tank."""

    current: int
    capacity: int


class CargoItem(Shape):
    """One good aboard."""

    symbol: str
    units: int


class Cargo(Shape):
    """A hold."""

    capacity: int
    units: int
    inventory: list[CargoItem] = []


class ShipRole(Shape):
    """A ship's papers."""

    role: str = ""


class Frame(Shape):
    """A ship's hull."""

    symbol: str = ""
    fuel_capacity: int = 0


class Engine(Shape):
    """A ship's engine."""

    speed: int


class Ship(Shape):
    """A ship."""

    symbol: str
    nav: Nav
    fuel: Fuel
    cargo: Cargo
    engine: Engine
    frame: Frame | None = None
    registration: ShipRole | None = None


class Waypoint(Shape):
    """A place."""

    symbol: str
    type: str
    x: int
    y: int
    system_symbol: str | None = None
    traits: list[Symbol] | None = None
    orbits: str | None = None
    is_under_construction: bool | None = None


class TradeGood(Shape):
    """A good's prices. Without a price or a volume it cannot be traded."""

    symbol: str
    type: str = ""
    trade_volume: int | None = None
    supply: str | None = None
    activity: str | None = None
    purchase_price: int | None = None
    sell_price: int | None = None


class Transaction(Shape):
    """A trade."""

    waypoint_symbol: str
    ship_symbol: str
    trade_symbol: str
    type: str
    units: int
    price_per_unit: int
    total_price: int
    timestamp: datetime


class Market(Shape):
    """A market."""

    symbol: str
    exports: list[Symbol] | None = None
    imports: list[Symbol] | None = None
    exchange: list[Symbol] | None = None
    trade_goods: list[TradeGood] | None = None
    transactions: list[Transaction] | None = None


class ShipType(Shape):
    """A type of ship by its name."""

    type: str


class Module(Shape):
    """What is built into a ship; a cargo hold says how much it holds."""

    symbol: str = ""
    capacity: int | None = None


class ShipForSale(Shape):
    """A ship at a shipyard. Without a price it cannot be bought."""

    type: str = ""
    purchase_price: int | None = None
    supply: str | None = None
    frame: Frame | None = None
    engine: Engine | None = None
    modules: list[Module] | None = None


class Shipyard(Shape):
    """A shipyard."""

    symbol: str
    ship_types: list[ShipType] | None = None
    ships: list[ShipForSale] | None = None


class ShipTransaction(Shape):
    """The purchase of a ship."""

    price: int


class Registered(Shape):
    """The answer to a registration."""

    agent: Agent
    token: str


class Traded(Shape):
    """The answer to a purchase or sale."""

    agent: Agent
    cargo: Cargo
    transaction: Transaction


class Refuelled(Shape):
    """The answer to a refuelling."""

    agent: Agent
    fuel: Fuel
    transaction: Transaction


class ShipBought(Shape):
    """The answer to the purchase of a ship."""

    agent: Agent
    ship: Ship
    transaction: ShipTransaction


class Departed(Shape):
    """The answer to a navigation."""

    nav: Nav
    fuel: Fuel


class Moved(Shape):
    """The answer to docking, leaving the dock or a change of flight mode."""

    nav: Nav


class Loaded(Shape):
    """The answer to what changes a hold."""

    cargo: Cargo


class SupplyChain(Shape):
    """What is made from what."""

    export_to_import_map: dict[str, list[str]]


class Status(Shape):
    """The server's word of itself; it comes without an envelope."""

    reset_date: str
    version: str = ""
