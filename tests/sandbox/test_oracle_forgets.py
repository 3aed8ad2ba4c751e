"""A record that nobody will ask for does not grow without end."""

from starfoundry.kernel.ids import ShipSymbol, WaypointSymbol
from starfoundry.sandbox.core.event_log import EventKind, EventLog


def note(event_log):
    event_log.note(
        next(iter(EventKind)),
        at=0,
        agent="FOUNDRY",
        ship=ShipSymbol("FOUNDRY-1"),
        waypoint=WaypointSymbol("X1-AB1-C2"),
        subject="",
        units=0,
        credits_after=0,
    )


def test_what_is_forgotten_is_gone_and_numbers_go_on():
    event_log = EventLog()
    note(event_log)
    note(event_log)
    event_log.forget()
    note(event_log)

    assert [each.number for each in event_log.entries] == [3]
