"""Movements of a ship: navigate, dock, orbit, flight mode."""

from starfoundry.kernel.ids import WaypointSymbol, system_of
from starfoundry.sandbox.core.error_codes import Code
from starfoundry.sandbox.core.event_log import EventKind
from starfoundry.sandbox.core.milliseconds import SECOND
from starfoundry.sandbox.core.rejection import ApiRejection
from starfoundry.sandbox.ships import wear
from starfoundry.sandbox.ships.fleet import Agent, Ship
from starfoundry.sandbox.ships.flight import Mode, distance, flight_seconds, fuel_needed
from starfoundry.sandbox.state.universe import Universe


def navigate(
    universe: Universe, agent: Agent, ship: Ship, waypoint: WaypointSymbol, now: int
) -> tuple[wear.Event, ...]:
    """Start a flight; fuel is burnt at departure. The events that damage the ship."""
    ship.require_orbit(now)
    origin = ship.destination
    if waypoint == origin.symbol:
        raise ApiRejection(Code.ALREADY_THERE, f"Ship {ship.symbol} is at {waypoint} already.")
    if system_of(waypoint) != system_of(origin.symbol):
        raise ApiRejection(
            Code.DESTINATION_OUTSIDE_SYSTEM, f"{waypoint} is outside the system of {origin.symbol}; jump or warp there."
        )
    destination = universe.place(waypoint)
    if destination is None:
        raise ApiRejection(Code.DESTINATION_UNKNOWN, f"There is no waypoint {waypoint}.")
    units = distance(origin, destination)
    needed = fuel_needed(units, ship.mode) if ship.type.fuel_capacity else 0
    if needed > ship.fuel:
        raise ApiRejection(
            Code.FUEL_INSUFFICIENT,
            f"Ship {ship.symbol} needs {needed} fuel to fly to {waypoint} and has {ship.fuel}.",
            {"shipSymbol": ship.symbol, "fuelRequired": needed, "fuelAvailable": ship.fuel},
        )
    ship.fuel -= needed
    ship.fuel_burnt, ship.fuel_burnt_at = needed, now
    ship.origin, ship.destination = origin, destination
    ship.departed_at = now
    ship.arrives_at = now + SECOND * flight_seconds(wear.effective_distance(ship, units), ship.type.speed, ship.mode)
    universe.event_log.note(
        EventKind.NAVIGATE,
        at=now,
        agent=agent.symbol,
        ship=ship.symbol,
        waypoint=origin.symbol,
        subject=waypoint,
        units=needed,
        credits_after=agent.credits,
    )
    return wear.fly(ship, units, universe.entropy)


def dock(ship: Ship, now: int) -> None:
    """Dock where the ship is; docking twice is not an error."""
    ship.require_arrived(now)
    ship.is_docked = True


def orbit(ship: Ship, now: int) -> None:
    """Leave the dock; doing so twice is not an error."""
    ship.require_arrived(now)
    ship.is_docked = False


def set_mode(ship: Ship, mode: Mode, now: int) -> None:
    """Set the flight mode of the next flight; refused during a flight."""
    if mode is not ship.mode:
        ship.require_arrived(now)
    ship.mode = mode
