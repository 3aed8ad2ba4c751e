"""Flight times, fuel and routes by the game's formulas (D/M), with stops for one tank."""

import heapq
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from starfoundry.game.model import FlightMode
from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.market.domain.model import Place

_SECONDS_PER_DISTANCE = {
    FlightMode.CRUISE: 25.0,
    FlightMode.DRIFT: 250.0,
    FlightMode.BURN: 12.5,
    FlightMode.STEALTH: 30.0,
}
_SECONDS_BEFORE_FLIGHT = 15

STOP_SECONDS = 4.0
"""The seconds of a stop: docking, refuelling, leaving, changing mode, half a second of the request budget each (D)."""

FUEL_CREDITS_PER_UNIT = 0.75
"""The price of a unit of the tank in credits: a market unit fills 100 and costs about 72, bought in whole units (M)."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One flight without a stop. With `refuel` the tank is filled before it."""

    goal: WaypointSymbol
    mode: FlightMode
    refuel: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The way to a place. `fuel` is in tank units; no legs means that the ship is there."""

    legs: tuple[Leg, ...]
    seconds: float
    fuel: int

    @property
    def fuel_credits(self) -> int:
        """The price of the fuel in credits, at its usual price."""
        return math.ceil(self.fuel * FUEL_CREDITS_PER_UNIT)


def distance(start: Place, goal: Place) -> float:
    """Distance in the system's units; 0 between a planet and what orbits it."""
    return math.hypot(start.x - goal.x, start.y - goal.y)


def flight_seconds(flown: float, engine_speed: int, mode: FlightMode) -> int:
    """Seconds in flight: round(max(1, distance) x factor / speed + 15)."""
    return round(max(1.0, flown) * _SECONDS_PER_DISTANCE[mode] / engine_speed + _SECONDS_BEFORE_FLIGHT)


def fuel_cost(flown: float, mode: FlightMode) -> int:
    """Tank units used: the distance at CRUISE and STEALTH, twice that at BURN, 1 at DRIFT."""
    match mode:
        case FlightMode.DRIFT:
            return 1
        case FlightMode.BURN:
            return max(2, 2 * round(flown))
        case FlightMode.CRUISE | FlightMode.STEALTH:
            return max(1, round(flown))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tank:
    """A ship's fuel: `fuel` aboard and `capacity` in tank units, 0 for a ship that needs none."""

    fuel: int
    capacity: int
    engine_speed: int
    may_refuel: bool = True


def plan_route(start: Place, goal: Place, places: Sequence[Place], tank: Tank) -> Route | None:
    """The fastest route with the fuel aboard, refuelling on the way; None if even drifting cannot make it.

    A minute of a working ship is worth far more than the fuel for burning, so legs burn if the tank allows it,
    cruise if not, and drift only as a last resort. A ship without a tank cruises.
    """
    if start.waypoint == goal.waypoint:
        return Route(legs=(), seconds=0.0, fuel=0)
    pumps = [place for place in places if place.sells_fuel and place.waypoint != goal.waypoint]
    full = tank.capacity if start.sells_fuel and tank.may_refuel else tank.fuel
    direct = _best_leg(distance(start, goal), tank.fuel, full, _nearest_fuel(goal, pumps), tank)
    if direct is not None and (direct[0] is FlightMode.BURN or not tank.capacity):  # no way with a stop is as fast
        mode, refuel, flight, fuel = direct
        seconds = flight + (STOP_SECONDS if refuel else 0.0)
        return Route(legs=(Leg(goal.waypoint, mode, refuel=refuel),), seconds=seconds, fuel=fuel)
    return next((route for place, route in _search(start, [*pumps, goal], pumps, tank) if place is goal), None)


def plan_routes(start: Place, places: Sequence[Place], tank: Tank) -> dict[WaypointSymbol, Route]:
    """The fastest route to every place in reach, as `plan_route` finds it."""
    pumps = [place for place in places if place.sells_fuel]
    return {place.waypoint: route for place, route in _search(start, places, pumps, tank)}


def _search(start: Place, goals: Sequence[Place], pumps: Sequence[Place], tank: Tank) -> Iterator[tuple[Place, Route]]:
    """Places in the order they are reached (Dijkstra); only fuel stations are left again, since they fill the tank."""
    spare = {place.waypoint: _nearest_fuel(place, pumps) for place in goals} if tank.capacity else {}
    queue: list[tuple[float, int, int, Place, tuple[Leg, ...]]] = [(0.0, 0, 0, start, ())]
    reached: dict[WaypointSymbol, None] = {}
    pushed = 0
    while queue:
        seconds, _, burnt, here, legs = heapq.heappop(queue)
        if here.waypoint in reached:
            continue
        reached[here.waypoint] = None
        yield here, Route(legs=legs, seconds=seconds, fuel=burnt)
        if legs and not (here.sells_fuel and tank.may_refuel and tank.capacity):
            continue
        aboard = tank.capacity if legs else tank.fuel
        full = tank.capacity if here.sells_fuel and tank.may_refuel else aboard
        for place in goals:
            if place.waypoint in reached:
                continue
            leg = _best_leg(distance(here, place), aboard, full, spare.get(place.waypoint, 0), tank)
            if leg is not None:
                mode, refuel, flight, fuel = leg
                pushed += 1
                total = seconds + flight + (STOP_SECONDS if refuel or legs else 0.0)
                step = Leg(place.waypoint, mode, refuel=refuel or bool(legs))  # a stop on the way is made to refuel
                heapq.heappush(queue, (total, pushed, burnt + fuel, place, (*legs, step)))


def _best_leg(flown: float, aboard: int, full: int, spare: int, tank: Tank) -> tuple[FlightMode, bool, int, int] | None:
    """The fastest mode that the tank allows, after refuelling if that makes a faster one possible."""
    if tank.capacity == 0:
        return FlightMode.CRUISE, False, flight_seconds(flown, tank.engine_speed, FlightMode.CRUISE), 0
    for mode in (FlightMode.BURN, FlightMode.CRUISE, FlightMode.DRIFT):
        fuel = fuel_cost(flown, mode)
        needed = fuel if mode is FlightMode.DRIFT else fuel + spare
        if needed <= full:
            return mode, needed > aboard, flight_seconds(flown, tank.engine_speed, mode), fuel
    return None


def _nearest_fuel(goal: Place, pumps: Sequence[Place]) -> int:
    """Tank units to keep on arrival: the fuel from `goal` to the nearest fuel station; 0 if it sells fuel itself."""
    if goal.sells_fuel or not pumps:
        return 0
    return fuel_cost(min(distance(goal, pump) for pump in pumps), FlightMode.CRUISE)
