"""Histograms of what is measured as it happens."""

import asyncio

from starfoundry.daemon.metrics.timings import Timings
from starfoundry.kernel.ids import ContainerId, Revision

ONE, OTHER = ContainerId("one"), ContainerId("other")


class Stopwatch:
    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


def measured(timings, name):
    """How many observations, and their sum."""
    found = {s.name: s.value for family in timings.registry.collect() for s in family.samples if not s.labels}
    return found[f"starfoundry_{name}_seconds_count"], found[f"starfoundry_{name}_seconds_sum"]


def test_a_change_is_measured_from_its_announcement_to_the_decision_that_takes_it_up():
    stopwatch = Stopwatch()
    timings = Timings(stopwatch)

    timings.announced(ONE, Revision(2))
    stopwatch.seconds = 1.0
    timings.announced(ONE, Revision(3))
    timings.answered(ONE, Revision(3), 1.5)
    timings.answered(ONE, Revision(3), 9.0)

    assert measured(timings, "set_to_decision") == (2, 1.5 + 0.5)


def test_a_change_that_was_refused_or_whose_coordinator_ended_is_not_measured():
    timings = Timings(Stopwatch())

    timings.announced(ONE, Revision(2))
    timings.forgotten(ONE, Revision(2))
    timings.announced(OTHER, Revision(5))
    timings.forgotten(OTHER)
    timings.answered(ONE, Revision(3), 9.0)
    timings.answered(OTHER, Revision(5), 9.0)

    assert measured(timings, "set_to_decision") == (0, 0)


def test_database_work_is_measured_apart_from_its_waiting_also_when_it_fails():
    stopwatch = Stopwatch()
    timings = Timings(stopwatch)

    class Busy:
        async def run(self, work):
            stopwatch.seconds += 2.0
            return work()

    def fails():
        stopwatch.seconds += 0.5
        raise ValueError

    outcome = asyncio.run(_outcome(timings.timed(Busy()), fails))

    assert isinstance(outcome, ValueError)
    assert measured(timings, "database_wait") == (1, 2.0)
    assert measured(timings, "database_work") == (1, 0.5)


async def _outcome(offload, work):
    return (await asyncio.gather(offload.run(work), return_exceptions=True))[0]
