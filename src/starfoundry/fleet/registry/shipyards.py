"""What is known of the shipyards: which types each sells, and prices as last seen by a ship that was there."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from starfoundry.fleet.domain.model import YardSighting
from starfoundry.game.model import Shipyard
from starfoundry.game.port import Game
from starfoundry.kernel.conditions import UNHEARD, ConditionReporter
from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.kernel.ports import Clock
from starfoundry.market.domain.model import Place
from starfoundry.market.runtime.unreadable import READ_ERRORS, UnreadablePlaces

LOOK_AGAIN = timedelta(minutes=15)
"""Ship prices drift slowly (M); a visit within this time has nothing new to tell."""


class StoredShipyards(Protocol):
    """Where yards are kept for the next start."""

    async def load(self) -> Sequence[YardSighting]:
        """Every yard as it was kept last."""

    async def keep(self, yard: YardSighting) -> None:
        """Remember a yard; never raises for a disk that refuses."""


class Shipyards:
    """The shipyards of one player's system, told anew at each start by a handful of requests.

    A `shelf`, if there is one, keeps them for a start at which a yard does not answer.
    """

    def __init__(
        self, game: Game, clock: Clock, conditions: ConditionReporter = UNHEARD, shelf: "StoredShipyards | None" = None
    ) -> None:
        self._shelf = shelf
        self._game = game
        self._clock = clock
        self.unreadable = UnreadablePlaces("shipyard", clock, conditions)
        self._yards: dict[WaypointSymbol, YardSighting] = {}

    def yards(self) -> tuple[YardSighting, ...]:
        """Every shipyard known, by waypoint."""
        return tuple(self._yards[waypoint] for waypoint in sorted(self._yards))

    def usable(self) -> tuple[YardSighting, ...]:
        """Those that a purchase may be planned at: without any that could not be read just now."""
        return tuple(yard for yard in self.yards() if not self.unreadable.is_left_alone(yard.waypoint))

    def yard(self, waypoint: WaypointSymbol) -> YardSighting | None:
        """One shipyard, if it is known."""
        return self._yards.get(waypoint)

    def is_stale(self, waypoint: WaypointSymbol) -> bool:
        """Whether there is a shipyard whose prices were never seen, or not for LOOK_AGAIN."""
        yard = self._yards.get(waypoint)
        if self.unreadable.is_left_alone(waypoint):
            return False
        return yard is not None and (yard.seen_at is None or self._clock.now() - yard.seen_at > LOOK_AGAIN)

    async def load(self) -> None:
        """Know again what was known when the daemon last stopped."""
        if self._shelf is not None:
            self._yards = {yard.waypoint: yard for yard in await self._shelf.load()}

    async def survey(self, places: tuple[Place, ...]) -> bool:
        """Ask every shipyard what it sells; whether all answered. What the others sold before is kept."""
        answered = [await self._answers(place.waypoint) for place in places if place.has_shipyard]
        return all(answered)

    async def survey_again(self, places: tuple[Place, ...]) -> bool:
        """Ask those that could not be read, or that were not known, once more; whether all answer now."""
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
        """A shipyard as it is now; with prices when a ship of ours is there, else with those seen before.

        Raises what reading it raises; then it is left alone for a while.
        """
        try:
            told: Shipyard = await self._game.shipyard(waypoint)
        except READ_ERRORS as error:
            self.unreadable.begin(waypoint, error.message)
            raise
        self.unreadable.end(waypoint)
        before = self._yards.get(waypoint)
        if told.offers or before is None:
            seen_at = self._clock.now() if told.offers else None
            sighting = YardSighting(waypoint=waypoint, ship_types=told.ship_types, offers=told.offers, seen_at=seen_at)
        else:
            sighting = before
        self._yards[waypoint] = sighting
        if self._shelf is not None and sighting != before:
            await self._shelf.keep(sighting)
        return sighting
