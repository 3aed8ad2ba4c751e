"""How containers end, rest and go on: soon, now, drained, paused; and what is cleared up behind them."""

import asyncio
from contextlib import suppress

import pytest

from starfoundry.containers.domain.ending import Ending
from starfoundry.containers.domain.model import ContainerStatus
from starfoundry.containers.runtime.handle import UNWRITTEN
from starfoundry.containers.runtime.runner import StopSignal
from starfoundry.kernel.errors import Stale
from starfoundry.store.errors import DiskWriteFailed
from tests.containers.test_supervisor import PLAYER, crash, until_asked
from tests.store.opened import NOON


async def slow(_container, stop):
    """Takes long over the work in hand."""
    await stop.wait()
    await asyncio.sleep(2_000)


CUT_OFF = "its work did not end within 10 min and was cancelled: its ships still have their cargo aboard"


def seconds_until_the_end(row):
    return round((row.stopped_at - NOON).total_seconds())


@pytest.mark.parametrize(
    ("ending", "status", "seconds", "reason"),
    [
        (Ending.NOW, ContainerStatus.STOPPED, 5, ""),
        (Ending.SOON, ContainerStatus.STOPPED, 605, CUT_OFF),
        (Ending.DRAINED, ContainerStatus.STOPPED, 2_005, ""),
    ],
)
def test_an_ending_is_as_body_as_its_name(in_house, ending, status, seconds, reason):
    async def body(house):
        supervisor = house.supervisor(slow)
        await supervisor.create(PLAYER, "work", {}, "c")
        await asyncio.sleep(5)
        await supervisor.stop("c", ending=ending)
        return await house.row()

    row = in_house(body)
    assert (row.status, seconds_until_the_end(row), row.exit_reason) == (status, seconds, reason)


def test_a_drain_is_shown_and_can_be_shortened_but_not_the_other_way_round(in_house):
    async def body(house):
        supervisor = house.supervisor(slow)
        await supervisor.create(PLAYER, "work", {}, "c")
        seen = []
        for ending in (Ending.DRAINED, Ending.SOON, Ending.DRAINED):
            await supervisor.stop("c", ending=ending, wait_seconds=0)
            seen.append((await house.row()).status)
        await supervisor.stop("c", ending=Ending.NOW)
        return seen, await house.row()

    seen, row = in_house(body)
    assert seen == [ContainerStatus.DRAINING, ContainerStatus.STOPPING, ContainerStatus.STOPPING]
    assert (row.status, seconds_until_the_end(row)) == (ContainerStatus.STOPPED, 0)


def test_a_drain_goes_on_over_a_restart_of_the_daemon(in_house):
    async def body(house):
        endings = []

        async def runner(_container, stop):
            await stop.wait()
            endings.append((stop.ending, stop.is_shutdown))
            if len(endings) == 1:
                await asyncio.sleep(100_000)

        first = house.supervisor(runner)
        await first.create(PLAYER, "work", {}, "c")
        await first.stop("c", ending=Ending.DRAINED, wait_seconds=1)
        await first.shutdown()
        between = (await house.row()).status
        second = house.supervisor(runner)
        await second.recover()
        await asyncio.sleep(1)
        return between, endings, (await house.row()).status

    assert in_house(body) == (
        ContainerStatus.DRAINING,
        [(Ending.DRAINED, False), (Ending.DRAINED, False)],
        ContainerStatus.STOPPED,
    )


@pytest.mark.parametrize("earlier", [(), (Ending.SOON,), (Ending.DRAINED,)], ids=str)
def test_an_end_at_once_is_remembered_over_the_death_of_the_daemon(in_house, earlier):
    """The call that it waits for never ends in the first daemon; in the second nothing is run any more."""

    async def body(house):
        async def calling(_container, stop):
            await stop.wait()
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(1_000)
            await asyncio.sleep(1_000)

        first = house.supervisor(calling)
        await first.create(PLAYER, "work", {}, "c")
        for ending in (*earlier, Ending.NOW, Ending.SOON, Ending.DRAINED):
            answered = await first.stop("c", ending=ending, wait_seconds=1)
        await first.interrupt(PLAYER)
        left = await house.row()

        cleared = []

        async def clean_up(container):
            cleared.append(container.id)

        second = house.supervisor(calling, clean_up=clean_up)
        recovered = await second.recover()
        await asyncio.sleep(1)
        return answered.status, (left.status, left.ends_now), recovered, await house.row(), house.starts, cleared

    answered, left, recovered, row, starts, cleared = in_house(body)
    assert (answered, left) == (ContainerStatus.STOPPING, (ContainerStatus.STOPPING, True))
    assert (recovered, row.status, row.exit_reason, row.ends_now) == (1, ContainerStatus.STOPPED, "", False)
    assert (starts, cleared) == ([0], ["c"]), "it is not run again, and cleared up behind"


def test_a_container_that_was_ended_at_once_runs_and_ends_as_any_other_afterwards(in_house):
    async def body(house):
        supervisor = house.supervisor(until_asked)
        await supervisor.create(PLAYER, "work", {}, "c")
        await supervisor.stop("c", ending=Ending.NOW)
        started = await supervisor.start("c")
        await asyncio.sleep(5)
        await supervisor.shutdown()
        second = house.supervisor(until_asked)
        await second.recover()
        await asyncio.sleep(5)
        return started.ends_now, house.starts, second.is_running("c"), await second.shutdown()

    assert in_house(body) == (False, [0, 0, 5], True, None)


