"""Ships on trips by the hour: every minute of a trip counts in its hour, once, and nothing outside."""

from datetime import UTC, datetime

import pytest

from starfoundry.dashboard.reading.trip_hours import HOUR, FleetOverTime, mean_ships
from starfoundry.wire import daemon_pb2 as pb

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def trip(decided: str, ended: str = "", kind: str = "TRADE", status: str = "EXECUTING") -> pb.Task:
    """A trip between two times of that day, under way if it has not ended."""
    times = [f"2026-03-01T{time}:00.000Z" if time else "" for time in (decided, ended)]
    return pb.Task(kind=kind, status=status, decided_at=times[0], ended_at=times[1])


def at(time: str) -> datetime:
    """A time of that day."""
    return datetime.fromisoformat(f"2026-03-01T{time}:00+00:00")


def told(*tasks, hours: int = 3):
    """By hour of the clock, the ships on trips."""
    return {hour.hour: ships for hour, ships in mean_ships(tasks, NOW, hours).items()}


@pytest.mark.parametrize(
    ("tasks", "hours"),
    [
        ([trip("10:15", "10:45")], {10: {"Trading": 0.5}, 11: {}, 12: {}}),
        ([trip("10:30", "11:15")], {10: {"Trading": 0.5}, 11: {"Trading": 0.25}, 12: {}}),
        ([trip("10:00", "11:00")], {10: {"Trading": 1.0}, 11: {}, 12: {}}),
        ([trip("08:00", "10:30")], {10: {"Trading": 0.5}, 11: {}, 12: {}}),
        ([trip("08:00", "09:30")], {10: {}, 11: {}, 12: {}}),
        ([trip("12:15")], {10: {}, 11: {}, 12: {"Trading": 0.5}}),
        ([trip("11:00", "12:00")] * 2, {10: {}, 11: {"Trading": 2.0}, 12: {}}),
        ([trip("10:15", status="PENDING")], {10: {}, 11: {}, 12: {}}),  # its ship gave it back
        ([pb.Task(kind="TRADE")], {10: {}, 11: {}, 12: {}}),
    ],
)
def test_each_hour_has_the_ships_that_were_on_trips_then_and_the_present_one_so_far(tasks, hours):
    assert told(*tasks) == hours


def test_kinds_are_counted_apart_in_the_words_of_the_overview():
    ships = told(trip("11:00", "11:30"), trip("11:00", "11:15", kind="COLLECT_SELL"))[11]

    assert ships == {"Trading": 0.5, "Collecting output": 0.25}


@pytest.mark.parametrize(
    ("fleet", "trips", "others"),
    [
        (FleetOverTime(carriers=3, probes=2), {"Trading": 2.5}, {"Without a trip": 0.5, "Probes": 2.0}),
        (FleetOverTime(carriers=2, probes=0), {"Trading": 2.0}, {}),
        (FleetOverTime(carriers=1, probes=0, carriers_bought=[at("11:15")]), {}, {"Without a trip": 0.75}),
        (FleetOverTime(carriers=1, probes=1, probes_bought=[at("12:10")]), {}, {"Without a trip": 1.0}),
        (FleetOverTime(carriers=1, probes=1, probes_bought=[at("10:59")]), {"Trading": 1.0}, {"Probes": 1.0}),
        (FleetOverTime(carriers=1, probes=0, since=at("12:00")), {}, {}),
        (FleetOverTime(carriers=1, probes=0, since=at("11:59")), {}, {"Without a trip": 1.0}),
    ],
)
def test_ships_without_a_trip_are_those_that_there_were_by_then(fleet, trips, others):
    assert fleet.with_others(at("11:00"), HOUR, trips) == {**trips, **others}


def test_there_are_as_many_hours_as_asked_for():
    assert len(told(hours=24)) == 24
