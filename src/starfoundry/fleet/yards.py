"""What is known of the shipyards: which types each sells, and prices as last seen by a ship that was there."""

from datetime import timedelta

from starfoundry.fleet.model import YardSighting
from starfoundry.game.model import Shipyard
from starfoundry.game.port import Game
from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.kernel.ports import Clock
from starfoundry.market.model import Place

LOOK_AGAIN = timedelta(minutes=15)
"""Ship prices drift slowly (M); a visit within this time has nothing new to tell."""


class YardBook:
    """The shipyards of one player's system, in memory: a handful of requests tell them anew at each start."""

    def __init__(self, game: Game, clock: Clock) -> None:
        self._game = game
        self._clock = clock
        self._yards: dict[WaypointSymbol, YardSighting] = {}

    def yards(self) -> tuple[YardSighting, ...]:
        """Every shipyard known, by waypoint."""
        return tuple(self._yards[waypoint] for waypoint in sorted(self._yards))

    def yard(self, waypoint: WaypointSymbol) -> YardSighting | None:
        """One shipyard, if it is known."""
        return self._yards.get(waypoint)

    def is_stale(self, waypoint: WaypointSymbol) -> bool:
        """Whether there is a shipyard whose prices were never seen, or not for LOOK_AGAIN."""
        yard = self._yards.get(waypoint)
        return yard is not None and (yard.seen_at is None or self._clock.now() - yard.seen_at > LOOK_AGAIN)

    async def survey(self, places: tuple[Place, ...]) -> None:
        """Ask every shipyard what it sells."""
        for place in places:
            if place.has_shipyard:
                await self.look(place.waypoint)

    async def look(self, waypoint: WaypointSymbol) -> YardSighting:
        """A shipyard as it is now; with prices when a ship of ours is there, else with those seen before."""
        told: Shipyard = await self._game.shipyard(waypoint)
        before = self._yards.get(waypoint)
        if told.offers or before is None:
            seen_at = self._clock.now() if told.offers else None
            sighting = YardSighting(waypoint=waypoint, ship_types=told.ship_types, offers=told.offers, seen_at=seen_at)
        else:
            sighting = before
        self._yards[waypoint] = sighting
        return sighting
