"""Charts and scans of waypoints, systems and ships."""

import math

from starfoundry.kernel.ids import SystemSymbol, system_of
from starfoundry.sandbox.actions.ship_events import record
from starfoundry.sandbox.catalogue.charting import charting_fee
from starfoundry.sandbox.core.error_codes import Code
from starfoundry.sandbox.core.event_log import EventKind
from starfoundry.sandbox.core.rejection import ApiRejection
from starfoundry.sandbox.responses.place_shapes import Chart
from starfoundry.sandbox.ships.fleet import Agent, Ship
from starfoundry.sandbox.state.universe import Universe
from starfoundry.sandbox.worldgen.atlas import Star, WaypointPlan

SENSORS = "SENSOR_ARRAY"
SCAN_COOLDOWN = 70
SYSTEMS_SEEN = 20
SHIPS_SEEN = 20


def chart(universe: Universe, agent: Agent, ship: Ship, now: int) -> tuple[Chart, int]:
    """Chart the ship's waypoint for everyone; the chart and its fee in credits."""
    ship.require_arrived(now)
    place = ship.destination
    if universe.chart(place) is not None:
        raise ApiRejection(
            Code.CHARTED_ALREADY, f"{place.symbol} is charted already.", {"waypointSymbol": place.symbol}
        )
    made = universe.charts[place.symbol] = Chart(by=agent.symbol, at=now)
    agent.charts += 1
    fee = charting_fee(place.type, place.traits)
    agent.credits += fee
    record(universe, agent, ship, EventKind.CHART, place.symbol, 1, now, price=fee, credit_change=fee)
    return made, fee


def scan_systems(universe: Universe, ship: Ship, now: int) -> list[tuple[Star, int]]:
    """The nearest systems with their distances."""
    _use_sensors(ship, now)
    here = universe.galaxy.stars[_system_of(ship)]
    others = (star for star in universe.galaxy.stars.values() if star is not here)
    apart = ((star, round(math.hypot(star.x - here.x, star.y - here.y))) for star in others)
    return sorted(apart, key=lambda found: (found[1], found[0].symbol))[:SYSTEMS_SEEN]


def scan_waypoints(universe: Universe, ship: Ship, now: int) -> list[WaypointPlan]:
    """The system's waypoints, charted or not, the nearest first."""
    _use_sensors(ship, now)
    here = ship.destination
    places = universe.system_state_of(here).system.places
    return sorted(places, key=lambda place: (math.hypot(place.x - here.x, place.y - here.y), place.symbol))


def scan_ships(universe: Universe, ship: Ship, now: int) -> list[Ship]:
    """Other ships in the system."""
    _use_sensors(ship, now)
    here = _system_of(ship)
    everybody = (each for agent in universe.agents.values() for each in agent.ships.values())
    return [each for each in everybody if each is not ship and _system_of(each) == here][:SHIPS_SEEN]


def _use_sensors(ship: Ship, now: int) -> None:
    ship.require_orbit(now)
    if not ship.strength_of(SENSORS):
        raise ApiRejection(Code.NO_SENSORS, f"Ship {ship.symbol} has no sensor array.")
    ship.require_rested(now)
    ship.rest(SCAN_COOLDOWN, now)


def _system_of(ship: Ship) -> SystemSymbol:
    return system_of(ship.destination.symbol)
