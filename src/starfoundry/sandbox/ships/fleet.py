"""Mutable state of agents and their ships. Times are milliseconds since 1970."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from starfoundry.kernel.ids import Good, ShipSymbol, WaypointSymbol
from starfoundry.sandbox.catalogue.parts import MODULES, MOUNTS
from starfoundry.sandbox.catalogue.ship_types import ShipType
from starfoundry.sandbox.core.error_codes import Code
from starfoundry.sandbox.core.milliseconds import SECOND, iso
from starfoundry.sandbox.core.rejection import ApiRejection
from starfoundry.sandbox.ships.flight import Mode
from starfoundry.sandbox.worldgen.atlas import WaypointPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Cooldown:
    """A pause after an action that strains the ship; over at `ends_at`."""

    total_seconds: int
    ends_at: int

    def seconds_left(self, now: int) -> int:
        """Whole seconds until it ends, rounded up; 0 when it has ended."""
        return max(0, -((now - self.ends_at) // SECOND))


NO_COOLDOWN = Cooldown(total_seconds=0, ends_at=0)


@dataclass(slots=True)
class Wear:
    """Condition or integrity of frame, reactor and engine, from 1 down to 0."""

    frame: float = 1.0
    reactor: float = 1.0
    engine: float = 1.0


@dataclass(slots=True, kw_only=True, eq=False)
class Ship:
    """One ship. It is in transit until `arrives_at`; then it is in orbit at its destination."""

    symbol: ShipSymbol
    type: ShipType
    faction: str
    origin: WaypointPlan
    destination: WaypointPlan
    departed_at: int
    arrives_at: int
    is_docked: bool
    fuel: int
    mode: Mode = Mode.CRUISE
    cargo: dict[Good, int] = field(default_factory=dict)
    fuel_burnt: int = 0
    fuel_burnt_at: int = 0
    modules: list[str] = field(default_factory=list)
    mounts: list[str] = field(default_factory=list)
    cargo_capacity: int = 0
    cooldown: Cooldown = NO_COOLDOWN
    wear: Wear = field(default_factory=Wear)
    integrity: Wear = field(default_factory=Wear)

    @property
    def cargo_units(self) -> int:
        """Units aboard."""
        return sum(self.cargo.values())

    @property
    def cargo_free(self) -> int:
        """Units that still fit."""
        return self.cargo_capacity - self.cargo_units

    def strength_of(self, mount: str) -> int:
        """The total strength of its mounts of a kind (such as MINING_LASER); 0 without any."""
        return sum(MOUNTS[each].strength or 0 for each in self.mounts if mount in each)

    def range_of(self, module: str) -> int:
        """The largest range of its modules of a kind (such as WARP_DRIVE); 0 without any."""
        return max((MODULES[each].range or 0 for each in self.modules if module in each), default=0)

    def has_module(self, module: str) -> bool:
        """Whether a module of a kind (such as ORE_REFINERY) is installed."""
        return any(module in each for each in self.modules)

    def is_at(self, waypoint: WaypointSymbol, now: int) -> bool:
        """Whether it has arrived there."""
        return self.destination.symbol == waypoint and self.arrives_at <= now

    def status(self, now: int) -> str:
        """DOCKED, IN_ORBIT or IN_TRANSIT."""
        if self.arrives_at > now:
            return "IN_TRANSIT"
        return "DOCKED" if self.is_docked else "IN_ORBIT"

    def require_arrived(self, now: int) -> None:
        """Refuse during a flight."""
        if self.arrives_at > now:
            left = (self.arrives_at - now + 999) // 1_000
            raise ApiRejection(
                Code.IN_TRANSIT,
                f"Ship {self.symbol} is in transit to {self.destination.symbol} and arrives in {left} seconds.",
                {"shipSymbol": self.symbol, "destinationSymbol": self.destination.symbol, "secondsToArrival": left},
            )

    def require_docked(self, now: int) -> None:
        """Refuse unless it is docked."""
        self.require_arrived(now)
        if not self.is_docked:
            raise ApiRejection(Code.NOT_DOCKED, f"Ship {self.symbol} is not docked at {self.destination.symbol}.")

    def require_orbit(self, now: int) -> None:
        """Refuse unless it is in orbit."""
        self.require_arrived(now)
        if self.is_docked:
            raise ApiRejection(Code.NOT_IN_ORBIT, f"Ship {self.symbol} is docked; it must be in orbit.")

    def require_rested(self, now: int) -> None:
        """Refuse while it is on cooldown."""
        left = self.cooldown.seconds_left(now)
        if left:
            raise ApiRejection(
                Code.ON_COOLDOWN,
                f"Ship {self.symbol} is on cooldown for {left} more seconds.",
                {
                    "cooldown": {
                        "shipSymbol": self.symbol,
                        "totalSeconds": self.cooldown.total_seconds,
                        "remainingSeconds": left,
                        "expiration": iso(self.cooldown.ends_at),
                    }
                },
            )

    def rest(self, seconds: int, now: int) -> None:
        """Begin a cooldown."""
        self.cooldown = Cooldown(total_seconds=seconds, ends_at=now + SECOND * seconds)

    def load(self, good: Good, units: int) -> None:
        """Load cargo; refused if it does not fit."""
        if units > self.cargo_free:
            raise ApiRejection(
                Code.CARGO_EXCEEDED,
                f"{units} units do not fit aboard {self.symbol}: {self.cargo_free} are free.",
                {"cargoCapacity": self.cargo_capacity, "cargoUnits": self.cargo_units, "unitsToAdd": units},
            )
        self.cargo[good] = self.cargo.get(good, 0) + units

    def unload(self, good: Good, units: int) -> None:
        """Unload cargo; refused if there is not enough."""
        aboard = self.cargo.get(good, 0)
        if aboard == 0:
            raise ApiRejection(Code.CARGO_MISSING, f"Ship {self.symbol} carries no {good}.", {"tradeSymbol": good})
        if units > aboard:
            raise ApiRejection(
                Code.CARGO_TOO_FEW,
                f"Ship {self.symbol} carries {aboard} units of {good}, not {units}.",
                {"tradeSymbol": good, "cargoUnits": aboard, "unitsToRemove": units},
            )
        if units == aboard:
            del self.cargo[good]
        else:
            self.cargo[good] = aboard - units


@dataclass(slots=True, kw_only=True, eq=False)
class Contract:
    """A faction's delivery order. Payments are in credits; times are milliseconds since 1970."""

    id: str
    faction: str
    good: Good
    destination: WaypointSymbol
    units: int
    delivered: int = 0
    pays_first: int
    pays_last: int
    accept_by: int
    deliver_by: int
    is_accepted: bool = False
    is_fulfilled: bool = False

    def is_open(self, now: int) -> bool:
        """Whether it keeps the agent from negotiating another one."""
        return not self.is_fulfilled and now < (self.deliver_by if self.is_accepted else self.accept_by)


@dataclass(slots=True, kw_only=True, eq=False)
class Agent:
    """A player's agent."""

    symbol: str
    account: str
    token: str
    faction: str
    headquarters: WaypointSymbol
    credits: int
    ships: dict[ShipSymbol, Ship] = field(default_factory=dict)
    ships_ever: int = 0
    contracts: list[Contract] = field(default_factory=list)
    charts: int = 0

    def present(self, waypoint: WaypointSymbol, now: int) -> Iterator[Ship]:
        """Its ships at a waypoint."""
        return (ship for ship in self.ships.values() if ship.is_at(waypoint, now))

    def next_ship_symbol(self) -> ShipSymbol:
        """A symbol that none of its ships ever had; ships are numbered in hexadecimal."""
        self.ships_ever += 1
        return ShipSymbol(f"{self.symbol}-{self.ships_ever:X}")
