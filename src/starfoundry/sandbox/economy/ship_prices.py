"""Ship prices at a shipyard: each sale raises the price of its type for some hours."""

from starfoundry.kernel.supply import SupplyLevel
from starfoundry.sandbox.core.milliseconds import HOUR

PRICE_STEP = 0.04  # assumed: players report 2 to 6 % a ship
EASES_HOURS = 4.0  # assumed: the half-life of that rise
_LEVELS = (
    (1.0, SupplyLevel.ABUNDANT),
    (2.5, SupplyLevel.HIGH),
    (5.0, SupplyLevel.MODERATE),
    (8.0, SupplyLevel.LIMITED),
)


class ShipPrice:
    """One ship type at one shipyard. `price` is its price in credits without recent sales."""

    __slots__ = ("_asked_at", "_pressure", "price", "ship_type")

    def __init__(self, ship_type: str, price: int) -> None:
        self.ship_type = ship_type
        self.price = price
        self._pressure = 0.0
        self._asked_at = 0

    def pressure(self, now: int) -> float:
        """Recent sales, older ones weighted less."""
        eased: float = self._pressure * 0.5 ** ((now - self._asked_at) / (HOUR * EASES_HOURS))
        return eased

    def ask(self, now: int) -> int:
        """The present price in credits."""
        dearer: float = (1.0 + PRICE_STEP) ** self.pressure(now)
        return round(self.price * dearer)

    def supply(self, now: int) -> SupplyLevel:
        """The supply level shown by the shipyard."""
        pressure = self.pressure(now)
        return next((level for limit, level in _LEVELS if pressure < limit), SupplyLevel.SCARCE)

    def sell(self, now: int) -> None:
        """Count a sale."""
        self._pressure = self.pressure(now) + 1.0
        self._asked_at = now
