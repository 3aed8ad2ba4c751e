"""Names for the strings and numbers that identify things, so that they are not mistaken for one another."""

from typing import NewType

Good = NewType("Good", str)
"""A trade good's symbol, such as IRON_ORE."""

WaypointSymbol = NewType("WaypointSymbol", str)
"""A place in a system, such as X1-AD75-A1."""

SystemSymbol = NewType("SystemSymbol", str)
"""A system, such as X1-AD75."""

ShipSymbol = NewType("ShipSymbol", str)
"""One of our ships, such as FOUNDRY-1."""

PlayerId = NewType("PlayerId", int)
"""Our own number for an agent in one universe."""

ContainerId = NewType("ContainerId", str)
"""One long-lived operation of the daemon."""

Revision = NewType("Revision", int)
"""The number of a committed configuration change of one container: 1, 2, 3 and so on."""


def system_of(waypoint: WaypointSymbol) -> SystemSymbol:
    """The system a waypoint lies in: the first two parts of its symbol."""
    return SystemSymbol("-".join(waypoint.split("-")[:2]))
