"""Choice of the next market for each scout.

Prices are visible only to a ship at the market, and plans depend on them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starfoundry.kernel.ids import ShipSymbol, WaypointSymbol
from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.planner.view import ShipView, Travel
from starfoundry.manufacturing.reasons import ships
from starfoundry.market.domain.model import Place

SCOUTING = "scouting"
"""The purpose of a scout's claim."""

LOOK_AGAIN_SECONDS = 600
"""Seconds after which a ship at a market reads it again; markets move every quarter of an hour (M)."""

LEAVE_AGE_SECONDS = 1500
"""Seconds without a reading before a scout leaves for a market, so that it does not circle for stale minutes."""

NEVER_SEEN_SECONDS = 6 * 3600
"""The assumed age of a market that was never seen: older than any that still matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scout:
    """Send a ship to look at a market, or look again where it is."""

    ship: ShipSymbol
    waypoint: WaypointSymbol


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoutView:
    """The input of scouting: free scouts, markets, and the time each was last seen."""

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
    """For each scout the market that it looks at, or the reason for none.

    A scout reads again where it is if that reading is old; else it flies to the market that removes most minutes of
    ignorance for each minute of flight, counting a market with more goods as more. `visited` are the markets that
    other ships are at or flying to; no other scout goes there.
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
