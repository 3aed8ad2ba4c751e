"""Symbols carry where they belong."""

from starfoundry.kernel.ids import SystemSymbol, WaypointSymbol, system_of


def test_a_waypoint_names_its_system():
    assert system_of(WaypointSymbol("X1-AD75-B7")) == SystemSymbol("X1-AD75")
