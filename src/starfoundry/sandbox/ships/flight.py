"""Distance, duration and fuel of flights. Pure.

Source: the game's documentation, checked against a flight of the live server (117 units at BURN with speed 36 took 56
seconds and 234 units of fuel).
"""

import enum
import math

from starfoundry.sandbox.worldgen.atlas import WaypointPlan


class Mode(enum.Enum):
    """A flight mode; the value is the factor of the flight time."""

    CRUISE = 25.0
    DRIFT = 250.0
    BURN = 12.5
    STEALTH = 30.0


HARBOUR_SECONDS = 15
DRIFT_FUEL = 1


def distance(origin: WaypointPlan, destination: WaypointPlan) -> float:
    """Straight-line distance in the system's units; 0 between a body and its orbitals."""
    return math.dist((origin.x, origin.y), (destination.x, destination.y))


def flight_seconds(units: float, speed: int, mode: Mode) -> int:
    """The duration of a flight in seconds, departure and arrival included."""
    return math.floor(max(1.0, units) * mode.value / speed + HARBOUR_SECONDS + 0.5)


def fuel_needed(units: float, mode: Mode) -> int:
    """The tank units a flight consumes."""
    if mode is Mode.DRIFT:
        return DRIFT_FUEL
    rounded = max(1, math.floor(units + 0.5))
    return 2 * rounded if mode is Mode.BURN else rounded
