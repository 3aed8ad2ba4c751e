"""A duration or a moment is read as people type it, and anything else is refused with what is allowed."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starfoundry.kernel.errors import Refused
from starfoundry.kernel.moments import parse_duration, parse_moment

NOW = datetime(2026, 3, 1, 12, 30, 15, 250_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("45m", 2_700),
        ("8h", 28_800),
        ("2d", 172_800),
        ("1w", 604_800),
        ("1h30m", 5_400),
        ("1d 2h", 93_600),
        ("1.5h", 5_400),
        (" 8 H ", 28_800),
        ("90 min", 5_400),
        ("8 hours", 28_800),
        ("500ms", 0.5),
        ("0s", 0),
    ],
)
def test_a_duration_is_a_number_and_a_unit_or_several(text, seconds):
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "8", "h", "8x", "-8h", "+8h", "1h1h", "1h foo", "8h8", "1e3h", "3651d", "999999999w", "٨h", "8h\x00"]
)
def test_anything_else_is_refused_with_the_units(text):
    with pytest.raises(Refused) as caught:
        parse_duration(text, field="jump")

    (problem,) = caught.value.fields
    assert (problem.field, problem.given) == ("jump", text)
    assert "8h" in problem.allowed


def test_a_number_alone_counts_in_the_unit_that_the_caller_names():
    assert parse_duration("90", bare_unit="s") == timedelta(seconds=90)
    assert parse_duration("1.5", bare_unit="h") == timedelta(minutes=90)
    assert parse_duration("90m", bare_unit="h") == timedelta(minutes=90)


def test_a_caller_may_allow_less():
    with pytest.raises(Refused, match=r"wait must be .*, at most 30s, was '1m'"):
        parse_duration("1m", field="wait", maximum=timedelta(seconds=30))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8h", "2026-03-01T04:30:15.250000+00:00"),
        ("8h ago", "2026-03-01T04:30:15.250000+00:00"),
        ("now", "2026-03-01T12:30:15.250000+00:00"),
        ("today", "2026-03-01T00:00:00+00:00"),
        ("Yesterday", "2026-02-28T00:00:00+00:00"),
        ("2026-02-27", "2026-02-27T00:00:00+00:00"),
        ("2026-02-27T10:00:00Z", "2026-02-27T10:00:00+00:00"),
        ("2026-02-27 10:00", "2026-02-27T10:00:00+00:00"),
        ("2026-02-27T10:00:00+02:00", "2026-02-27T08:00:00+00:00"),
    ],
)
def test_a_moment_is_a_way_back_from_now_a_day_or_a_time_and_is_utc(text, expected):
    assert parse_moment(text).resolve(NOW).isoformat() == expected


@pytest.mark.parametrize("text", ["", "8", "tomorrow", "noon", "2026-02-30", "25:00", "0001-01-01T00:00:00+14:00"])
def test_a_text_that_is_no_moment_is_refused_with_what_is_allowed(text):
    with pytest.raises(Refused, match="since must be a duration before now such as 90m"):
        parse_moment(text)


@given(st.text(max_size=30))
def test_no_text_leads_to_any_other_error(text):
    for parse in (parse_duration, parse_moment):
        with contextlib.suppress(Refused):
            parse(text)


@given(st.integers(0, 3_650 * 86_400))
def test_every_whole_number_of_seconds_up_to_ten_years_is_a_duration(seconds):
    assert parse_duration(f"{seconds}s") == timedelta(seconds=seconds)
