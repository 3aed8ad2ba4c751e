"""Every ship of a player as the game last reported it; every answer about a ship is recorded here."""

from collections.abc import Callable
from dataclasses import replace

from starfoundry.game.model import Cargo, Fuel, Nav, Ship
from starfoundry.kernel.errors import Missing
from starfoundry.kernel.ids import ShipSymbol
from starfoundry.kernel.nearest import did_you_mean
from starfoundry.runtime.concurrency.latest import Latest


class Roster:
    """The ships of one player, in memory: the game is asked for all of them at each start.

    `changed` rises with every new fact, so that callers that wait for a ship wake.
    """

    def __init__(self) -> None:
        self._ships: dict[ShipSymbol, Ship] = {}
        self._on_unreadable_ship: Callable[[ShipSymbol, str], None] = lambda _ship, _why: None
        self.changed: Latest[int] = Latest(0, 0)

    def ships(self) -> tuple[Ship, ...]:
        """Every ship, by symbol."""
        return tuple(self._ships[symbol] for symbol in sorted(self._ships))

    def get(self, ship: ShipSymbol) -> Ship:
        """One ship. Raises Missing if it is not the player's."""
        try:
            return self._ships[ship]
        except KeyError:
            meant = did_you_mean(ship, self._ships)
            hint = f"{meant} " if meant else ""
            raise Missing(f"there is no ship {ship!r}; {hint}`spacetraders ship list` shows yours") from None

    def knows(self, ship: ShipSymbol) -> bool:
        """Whether the game has reported the ship since the start."""
        return ship in self._ships

    def on_unreadable_ship(self, callback: Callable[[ShipSymbol, str], None]) -> None:
        """Set the callback for ships that could not be read, with the reason."""
        self._on_unreadable_ship = callback

    def could_not_see(self, ship: ShipSymbol, why: str) -> None:
        """The game did not answer when it was asked about a ship."""
        self._on_unreadable_ship(ship, why)

    def saw_ship(self, ship: Ship) -> None:
        """A ship as the game just reported it."""
        self._ships[ship.symbol] = ship
        self.changed.set(self.changed.version + 1, self.changed.version + 1)

    def saw_cargo(self, ship: ShipSymbol, cargo: Cargo) -> None:
        """A hold as an answer to an order reported it: what is in it. How large it is the ship itself tells."""
        if ship in self._ships:
            size = self._ships[ship].cargo.capacity or cargo.capacity
            self.saw_ship(replace(self._ships[ship], cargo=replace(cargo, capacity=size)))

    def saw_fuel(self, ship: ShipSymbol, fuel: Fuel) -> None:
        """A tank as an answer to an order reported it: what is in it. How large it is the ship itself tells."""
        if ship in self._ships:
            size = self._ships[ship].fuel.capacity or fuel.capacity
            self.saw_ship(replace(self._ships[ship], fuel=replace(fuel, capacity=size)))

    def saw_nav(self, ship: ShipSymbol, nav: Nav) -> None:
        """A location and a state as the game just reported them."""
        if ship in self._ships:
            self.saw_ship(replace(self._ships[ship], nav=nav))
