"""Where to look next: a market shows its prices only to a ship that is there, and a plan is as good as its look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starfoundry.kernel.ids import ShipSymbol, WaypointSymbol
from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.planner.actions import Scout
from starfoundry.manufacturing.planner.view import ShipView, Travel
from starfoundry.manufacturing.reasons import ships
from starfoundry.market.domain.model import Place

SCOUTING = "scouting"
"""The purpose of a scout's claim."""

LOOK_AGAIN_SECONDS = 600
"""A market is read again after this long by a ship that is there; markets move every quarter of an hour (M)."""

LEAVE_AGE_SECONDS = 1500
"""A scout leaves its place only for a market not seen for this long, so that it does not circle for stale minutes."""

NEVER_SEEN_SECONDS = 6 * 3600
"""How old a market counts that was never seen: older than any that still matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoutView:
    """What scouting depends on: who is free to look, which markets there are, and when each was last seen."""

    now: datetime
    scouts: Sequence[ShipView]
    places: Sequence[Place]
    seen_at: Mapping[WaypointSymbol, datetime]
    visited: Sequence[WaypointSymbol]
    travel: Travel


def scouting(view: ScoutView) -> list[Scout]:
    """One order for each scout that has something to see."""
    return [each for each in looks(view).values() if isinstance(each, Scout)]


def looks(view: ScoutView) -> dict[ShipSymbol, Scout | Reason]:
    """For each scout what it looks at, or why nothing.

    A scout looks again where it stands when that sighting is old; else it flies to the market that removes most minutes
    of ignorance for each minute of flight, counting a market with more goods as more. `visited` are the markets that
    other ships are at or flying to; nobody else goes there.
    """
    found: dict[ShipSymbol, Scout | Reason] = {}
    taken = list(view.visited)
    for scout in view.scouts:
        here = next((place for place in view.places if place.waypoint == scout.waypoint), None)
        if here is not None and _age(view, here.waypoint) > LOOK_AGAIN_SECONDS and here.waypoint not in taken:
            target: WaypointSymbol | None = here.waypoint
        else:
            target = _best_target(view, scout, taken)
        if target is None:
            found[scout.ship] = ships.seen_lately(LEAVE_AGE_SECONDS)
            continue
        found[scout.ship] = Scout(ship=scout.ship, waypoint=target)
        taken.append(target)
    return found


def _age(view: ScoutView, waypoint: WaypointSymbol) -> float:
    seen_at = view.seen_at.get(waypoint)
    return NEVER_SEEN_SECONDS if seen_at is None else (view.now - seen_at).total_seconds()


def _best_target(view: ScoutView, scout: ShipView, taken: Sequence[WaypointSymbol]) -> WaypointSymbol | None:
    best: tuple[float, WaypointSymbol] | None = None
    for place in view.places:
        age = _age(view, place.waypoint)
        if place.waypoint in taken or place.waypoint == scout.waypoint or age <= LEAVE_AGE_SECONDS:
            continue
        journey = view.travel(scout, scout.waypoint, place.waypoint)
        if journey is None:
            continue
        goods = len(place.exports) + len(place.imports)
        worth = age * (1 + goods) / (journey.seconds + 60)
        if best is None or worth > best[0]:
            best = (worth, place.waypoint)
    return None if best is None else best[1]
