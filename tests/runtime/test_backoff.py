"""Growing pauses: each disappointment of the same subject costs twice as long, up to a most."""

import asyncio
from datetime import timedelta
from itertools import islice

import pytest

from starfoundry.drill.machine import EPOCH
from starfoundry.drill.virtual_time.loop import run
from starfoundry.kernel.errors import Missing, Unavailable
from starfoundry.runtime.backoff import FORGOTTEN_SECONDS, Backoff, GrowingPauses, retry


class Moved:
    """A clock that somebody moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self):
        return EPOCH + timedelta(seconds=self.seconds)

    def elapsed(self):
        return self.seconds


def a_backoff():
    clock = Moved()
    return clock, Backoff(clock, first_seconds=10, most_seconds=60)


def test_the_pause_doubles_up_to_the_most():
    clock, backoff = a_backoff()
    pauses = []
    for _ in range(5):
        pauses.append(backoff.begin("a"))
        clock.seconds += pauses[-1]
    assert pauses == [10, 20, 40, 60, 60]


def test_a_subject_is_left_alone_until_its_pause_is_over_and_no_other_is():
    clock, backoff = a_backoff()
    backoff.begin("a")
    clock.seconds = 9.9
    assert (backoff.is_paused("a"), backoff.is_paused("b"), backoff.paused_subjects()) == (True, False, ("a",))
    clock.seconds = 10
    assert (backoff.is_paused("a"), backoff.paused_subjects()) == (False, ())


def test_what_went_well_is_not_held_against_it():
    _clock, backoff = a_backoff()
    backoff.begin("a")
    backoff.end("a")
    assert not backoff.is_paused("a")
    assert backoff.begin("a") == 10


def test_what_disappointed_long_ago_is_forgotten():
    clock, backoff = a_backoff()
    backoff.begin("a")
    clock.seconds = 10 + FORGOTTEN_SECONDS + 1
    assert backoff.begin("a") == 10


def test_another_first_pause_may_be_named():
    clock, backoff = a_backoff()
    assert backoff.begin("a", first_seconds=2) == 2
    clock.seconds = 2
    assert backoff.begin("a", first_seconds=2) == 4
    assert backoff.begin("a") == 10


def attempts(*errors):
    """An attempt that fails with each of the errors, then succeeds with the number of seconds since the first one."""
    left = list(errors)

    async def attempt():
        if left:
            raise left.pop(0)
        return asyncio.get_running_loop().time()

    return attempt


def test_pauses_double_up_to_the_longest_and_begin_again_for_each_use():
    pauses = GrowingPauses(5, 30)

    assert list(islice(pauses, 5)) == [5, 10, 20, 30, 30]
    assert list(islice(pauses, 2)) == [5, 10]


def test_an_attempt_is_repeated_until_it_succeeds_with_a_pause_after_each_failure():
    failures = []

    async def scene():
        began = asyncio.get_running_loop().time()
        attempt = attempts(*[Unavailable(name) for name in "abc"])
        pauses = GrowingPauses(5, 10)
        ended = await retry(
            attempt, pauses, on=Unavailable, failed=lambda *failure: failures.append((str(failure[0]), failure[1]))
        )
        return ended - began

    assert run(scene()) == pytest.approx(25)
    assert failures == [("a", 5), ("b", 10), ("c", 10)]


def test_the_last_error_is_raised_when_the_pauses_are_used_up():
    with pytest.raises(Unavailable, match="c"):
        run(retry(attempts(*[Unavailable(name) for name in "abcd"]), (1.0, 2.0), on=Unavailable))


def test_an_error_of_another_kind_is_raised_at_once():
    with pytest.raises(Missing):
        run(retry(attempts(Unavailable("a"), Missing("b")), (1.0, 2.0), on=Unavailable))
