"""Types of identifiers, so that different strings and numbers are not confused."""

from typing import NewType

Good = NewType("Good", str)
"""A trade good's symbol, such as IRON_ORE."""

WaypointSymbol = NewType("WaypointSymbol", str)
"""A place in a system, such as X1-AD75-A1."""

SystemSymbol = NewType("SystemSymbol", str)
"""A system, such as X1-AD75."""

ShipSymbol = NewType("ShipSymbol", str)
"""One of the player's ships, such as FOUNDRY-1."""

PlayerId = NewType("PlayerId", int)
"""The daemon's own number for an agent in one universe."""

ContainerId = NewType("ContainerId", str)
"""One long-lived operation of the daemon."""

Revision = NewType("Revision", int)
"""The number of a committed configuration change of one container: 1, 2, 3 and so on."""


def system_of(waypoint: WaypointSymbol) -> SystemSymbol:
    """The system of a waypoint: the first two parts of its symbol."""
    return SystemSymbol("-".join(waypoint.split("-")[:2]))
