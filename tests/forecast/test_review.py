"""A kept forecast is held against the time in which its settings were really in force."""

from datetime import UTC, datetime, timedelta

import pytest

from starfoundry.forecast.domain.forecast import SettingsForecast, arm_forecast, differing
from starfoundry.forecast.domain.review import Review, SettingsPeriod, calibration, judged_period
from tests.forecast.outcomes import outcome

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TODAY, PROPOSED, OTHER = {"a": 1}, {"a": 2}, {"a": 3}


def forecast(*, hours: float = 10.0, rounds: int = 3) -> SettingsForecast:
    before = [outcome(100 + number, 100) for number in range(rounds)]
    after = [outcome(120 + number, 120) for number in range(rounds)]
    return SettingsForecast(
        container_id="c",
        at=AT,
        revision=1,
        hours=hours,
        runs=rounds,
        seed=1,
        rounds=rounds,
        is_over=True,
        today=TODAY,
        proposed=PROPOSED,
        now=arm_forecast(before),
        unseen_goods=0,
        seconds=1.0,
        **differing(before, after),
    )


def period(settings, since: float, until: float | None = None) -> SettingsPeriod:
    return SettingsPeriod(
        settings=settings, since=AT + since * HOUR, until=None if until is None else AT + until * HOUR
    )


@pytest.mark.parametrize(
    ("periods", "now", "judged"),
    [
        ([period(TODAY, -5)], 10, (False, 0, 10)),
        ([period(TODAY, -5)], 30, (False, 0, 10)),
        ([period(TODAY, -5)], 4, None),
        ([period(TODAY, -5, 1), period(PROPOSED, 1)], 20, (True, 1, 11)),
        ([period(TODAY, -5, 1), period(PROPOSED, 1, 7)], 20, (True, 1, 7)),
        ([period(TODAY, -5, 6), period(PROPOSED, 6)], 8, (False, 0, 6)),
        ([period(TODAY, -5, 1), period(OTHER, 1)], 20, None),
        ([period(PROPOSED, -9, -5), period(TODAY, -5, 1), period(OTHER, 1, 11), period(PROPOSED, 11)], 40, None),
    ],
    ids=[
        "unchanged",
        "only its own hours count",
        "not yet for half of them",
        "set an hour later",
        "taken back before its hours were over",
        "set too short ago: what was before counts",
        "something else was set",
        "set long before, and after its hours",
    ],
)
def test_the_time_in_which_a_forecast_was_tried(periods, now, judged):
    found = judged_period(forecast(), periods, AT + now * HOUR)

    told = None if found is None else (found.is_proposal, (found.since - AT) / HOUR, (found.until - AT) / HOUR)
    assert told == judged


def review(came: float | None, *, rounds: int = 3) -> Review:
    kept = forecast(rounds=rounds)
    return Review(number=1, forecast=kept, judged=None, expected=None if came is None else kept.now, came=came)


def test_calibration_counts_only_what_can_be_judged():
    reviews = [review(100.5), review(150.0), review(None), review(100.0, rounds=1)]

    assert [each.has_held for each in reviews] == [True, False, None, None]
    assert calibration(reviews) == (1, 2)


def test_the_range_of_one_game_is_wider_than_that_of_the_mean():
    outcomes = [outcome(value) for value in (90, 100, 110)]
    found = arm_forecast(outcomes)

    assert found.low is not None
    assert found.high is not None
    assert found.high - found.low == pytest.approx(2 * 1.886 * 10 * (4 / 3) ** 0.5, rel=0.001)


def test_a_single_run_has_no_range():
    found = arm_forecast([outcome(90, 80)])

    assert (found.low, found.high, found.profit_per_hour, found.steady) == (None, None, 85, None)
