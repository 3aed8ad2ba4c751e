"""How a moment is written down."""

from datetime import UTC, datetime

from starfoundry.kernel.instants import rfc3339


def test_a_moment_is_utc_to_the_millisecond():
    assert rfc3339(datetime(2026, 11, 24, 8, 16, 3, 250_900, tzinfo=UTC)) == "2026-11-24T08:16:03.250Z"


def test_no_moment_is_no_text():
    assert rfc3339(None) == ""
