"""Values of the game. Prices are named from our side: we pay the ask and receive the bid."""

import enum
from dataclasses import dataclass, field
from datetime import datetime

from starfoundry.kernel.ids import Good, ShipSymbol, SystemSymbol, WaypointSymbol
from starfoundry.kernel.supply import Activity, SupplyLevel, TradeKind


class NavStatus(enum.Enum):
    """A ship's state. UNKNOWN stands for a word this client does not know."""

    DOCKED = "DOCKED"
    IN_ORBIT = "IN_ORBIT"
    IN_TRANSIT = "IN_TRANSIT"
    UNKNOWN = "UNKNOWN"


class FlightMode(enum.Enum):
    """The trade-off of fuel against time."""

    CRUISE = "CRUISE"
    DRIFT = "DRIFT"
    BURN = "BURN"
    STEALTH = "STEALTH"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """The player as the server knows it; `headquarters` is None when that could not be read."""

    symbol: str
    headquarters: WaypointSymbol | None
    credits: int
    ship_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """The result of registering: the token, which is given once, and the agent, None if it could not be read."""

    agent: Agent | None
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatus:
    """The server's status; `reset_date` identifies the universe, `next_reset_at` is when it ends."""

    reset_date: str
    version: str = ""
    next_reset_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Nav:
    """A ship's position or flight. `waypoint` is the destination while IN_TRANSIT."""

    system: SystemSymbol
    waypoint: WaypointSymbol
    status: NavStatus
    flight_mode: FlightMode
    origin: WaypointSymbol
    departed_at: datetime
    arrives_at: datetime

    @property
    def flight_seconds(self) -> float:
        """The duration of the present or last flight in seconds, by the server's clock."""
        return (self.arrives_at - self.departed_at).total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fuel:
    """A tank, in tank units; a capacity of 0 means the ship needs no fuel."""

    current: int
    capacity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CargoItem:
    """One good aboard."""

    good: Good
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cargo:
    """A hold, in cargo units."""

    capacity: int
    units: int
    items: tuple[CargoItem, ...] = ()

    @property
    def free(self) -> int:
        """Units that still fit."""
        return max(0, self.capacity - self.units)

    @property
    def is_complete(self) -> bool:
        """Whether the items add up to the whole load; items that could not be read are missing."""
        return sum(item.units for item in self.items) >= self.units

    def units_of(self, good: Good) -> int:
        """Units of one good aboard."""
        return sum(item.units for item in self.items if item.good == good)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ship:
    """One of our ships as the server last reported it."""

    symbol: ShipSymbol
    role: str
    frame: str
    engine_speed: int
    nav: Nav
    fuel: Fuel
    cargo: Cargo


@dataclass(frozen=True, slots=True, kw_only=True)
class Waypoint:
    """A place. Coordinates are in the system's own units, which fuel and flight time are based on."""

    symbol: WaypointSymbol
    system: SystemSymbol
    type: str
    x: int
    y: int
    traits: tuple[str, ...] = ()
    orbits: WaypointSymbol | None = None
    is_under_construction: bool = False

    @property
    def has_market(self) -> bool:
        """Whether goods are traded here."""
        return "MARKETPLACE" in self.traits

    @property
    def has_shipyard(self) -> bool:
        """Whether ships are sold here."""
        return "SHIPYARD" in self.traits


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One good at one market, seen with a ship present. `supply` is None if the server's word was not understood."""

    good: Good
    kind: TradeKind
    trade_volume: int
    supply: SupplyLevel | None
    activity: Activity | None
    ask: int
    bid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeRecord:
    """One trade in the server's records; `is_purchase` from the trader's side, prices in credits."""

    waypoint: WaypointSymbol
    ship: ShipSymbol
    good: Good
    is_purchase: bool
    units: int
    price: int
    total: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """A market. `quotes` is empty unless one of our ships was there."""

    waypoint: WaypointSymbol
    exports: tuple[Good, ...] = ()
    imports: tuple[Good, ...] = ()
    exchange: tuple[Good, ...] = ()
    quotes: tuple[Quote, ...] = ()
    records: tuple[TradeRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipOffer:
    """A ship for sale, with its price in credits."""

    type: str
    price: int
    supply: SupplyLevel | None = None
    cargo_capacity: int = 0
    fuel_capacity: int = 0
    engine_speed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipyard:
    """A shipyard. `offers` is empty unless one of our ships was there; `ship_types` is always known."""

    waypoint: WaypointSymbol
    ship_types: tuple[str, ...] = ()
    offers: tuple[ShipOffer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeReceipt:
    """The answer to a purchase or sale."""

    credits: int
    cargo: Cargo
    record: TradeRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuelReceipt:
    """The answer to a refuelling; `record` counts market units, 100 tank units each."""

    credits: int
    fuel: Fuel
    record: TradeRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipReceipt:
    """The answer to the purchase of a ship."""

    credits: int
    ship: Ship
    price: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """The answer to a navigation: the flight, and the fuel left."""

    nav: Nav
    fuel: Fuel
