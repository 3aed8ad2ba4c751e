"""Where settings and those who act by them meet: the newest of both sides, whatever comes first."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starfoundry.config.domain.acknowledgements import AppliedRevision
from starfoundry.config.domain.model import ManufacturingConfig, Revised
from starfoundry.config.service.config_bus import ConfigBus
from starfoundry.drill.virtual_time.loop import run
from starfoundry.kernel.ids import ContainerId, Revision

ID = ContainerId("mfg-1")
OTHER = ContainerId("mfg-2")


def revised(revision):
    return Revised(config=ManufacturingConfig(max_pipelines=revision % 101), revision=Revision(revision))


def observation(revision, *effects):
    return AppliedRevision(revision=Revision(revision), effects=effects, at_elapsed=0.0)


@given(st.permutations([1, 2, 3, 4, 5]), st.integers(0, 5), st.integers(1, 5))
def test_however_publications_and_the_listener_come_the_newest_is_in_force(order, opened_after, loaded):
    """A revision that was published before the listener was there counts, one that comes late or twice does not."""
    bus = ConfigBus()
    for revision in order[:opened_after]:
        bus.publish(ID, revised(revision))
    cell = bus.open(ID, revised(loaded))
    for revision in (*order[opened_after:], *order[opened_after:]):
        bus.publish(ID, revised(revision))

    assert cell.value == revised(5)


def test_a_listener_waiting_for_news_is_woken_once_with_the_newest():
    async def main():
        bus = ConfigBus()
        cell = bus.open(ID, revised(1))
        woken = asyncio.create_task(cell.newer_than(1))
        await asyncio.sleep(0)
        for revision in range(2, 1000):
            bus.publish(ID, revised(revision))
        return await woken

    assert run(main()) == revised(999)


def test_what_was_loaded_counts_again_after_a_restart_even_at_the_same_revision():
    """Whoever corrects a stored value by hand does not count a revision up."""
    bus = ConfigBus()
    bus.open(ID, revised(2))
    bus.publish(ID, revised(3))
    bus.close(ID)
    corrected = Revised(config=ManufacturingConfig(max_workers=7), revision=Revision(3))

    assert bus.open(ID, corrected).value == corrected


def test_containers_do_not_hear_of_one_another():
    bus = ConfigBus()
    mine, other = bus.open(ID, revised(1)), bus.open(OTHER, revised(1))
    bus.publish(ID, revised(2))
    bus.observe(ID, observation(2))

    assert (mine.value.revision, other.value.revision) == (2, 1)
    assert bus.channel(OTHER).observed is None


def test_the_first_word_on_a_revision_stays_however_often_it_is_said():
    bus = ConfigBus()
    bus.open(ID, revised(2))
    for word in (observation(2, "2 factories became ready"), observation(2), observation(1, "old")):
        bus.observe(ID, word)

    assert bus.channel(ID).observed == observation(2, "2 factories became ready")


def test_a_coordinator_that_runs_no_longer_has_said_nothing():
    bus = ConfigBus()
    bus.open(ID, revised(2))
    bus.observe(ID, observation(2))
    bus.close(ID)
    after_close = bus.channel(ID).observed
    bus.observe(ID, observation(3))
    after_late_word = bus.channel(ID).observed
    bus.open(ID, revised(2))

    assert (after_close, after_late_word, bus.channel(ID).observed) == (None, None, None)


def test_is_open_says_whether_somebody_listens():
    bus = ConfigBus()
    before = bus.channel(ID).is_open
    bus.open(ID, revised(1))
    during = bus.channel(ID).is_open
    bus.close(ID)

    assert (before, during, bus.channel(ID).is_open) == (False, True, False)


@pytest.mark.parametrize("seed", range(10))
def test_waiting_for_a_revision_ends_with_it_or_a_later_one_also_across_a_restart(seed):
    async def main():
        bus = ConfigBus()
        waiting = [asyncio.create_task(bus.wait_until_decided(ID, Revision(revision))) for revision in (1, 2, 3)]
        await asyncio.sleep(1)
        bus.open(ID, revised(1))
        bus.observe(ID, observation(1))
        await asyncio.sleep(1)
        bus.close(ID)
        bus.open(ID, revised(3))
        await asyncio.sleep(1)
        assert [task.done() for task in waiting] == [True, False, False]
        bus.observe(ID, observation(4, "overtook"))
        return [word.revision for task in waiting if (word := await task) is not None]

    assert run(main(), seed=seed) == [1, 4, 4]
