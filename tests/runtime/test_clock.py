"""The system's clock is aware, in UTC, and its durations never go back."""

from datetime import UTC, datetime, timedelta

from starfoundry.runtime.clock import SystemClock


def test_the_system_clock_shows_utc():
    shown = SystemClock().now()

    assert shown.tzinfo is UTC
    assert abs(shown - datetime.now(UTC)) < timedelta(minutes=1)  # noqa: TID251  (the yardstick)


def test_elapsed_never_goes_back():
    clock = SystemClock()
    readings = [clock.elapsed() for _ in range(1_000)]

    assert readings == sorted(readings)
