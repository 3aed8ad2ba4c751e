"""How fresh the known prices are, and which market is longest unseen."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.market.model import Place, Sighting


def last_seen(sightings: Iterable[Sighting]) -> dict[WaypointSymbol, datetime]:
    """When each market was last looked at; markets never seen are missing."""
    seen: dict[WaypointSymbol, datetime] = {}
    for sighting in sightings:
        known = seen.get(sighting.waypoint)
        seen[sighting.waypoint] = sighting.seen_at if known is None else max(known, sighting.seen_at)
    return seen


def age_seconds(seen_at: datetime, now: datetime) -> float:
    """How old a sighting is; never negative, whatever the clocks do."""
    return max(0.0, (now - seen_at).total_seconds())


def unseen_longest(places: Iterable[Place], seen: Mapping[WaypointSymbol, datetime]) -> tuple[WaypointSymbol, ...]:
    """The markets, those never seen first, then the longest unseen; ties by symbol."""
    markets = [place.waypoint for place in places if place.has_market]
    return tuple(
        sorted(
            markets,
            key=lambda waypoint: (waypoint in seen, seen[waypoint].timestamp() if waypoint in seen else 0, waypoint),
        )
    )
