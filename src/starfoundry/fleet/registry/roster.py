"""Every ship of a player as last told by the game; everyone who hears of a ship says it here."""

from collections.abc import Callable
from dataclasses import replace

from starfoundry.game.model import Cargo, Fuel, Nav, Ship
from starfoundry.kernel.errors import Missing
from starfoundry.kernel.ids import ShipSymbol
from starfoundry.kernel.nearest import did_you_mean
from starfoundry.runtime.concurrency.latest import Latest


class Roster:
    """The ships of one player, in memory: the game is asked for them all at each start.

    `changed` rises with everything new, so that whoever waits for a ship wakes.
    """

    def __init__(self) -> None:
        self._ships: dict[ShipSymbol, Ship] = {}
        self._worry: Callable[[ShipSymbol, str], None] = lambda _ship, _why: None
        self.changed: Latest[int] = Latest(0, 0)

    def ships(self) -> tuple[Ship, ...]:
        """Every ship, by symbol."""
        return tuple(self._ships[symbol] for symbol in sorted(self._ships))

    def get(self, ship: ShipSymbol) -> Ship:
        """One ship; raises Missing when it is not ours."""
        try:
            return self._ships[ship]
        except KeyError:
            meant = did_you_mean(ship, self._ships)
            hint = f"{meant} " if meant else ""
            raise Missing(f"there is no ship {ship!r}; {hint}`spacetraders ship list` shows yours") from None

    def knows(self, ship: ShipSymbol) -> bool:
        """Whether the game ever told of the ship since the start."""
        return ship in self._ships

    def tell_worries_to(self, worry: Callable[[ShipSymbol, str], None]) -> None:
        """Who wants to hear of every ship that somebody could not see, and why."""
        self._worry = worry

    def could_not_see(self, ship: ShipSymbol, why: str) -> None:
        """The game did not answer when it was asked about a ship."""
        self._worry(ship, why)

    def saw_ship(self, ship: Ship) -> None:
        """A ship as the game just told it."""
        self._ships[ship.symbol] = ship
        self.changed.set(self.changed.version + 1, self.changed.version + 1)

    def saw_cargo(self, ship: ShipSymbol, cargo: Cargo) -> None:
        """A hold as the game just told it."""
        if ship in self._ships:
            self.saw_ship(replace(self._ships[ship], cargo=cargo))

    def saw_fuel(self, ship: ShipSymbol, fuel: Fuel) -> None:
        """A tank as the game just told it."""
        if ship in self._ships:
            self.saw_ship(replace(self._ships[ship], fuel=fuel))

    def saw_nav(self, ship: ShipSymbol, nav: Nav) -> None:
        """A place and a state as the game just told them."""
        if ship in self._ships:
            self.saw_ship(replace(self._ships[ship], nav=nav))
