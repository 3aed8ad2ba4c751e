"""Growing pauses: each disappointment of the same subject costs twice as long, up to a most."""

from datetime import timedelta

from starfoundry.drill.machine import EPOCH
from starfoundry.runtime.backoff import FORGOTTEN_SECONDS, Backoff


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
