"""Age of known prices."""

from collections.abc import Iterable
from datetime import datetime

from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.market.domain.model import Sighting


def last_seen(sightings: Iterable[Sighting]) -> dict[WaypointSymbol, datetime]:
    """The time when each market was last seen; markets never seen are left out."""
    seen: dict[WaypointSymbol, datetime] = {}
    for sighting in sightings:
        known = seen.get(sighting.waypoint)
        seen[sighting.waypoint] = sighting.seen_at if known is None else max(known, sighting.seen_at)
    return seen


def age_seconds(seen_at: datetime, now: datetime) -> float:
    """The age of a sighting in seconds; never negative."""
    return max(0.0, (now - seen_at).total_seconds())
