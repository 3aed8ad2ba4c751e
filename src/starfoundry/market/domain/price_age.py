"""How fresh the known prices are."""

from collections.abc import Iterable
from datetime import datetime

from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.market.domain.model import Sighting


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
