"""Ships and sources that are left alone for a while after they have disappointed."""

from dataclasses import dataclass, field

from starfoundry.kernel.ids import Good, ShipSymbol, WaypointSymbol
from starfoundry.kernel.ports import Clock

REST_SECONDS = 300.0
"""How long a ship that could not go on is left alone: trying at once only spends requests on the same error."""

COOLING_SECONDS = 600.0
"""How long nobody is sent for a good from where a ship has just left without it; markets move in a quarter hour (M)."""


@dataclass(slots=True)
class Respite:
    """What one coordinator leaves alone, and until when."""

    clock: Clock
    _resting: dict[ShipSymbol, float] = field(default_factory=dict)
    _cooling: dict[tuple[WaypointSymbol, Good], float] = field(default_factory=dict)

    def rest(self, ship: ShipSymbol) -> None:
        """Leave a ship alone from now on."""
        self._resting[ship] = self.clock.elapsed() + REST_SECONDS

    def cool(self, source: WaypointSymbol, good: Good) -> None:
        """Send nobody for a good to a source from now on."""
        self._cooling[source, good] = self.clock.elapsed() + COOLING_SECONDS

    def resting(self) -> tuple[ShipSymbol, ...]:
        """Ships that are left alone."""
        now = self.clock.elapsed()
        self._resting = {ship: until for ship, until in self._resting.items() if until > now}
        return tuple(self._resting)

    def cooling(self) -> tuple[tuple[WaypointSymbol, Good], ...]:
        """Goods at sources where a ship was lately for nothing."""
        now = self.clock.elapsed()
        self._cooling = {place: until for place, until in self._cooling.items() if until > now}
        return tuple(self._cooling)
