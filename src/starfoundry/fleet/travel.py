"""Flight as the game reckons it (D/M): how long, how much fuel, and the way from stop to stop on one tank."""

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass

from starfoundry.game.model import FlightMode
from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.market.model import Place

_SECONDS_PER_DISTANCE = {
    FlightMode.CRUISE: 25.0,
    FlightMode.DRIFT: 250.0,
    FlightMode.BURN: 12.5,
    FlightMode.STEALTH: 30.0,
}
_SECONDS_BEFORE_FLIGHT = 15

STOP_SECONDS = 4.0
"""What a stop costs: docking, filling up, leaving, changing the mode, half a second of our budget each (D)."""

FUEL_CREDITS_PER_UNIT = 0.75
"""What a unit of the tank costs: a market unit fills 100 and costs about 72, bought in whole ones (M)."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One flight without a stop. With `refuel` the tank is filled before it."""

    goal: WaypointSymbol
    mode: FlightMode
    refuel: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The way to a place. `fuel` is in tank units; no legs means being there."""

    legs: tuple[Leg, ...]
    seconds: float
    fuel: int

    @property
    def fuel_credits(self) -> int:
        """What the fuel costs at a usual price."""
        return math.ceil(self.fuel * FUEL_CREDITS_PER_UNIT)


def distance(start: Place, goal: Place) -> float:
    """Distance in the system's units; 0 between a planet and what orbits it."""
    return math.hypot(start.x - goal.x, start.y - goal.y)


def flight_seconds(flown: float, engine_speed: int, mode: FlightMode) -> int:
    """Seconds in flight: round(max(1, distance) x factor / speed + 15)."""
    return round(max(1.0, flown) * _SECONDS_PER_DISTANCE[mode] / engine_speed + _SECONDS_BEFORE_FLIGHT)


def fuel_cost(flown: float, mode: FlightMode) -> int:
    """Tank units burnt: the distance at CRUISE and STEALTH, twice that at BURN, 1 at DRIFT."""
    match mode:
        case FlightMode.DRIFT:
            return 1
        case FlightMode.BURN:
            return max(2, 2 * round(flown))
        case FlightMode.CRUISE | FlightMode.STEALTH:
            return max(1, round(flown))


def plan_route(
    start: Place,
    goal: Place,
    places: Sequence[Place],
    *,
    fuel: int,
    fuel_capacity: int,
    engine_speed: int,
    may_refuel: bool = True,
) -> Route | None:
    """The quickest way with the fuel there is, filling up where fuel is sold; None when even drifting cannot make it.

    A minute of a working ship is worth far more than the fuel that burning takes, so legs burn where the tank allows,
    cruise where it does not, and drift only when nothing else is left. A ship without a tank needs no fuel and cruises.
    """
    if start.waypoint == goal.waypoint:
        return Route(legs=(), seconds=0.0, fuel=0)
    if fuel_capacity == 0:
        flight = float(flight_seconds(distance(start, goal), engine_speed, FlightMode.CRUISE))
        return Route(legs=(Leg(goal.waypoint, FlightMode.CRUISE, refuel=False),), seconds=flight, fuel=0)
    ends = (start.waypoint, goal.waypoint)
    stops = [place for place in places if may_refuel and place.sells_fuel and place.waypoint not in ends]
    nearest = _nearest_fuel(goal, places)
    queue: list[tuple[float, int, int, Place, tuple[Leg, ...]]] = [(0.0, 0, 0, start, ())]
    reached: dict[WaypointSymbol, float] = {}
    count = 0
    while queue:
        seconds, _, burnt, here, legs = heapq.heappop(queue)
        if here.waypoint == goal.waypoint:
            return Route(legs=legs, seconds=seconds, fuel=burnt)
        if reached.get(here.waypoint, math.inf) <= seconds:
            continue
        reached[here.waypoint] = seconds
        can_fill = may_refuel and here.sells_fuel
        tank = fuel if here.waypoint == start.waypoint else fuel_capacity
        for place in (*stops, goal):
            if place.waypoint == here.waypoint:
                continue
            needed_after = nearest if place.waypoint == goal.waypoint else 0
            leg = _best_leg(distance(here, place), tank, fuel_capacity, needed_after, engine_speed, can_fill=can_fill)
            if leg is None:
                continue
            mode, refuel, flown_seconds, flown_fuel = leg
            count += 1
            step = Leg(place.waypoint, mode, refuel=refuel)
            total = seconds + flown_seconds + (STOP_SECONDS if refuel or legs else 0.0)
            heapq.heappush(queue, (total, count, burnt + flown_fuel, place, (*legs, step)))
    return None


def _best_leg(
    flown: float, tank: int, fuel_capacity: int, needed_after: int, engine_speed: int, *, can_fill: bool
) -> tuple[FlightMode, bool, int, int] | None:
    """The quickest mode that the tank allows, filled up first where that makes a quicker one possible."""
    full = fuel_capacity if can_fill else tank
    for mode in (FlightMode.BURN, FlightMode.CRUISE, FlightMode.DRIFT):
        needed = fuel_cost(flown, mode)
        spare = needed_after if mode is not FlightMode.DRIFT else 0
        if needed + spare <= full:
            return mode, needed + spare > tank, flight_seconds(flown, engine_speed, mode), needed
    return None


def _nearest_fuel(goal: Place, places: Sequence[Place]) -> int:
    """Tank units to keep on arrival: what it takes from `goal` to the nearest pump; 0 where it sells fuel itself."""
    if goal.sells_fuel:
        return 0
    pumps = [distance(goal, place) for place in places if place.sells_fuel]
    return fuel_cost(min(pumps), FlightMode.CRUISE) if pumps else 0