def test_a_shutdown_interrupts_a_drain_and_nothing_that_ends_sooner():
    def is_shutdown_after(*endings):
        stop = StopSignal()
        for ending in endings:
            stop.request(ending)
        stop.request(is_shutdown=True)
        return stop.is_shutdown

    assert [
        is_shutdown_after(),
        is_shutdown_after(Ending.DRAINED),
        is_shutdown_after(Ending.SOON),
        is_shutdown_after(Ending.DRAINED, Ending.NOW),
    ] == [
        True,
        True,
        False,
        False,
    ]


def test_a_paused_container_rests_over_restarts_until_it_is_resumed(in_house):
    async def body(house):
        supervisor = house.supervisor(until_asked)
        await supervisor.create(PLAYER, "work", {}, "c")
        await asyncio.sleep(5)
        paused = await supervisor.pause("c")
        again = await supervisor.pause("c")
        await supervisor.shutdown()
        second = house.supervisor(until_asked)
        recovered = await second.recover()
        await asyncio.sleep(100)
        rests = (await house.row()).status, list(house.starts)
        resumed = await second.resume("c")
        await asyncio.sleep(5)
        running = second.is_running("c")
        await second.shutdown()
        return paused.status, again.status, recovered, rests, resumed.status, len(house.starts), running

    paused = ContainerStatus.PAUSED
    assert in_house(body) == (paused, paused, 0, (paused, [0]), ContainerStatus.RUNNING, 2, True)


def test_one_that_was_being_paused_when_the_daemon_died_is_paused_after_it(in_house):
    async def body(house):
        async def quick(_container, stop):
            assert stop.requested

        first = house.supervisor(slow)
        await first.create(PLAYER, "work", {}, "c")
        between = (await first.pause("c", wait_seconds=1)).status
        with pytest.raises(Stale, match="resume it once it is PAUSED"):
            await first.resume("c")
        await first.shutdown()
        second = house.supervisor(quick)
        await second.recover()
        await asyncio.sleep(1)
        return between, (await house.row()).status

    assert in_house(body) == (ContainerStatus.PAUSING, ContainerStatus.PAUSED)


def test_what_is_paused_can_be_stopped_and_what_is_stopped_cannot_be_paused_or_resumed(in_house):
    async def body(house):
        supervisor = house.supervisor(until_asked)
        await supervisor.create(PLAYER, "work", {}, "c")
        await supervisor.pause("c")
        stopped = await supervisor.stop("c")
        with pytest.raises(Stale, match="only a running one can be paused"):
            await supervisor.pause("c")
        with pytest.raises(Stale, match="container start"):
            await supervisor.resume("c")
        return stopped.status

    assert in_house(body) is ContainerStatus.STOPPED


@pytest.mark.parametrize("end", ["fail", "stop", "pause"])
def test_behind_a_container_that_has_ended_is_cleared_up_at_once(in_house, end):
    async def body(house):
        cleared = []

        async def clean_up(container):
            cleared.append((container.id, (await house.row()).status.value))

        supervisor = house.supervisor(crash if end == "fail" else until_asked, clean_up=clean_up)
        await supervisor.create(PLAYER, "work", {}, "c")
        if end == "fail":
            await asyncio.sleep(150)
            assert cleared == [], "one that is started again keeps what it has"
            await asyncio.sleep(10)
        else:
            await getattr(supervisor, end)("c")
        await asyncio.sleep(1)
        return cleared

    assert in_house(body) == [("c", {"fail": "FAILED", "stop": "STOPPED", "pause": "PAUSED"}[end])]


def test_a_new_run_never_meets_what_still_clears_up_behind_the_last(in_house):
    async def body(house):
        at_work = []

        async def clean_up(_container):
            at_work.append("clearing")
            try:
                await asyncio.sleep(1_000)
            finally:
                at_work.remove("clearing")

        async def runner(_container, stop):
            met.append(list(at_work))
            await stop.wait()

        met: list[list[str]] = []
        supervisor = house.supervisor(runner, clean_up=clean_up)
        await supervisor.create(PLAYER, "work", {}, "c")
        await asyncio.sleep(1)
        await supervisor.stop("c")
        await asyncio.sleep(1)
        clearing = list(at_work)
        await supervisor.start("c")
        await asyncio.sleep(1)
        await supervisor.shutdown()
        return met, clearing, at_work

    assert in_house(body) == ([[], []], ["clearing"], [])


@pytest.mark.parametrize(("end", "shown", "after"), [("stop", "STOPPING", "STOPPED"), ("pause", "PAUSING", "PAUSED")])
def test_a_disk_that_refuses_keeps_nothing_from_ending_or_resting(in_house, end, shown, after):
    async def body(house):
        supervisor = house.supervisor(until_asked)
        await supervisor.create(PLAYER, "work", {}, "c")
        await asyncio.sleep(5)
        working, house.database.write = house.database.write, refusing
        answered = await getattr(supervisor, end)("c", wait_seconds=1)
        stored = (await house.row()).status
        house.database.write = working
        await asyncio.sleep(60)
        return answered, stored, (await house.row()).status, house.starts

    answered, stored, row, starts = in_house(body)
    assert (answered.status.value, answered.exit_reason, stored.value) == (shown, UNWRITTEN, "RUNNING")
    assert (row.value, starts) == (after, [0])


async def refusing(_work):
    """A write to a disk that is full."""
    raise DiskWriteFailed("the disk is full")
