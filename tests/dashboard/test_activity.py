"""What ships do, in an operator's words."""

import pytest

from starfoundry.dashboard.views.activity import activity_of, by_activity


def told(state="BUSY", rule="working", ship="A-1", **figures):
    return {"subject": "SHIP", "name": ship, "state": state, "reason": {"rule": rule, "figures": figures}}


@pytest.mark.parametrize(
    ("explanation", "activity"),
    [
        (told(kind="TRADE"), "Trading"),
        (told(kind="A_KIND_OF_LATER"), "At work"),
        (told(rule="commanded", purpose="scouting"), "Scouting"),
        (told("IDLE", "no_ready_task"), "Idle"),
        (told("IDLE", "in_transit"), "Flying"),
        (told("WAITING", "supply_below_start"), "Waiting for stock"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_explanation_tells_an_activity(explanation, activity):
    assert activity_of(explanation) == activity


def test_a_ship_is_counted_once_and_idle_ones_come_last():
    """An idle ship is explained once for each coordinator that could send it."""
    idle = [told("IDLE", "no_ready_task", f"A-{number}") for number in (1, 1, 2, 3)]

    assert by_activity([*idle, told(ship="A-4", kind="TRADE")]) == [
        {"activity": "Trading", "ships": ["A-4"]},
        {"activity": "Idle", "ships": ["A-1", "A-2", "A-3"]},
    ]
