"""The port to the game: the calls the rest of the program makes.

Reads and movements raise Unavailable (try later), Missing, or Refused (with the game's own code, see game.errors). They
are retried inside if repeating is harmless. Calls that move money or cargo return an Outcome and are never repeated.
"""

import enum
from typing import Protocol

from starfoundry.game.model import (
    Agent,
    Cargo,
    Departure,
    FlightMode,
    Market,
    Nav,
    RefuelReceipt,
    Registration,
    ServerStatus,
    Ship,
    ShipReceipt,
    Shipyard,
    TradeReceipt,
    Waypoint,
)
from starfoundry.game.outcome import Outcome
from starfoundry.kernel.ids import Good, ShipSymbol, SystemSymbol, WaypointSymbol


class Priority(enum.IntEnum):
    """Priority of requests; lower values are sent first."""

    MONEY = 0
    MOVEMENT = 1
    MARKET = 2
    BACKGROUND = 3


class PublicApi(Protocol):
    """The calls possible before there is an agent."""

    async def status(self) -> ServerStatus:
        """The server's status, with the universe's reset date."""

    async def register(self, account_token: str, callsign: str, faction: str) -> Registration:
        """A new agent. Raises Refused with the server's reason."""


class Game(Protocol):
    """One agent's game."""

    async def agent(self) -> Agent:
        """The agent, with its credits."""

    async def ships(self) -> tuple[Ship, ...]:
        """Every ship of the agent, over all pages."""

    async def ship(self, ship: ShipSymbol) -> Ship:
        """One ship."""

    async def waypoints(self, system: SystemSymbol) -> tuple[Waypoint, ...]:
        """Every waypoint of a system, over all pages."""

    async def waypoint_count(self, system: SystemSymbol) -> int | None:
        """The number of waypoints in a system; None if the server does not count them."""

    async def market(self, waypoint: WaypointSymbol, *, priority: Priority = Priority.MARKET) -> Market:
        """A market; with quotes only when one of our ships is there."""

    async def shipyard(self, waypoint: WaypointSymbol) -> Shipyard:
        """A shipyard; with offers only when one of our ships is there."""

    async def supply_chain(self) -> dict[Good, tuple[Good, ...]]:
        """For each good that is made, the goods it is made from."""

    async def navigate(self, ship: ShipSymbol, waypoint: WaypointSymbol) -> Departure:
        """Depart; the answer says when it arrives."""

    async def dock(self, ship: ShipSymbol) -> Nav:
        """Dock where the ship is."""

    async def orbit(self, ship: ShipSymbol) -> Nav:
        """Leave the dock."""

    async def set_flight_mode(self, ship: ShipSymbol, mode: FlightMode) -> Nav:
        """Change how the ship flies next."""

    async def refuel(self, ship: ShipSymbol) -> Outcome[RefuelReceipt]:
        """Fill the tank at the market where the ship is docked."""

    async def purchase(self, ship: ShipSymbol, good: Good, units: int) -> Outcome[TradeReceipt]:
        """Buy, at most the trade volume."""

    async def sell(self, ship: ShipSymbol, good: Good, units: int) -> Outcome[TradeReceipt]:
        """Sell, at most the trade volume."""

    async def jettison(self, ship: ShipSymbol, good: Good, units: int) -> Outcome[Cargo]:
        """Throw units of a good overboard; the receipt is the hold."""

    async def transfer(self, ship: ShipSymbol, good: Good, units: int, receiver: ShipSymbol) -> Outcome[Cargo]:
        """Move units of a good to another ship at the same place; the receipt is the giver's hold."""

    async def buy_ship(self, ship_type: str, shipyard: WaypointSymbol) -> Outcome[ShipReceipt]:
        """Buy a ship at a shipyard where one of our ships is."""
