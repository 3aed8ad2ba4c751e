"""Known shipyards: the types that each sells, and prices as last seen by a ship that was there."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from starfoundry.fleet.domain.model import YardSighting
from starfoundry.game.model import Shipyard
from starfoundry.game.port import Game
from starfoundry.kernel.conditions import NO_REPORTER, ConditionReporter
from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.kernel.ports import Clock
from starfoundry.market.domain.model import Place
from starfoundry.market.runtime.unreadable import READ_ERRORS, UnreadablePlaces

LOOK_AGAIN = timedelta(minutes=15)
"""The interval between two visits: ship prices change slowly (M), so an earlier visit shows nothing new."""


class StoredShipyards(Protocol):
    """Storage of shipyards for the next start."""

    async def load(self) -> Sequence[YardSighting]:
        """Every stored shipyard."""

    async def keep(self, yard: YardSighting) -> None:
        """Store a shipyard; never raises if the disk fails."""


class Shipyards:
    """The shipyards of one player's system, read at each start with a few requests.

    With storage, a shipyard that does not answer at a start is known from the last one.
    """

    def __init__(
        self,
        game: Game,
        clock: Clock,
        conditions: ConditionReporter = NO_REPORTER,
        storage: "StoredShipyards | None" = None,
    ) -> None:
        self._storage = storage
        self._game = game
        self._clock = clock
        self.unreadable = UnreadablePlaces("shipyard", clock, conditions)
        self._yards: dict[WaypointSymbol, YardSighting] = {}

    def yards(self) -> tuple[YardSighting, ...]:
        """Every known shipyard, by waypoint."""
        return tuple(self._yards[waypoint] for waypoint in sorted(self._yards))

    def usable(self) -> tuple[YardSighting, ...]:
        """The shipyards at which a purchase may be planned: without those that cannot be read at present."""
        return tuple(yard for yard in self.yards() if not self.unreadable.is_skipped(yard.waypoint))

    def is_stale(self, waypoint: WaypointSymbol) -> bool:
        """Whether there is a shipyard whose prices were never seen, or not for LOOK_AGAIN."""
        yard = self._yards.get(waypoint)
        if self.unreadable.is_skipped(waypoint):
            return False
        return yard is not None and (yard.seen_at is None or self._clock.now() - yard.seen_at > LOOK_AGAIN)

    async def load(self) -> None:
        """Load what was known when the daemon last stopped."""
        if self._storage is not None:
            self._yards = {yard.waypoint: yard for yard in await self._storage.load()}

    async def survey(self, places: tuple[Place, ...]) -> bool:
        """Ask every shipyard what it sells; returns whether all answered. The others keep their last known offers."""
        answered = [await self._answers(place.waypoint) for place in places if place.has_shipyard]
        return all(answered)

    async def retry_survey(self, places: tuple[Place, ...]) -> bool:
        """Ask the unreadable and unknown ones once more; returns whether all answer now."""
        new = [place.waypoint for place in places if place.has_shipyard and place.waypoint not in self._yards]
        again = dict.fromkeys([*self.unreadable.places(), *new])
        return all([await self._answers(waypoint) for waypoint in again])

    async def _answers(self, waypoint: WaypointSymbol) -> bool:
        try:
            await self.look(waypoint)
        except READ_ERRORS:
            return False
        return True

    async def look(self, waypoint: WaypointSymbol) -> YardSighting:
        """Read a shipyard: with current prices if a ship is there, else with the last seen ones.

        Raises what reading it raises; then it is skipped for a while.
        """
        try:
            answer: Shipyard = await self._game.shipyard(waypoint)
        except READ_ERRORS as error:
            self.unreadable.begin(waypoint, error.message)
            raise
        self.unreadable.end(waypoint)
        before = self._yards.get(waypoint)
        if answer.offers or before is None:
            seen_at = self._clock.now() if answer.offers else None
            sighting = YardSighting(
                waypoint=waypoint, ship_types=answer.ship_types, offers=answer.offers, seen_at=seen_at
            )
        else:
            sighting = before
        self._yards[waypoint] = sighting
        if self._storage is not None and sighting != before:
            await self._storage.keep(sighting)
        return sighting
