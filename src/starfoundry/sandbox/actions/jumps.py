"""Travel between systems: jumps through gates, and warps.

A jump is instant and consumes one unit of antimatter, bought at the gate's market at the price shown; the ship's
cooldown is a second for each unit of distance and a minute more (M). A warp flies straight: twice as long as in a
system for the same distance (assumed), one unit of fuel for each.
"""

import math

from starfoundry.kernel.ids import Good, WaypointSymbol, system_of
from starfoundry.sandbox.actions import trading
from starfoundry.sandbox.actions.ship_events import record
from starfoundry.sandbox.core.error_codes import Code
from starfoundry.sandbox.core.event_log import EventKind
from starfoundry.sandbox.core.milliseconds import SECOND
from starfoundry.sandbox.core.rejection import ApiRejection
from starfoundry.sandbox.ships import wear
from starfoundry.sandbox.ships.fleet import Agent, Ship
from starfoundry.sandbox.ships.flight import flight_seconds, fuel_needed
from starfoundry.sandbox.state.universe import Universe
from starfoundry.sandbox.worldgen.atlas import WaypointPlan

ANTIMATTER = Good("ANTIMATTER")
COOLDOWN_BASE = 60
WARP_SLOWNESS = 2.0


def jump(universe: Universe, agent: Agent, ship: Ship, waypoint: WaypointSymbol, now: int) -> trading.Transaction:
    """Jump through the gate at the ship to a connected one; the purchase of the antimatter."""
    ship.require_orbit(now)
    here = ship.destination
    if here.type != "JUMP_GATE":
        raise ApiRejection(Code.JUMP_FROM_NOWHERE, f"There is no jump gate at {here.symbol}.")
    if universe.is_unbuilt(here):
        raise ApiRejection(Code.JUMP_FROM_UNBUILT, f"The gate at {here.symbol} is still being built.")
    there = universe.place(waypoint)
    if there is None or waypoint not in universe.galaxy.roads.get(here.symbol, ()):
        raise ApiRejection(Code.JUMP_TO_NOWHERE, f"No gate leads from {here.symbol} to {waypoint}.")
    if universe.is_unbuilt(there):
        raise ApiRejection(Code.JUMP_TO_UNBUILT, f"The gate at {there.symbol} is still being built.")
    ship.require_rested(now)
    units = _apart(universe, here, there)
    deal = trading.buy_for_use(universe, agent, ship, ANTIMATTER, 1, now)
    ship.origin, ship.destination = here, there
    ship.departed_at = ship.arrives_at = now
    ship.rest(COOLDOWN_BASE + round(units), now)
    record(universe, agent, ship, EventKind.JUMP, here.symbol, round(units), now)
    return deal


def warp(universe: Universe, agent: Agent, ship: Ship, waypoint: WaypointSymbol, now: int) -> None:
    """Fly to a waypoint of another system within the warp drive's range."""
    ship.require_orbit(now)
    here = ship.destination
    reach = ship.range_of("WARP_DRIVE")
    if not reach:
        raise ApiRejection(Code.NO_WARP_DRIVE, f"Ship {ship.symbol} has no warp drive.")
    if system_of(waypoint) == system_of(here.symbol):
        raise ApiRejection(Code.WARP_INSIDE_SYSTEM, f"{waypoint} is in the same system; navigate there.")
    there = universe.place(waypoint)
    units = _apart(universe, here, there) if there is not None else math.inf
    if there is None or units > reach:
        raise ApiRejection(
            Code.DESTINATION_UNKNOWN,
            f"{waypoint} is not within the {reach} units that {ship.symbol} can warp.",
            {"destinationSymbol": waypoint, "range": reach},
        )
    needed = fuel_needed(units, ship.mode)
    if needed > ship.fuel:
        raise ApiRejection(
            Code.FUEL_INSUFFICIENT,
            f"Ship {ship.symbol} needs {needed} fuel to warp to {waypoint} and has {ship.fuel}.",
            {"shipSymbol": ship.symbol, "fuelRequired": needed, "fuelAvailable": ship.fuel},
        )
    ship.fuel -= needed
    ship.fuel_burnt, ship.fuel_burnt_at = needed, now
    ship.origin, ship.destination = here, there
    ship.departed_at = now
    ship.arrives_at = now + SECOND * flight_seconds(
        wear.effective_distance(ship, units * WARP_SLOWNESS), ship.type.speed, ship.mode
    )
    wear.fly(ship, units, universe.entropy)
    record(universe, agent, ship, EventKind.WARP, here.symbol, needed, now)


def _apart(universe: Universe, here: WaypointPlan, there: WaypointPlan) -> float:
    one, other = (universe.galaxy.stars[system_of(place.symbol)] for place in (here, there))
    return math.hypot(one.x - other.x, one.y - other.y)
