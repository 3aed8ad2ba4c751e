"""A record that nobody will ask for does not grow without end."""

from starfoundry.kernel.ids import ShipSymbol, WaypointSymbol
from starfoundry.sandbox.control.controller import EVENTS_KEPT, SandboxController
from starfoundry.sandbox.core.event_log import EventKind, EventLog
from tests.sandbox.player import HandClock


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


def test_a_bounded_log_keeps_the_newest_and_finds_them_by_number():
    event_log = EventLog(kept=3)
    for _ in range(10):
        note(event_log)

    assert [each.number for each in event_log.entries] == [7, 8, 9, 10]
    assert [each.number for each in event_log.after(8, most=1_000)] == [9, 10]
    assert [each.number for each in event_log.after(0, most=2)] == [7, 8]
    assert event_log.applied == 10


def test_a_served_sandbox_has_a_bounded_log_whatever_universe_it_shows():
    control = SandboxController.of(1, HandClock())
    copy = control.snapshot()
    first = control.universe.event_log.kept
    control.reset()
    after_reset = control.universe.event_log.kept
    control.restore(copy)

    assert [first, after_reset, control.universe.event_log.kept] == [EVENTS_KEPT] * 3
