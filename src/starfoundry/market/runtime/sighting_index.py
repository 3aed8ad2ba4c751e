"""The last sighting of every good at every market, in order and by good."""

from collections.abc import Container, Mapping, Sequence

from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.market.domain.model import Sighting, by_good


class SightingIndex:
    """Sightings by waypoint and good.

    Every decision reads all of them while few change in between, so what is handed out is kept until one does. It never
    changes afterwards: a decision may keep it.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[WaypointSymbol, Good], Sighting] = {}
        self._in_order: tuple[Sighting, ...] | None = None
        self._by_good: Mapping[Good, Sequence[Sighting]] | None = None
        self._changed: set[Good] = set()  # since they were last grouped by good

    def get(self, waypoint: WaypointSymbol, good: Good) -> Sighting | None:
        """One good at one market, if it was ever seen."""
        return self._known.get((waypoint, good))

    def put(self, sighting: Sighting) -> None:
        """Add a sighting, or replace that of the same good there."""
        key = (sighting.waypoint, sighting.quote.good)
        if key not in self._known:
            self._by_good = None
        self._known[key] = sighting
        self._in_order = None
        self._changed.add(key[1])

    def keep_only(self, waypoint: WaypointSymbol, goods: Container[Good]) -> None:
        """Remove every other good of a market."""
        for key in [key for key in self._known if key[0] == waypoint and key[1] not in goods]:
            del self._known[key]
            self._in_order = self._by_good = None

    def of(self, good: Good) -> tuple[Sighting, ...]:
        """One good at every market."""
        return tuple(sighting for (_, each), sighting in self._known.items() if each == good)

    def all(self) -> tuple[Sighting, ...]:
        """All of them, by waypoint and good."""
        if self._in_order is None:
            self._in_order = tuple(self._known[key] for key in sorted(self._known))
        return self._in_order

    def by_good(self) -> Mapping[Good, Sequence[Sighting]]:
        """The sightings of each good, by waypoint; goods in the order in which `all` has them first."""
        if self._by_good is None:
            self._by_good = by_good(self.all())
        elif self._changed:
            changed = {
                good: tuple(self._known[each.waypoint, good] for each in self._by_good[good]) for good in self._changed
            }
            self._by_good = {**self._by_good, **changed}
        self._changed.clear()
        return self._by_good
