"""The supervisor: what it starts, restarts, gives up, stops and finds again."""

import asyncio
from unittest.mock import AsyncMock, patch

import pytest

from starfoundry.containers.domain.model import ContainerStatus
from starfoundry.containers.runtime.handle import UNWRITTEN
from starfoundry.containers.runtime.logbook import Logbook, LogLevel
from starfoundry.containers.runtime.supervisor import Supervisor
from starfoundry.containers.storage import store
from starfoundry.kernel.errors import Missing, Refused, Unavailable
from starfoundry.kernel.ids import ContainerId, PlayerId, Revision
from starfoundry.runtime.clock import LoopClock
from starfoundry.store.errors import DiskWriteFailed
from tests.store.opened import NOON

PLAYER = PlayerId(1)
SEEDS = range(10)


class House:
    """A database and the supervisors that live in it one after the other."""

    def __init__(self, database):
        self.database = database
        self.clock = LoopClock(asyncio.get_running_loop(), NOON)
        self.logbook = Logbook(database, self.clock)
        self.starts: list[float] = []

    def supervisor(self, runner, *, drain_seconds=600.0, clean_up=None):
        async def counted(container, stop):
            self.starts.append(round(self.clock.elapsed()))
            await runner(container, stop)

        return Supervisor(
            self.database,
            self.logbook,
            self.clock,
            runners={"work": counted},
            drain_seconds=drain_seconds,
            clean_up=clean_up,
        )

    async def row(self, container_id="c"):
        return await self.database.read(lambda connection: store.get(connection, container_id))

    async def said(self, container_id="c"):
        return [entry.message for entry in await self.logbook.entries(container_id)]


async def until_asked(_container, stop):
    await stop.wait()


async def crash(_container, _stop):
    raise ValueError("no fuel")


def test_a_created_container_is_committed_running_before_it_runs(in_house):
    async def body(house):
        seen = []

        async def runner(container, _stop):
            seen.append((container, await house.row()))

        supervisor = house.supervisor(runner)
        await supervisor.create(PLAYER, "work", {"a": 1}, "c")
        await asyncio.sleep(1)
        return seen

    [(given, stored)] = in_house(body)
    assert given == stored
    assert (given.status, given.config) == (ContainerStatus.RUNNING, {"a": 1})


def test_work_given_along_is_done_in_the_same_transaction_and_seen_by_the_runner(in_house):
    async def body(house):
        revisions = []

        async def runner(container, _stop):
            revisions.append(container.observed_revision)

        def in_transaction(connection):
            store.set_observed(connection, ContainerId("c"), Revision(7))

        supervisor = house.supervisor(runner)
        await supervisor.create(PLAYER, "work", {}, "c", in_transaction=in_transaction)

        def failing(_connection):
            raise Missing("something else")

        with pytest.raises(Missing, match="something else"):
            await supervisor.create(PLAYER, "work", {}, "d", in_transaction=failing)
        await asyncio.sleep(1)
        with pytest.raises(Missing):
            await house.row("d")
        return revisions

    assert in_house(body) == [7]


def test_an_unknown_type_is_refused_and_leaves_no_row(in_house):
    async def body(house):
        with pytest.raises(Refused, match="work"):
            await house.supervisor(crash).create(PLAYER, "other", {}, "c")
        with pytest.raises(Missing):
            await house.row()

    in_house(body)


def test_a_runner_that_returns_by_itself_has_completed(in_house):
    async def body(house):
        async def runner(_container, _stop):
            await asyncio.sleep(3)

        supervisor = house.supervisor(runner)
        await supervisor.create(PLAYER, "work", {}, "c")
        await asyncio.sleep(10)
        return await house.row(), supervisor.is_running("c"), await house.said()

    row, is_running, said = in_house(body)
    assert (row.status, is_running, said) == (ContainerStatus.COMPLETED, False, ["Completed"])
    assert 3 <= (row.stopped_at - NOON).total_seconds() < 4


def test_a_crashing_container_is_restarted_after_growing_pauses_and_then_failed_with_the_cause(in_house):
    async def body(house):
        supervisor = house.supervisor(crash)
        await supervisor.create(PLAYER, "work", {}, "c")
        await asyncio.sleep(1000)
        return house.starts, await house.row(), supervisor.is_running("c"), await house.logbook.entries("c")

    starts, row, is_running, entries = in_house(body)
    assert starts == [0, 5, 35, 155]
    assert (row.status, row.restart_count, is_running) == (ContainerStatus.FAILED, 3, False)
    assert row.exit_reason == "crashed 4 times within an hour, last: ValueError: no fuel"
    said = [(entry.level, entry.message) for entry in entries]
    assert said.count((LogLevel.ERROR, "Crashed: ValueError: no fuel")) == 4
    assert said[-1] == (LogLevel.ERROR, f"Failed: {row.exit_reason}")
    assert "in crash" in str(entries[0].fields["traceback"])


def test_a_failed_container_can_be_started_again_with_a_whole_budget(in_house):
    async def body(house):
        supervisor = house.supervisor(crash)
        await supervisor.create(PLAYER, "work", {}, "c")
        await asyncio.sleep(1000)
        again = await supervisor.start("c")
        await asyncio.sleep(1000)
        return len(house.starts), again.status, again.exit_reason, (await house.row()).status

    assert in_house(body) == (8, ContainerStatus.RUNNING, "", ContainerStatus.FAILED)


def test_crashes_more_than_an_hour_apart_never_use_the_budget_up(in_house):
    async def body(house):
        async def runner(_container, _stop):
            await asyncio.sleep(2000)
            raise ValueError("now and then")

        supervisor = house.supervisor(runner)
        await supervisor.create(PLAYER, "work", {}, "c")
        await asyncio.sleep(50_000)
        status = (await house.row()).status
        await supervisor.shutdown()
        return status, len(house.starts)

    status, starts = in_house(body)
    assert status is ContainerStatus.RUNNING
    assert starts > 20


def test_the_cause_inside_a_task_group_is_named(in_house):
    async def body(house):
        async def runner(container, stop):
            async with asyncio.TaskGroup() as group:
                group.create_task(crash(container, stop))

        await house.supervisor(runner).create(PLAYER, "work", {}, "c")
        await asyncio.sleep(1000)
        return await house.said()

    assert in_house(body)[0] == "Crashed: ValueError: no fuel"


def test_a_cancellation_out_of_the_runner_s_own_work_is_a_crash_not_a_silent_end(in_house):
    async def body(house):
        async def runner(_container, _stop):
            lost = asyncio.get_running_loop().create_future()
            asyncio.get_running_loop().call_later(1, lost.cancel)
            await lost

        await house.supervisor(runner).create(PLAYER, "work", {}, "c")
        await asyncio.sleep(1000)
        return (await house.row()).status, (await house.said())[0]

    assert in_house(body) == (ContainerStatus.FAILED, "Crashed: CancelledError")


def test_one_crashing_container_leaves_the_others_alone(in_house):
    async def body(house):
        async def runner(container, stop):
            await (crash if container.id == "bad" else until_asked)(container, stop)

        supervisor = house.supervisor(runner)
        for container_id in ("good", "bad", "fine"):
            await supervisor.create(PLAYER, "work", {}, container_id)
        await asyncio.sleep(1000)
        running = [name for name in ("good", "bad", "fine") if supervisor.is_running(name)]
        await supervisor.shutdown()
        return running

    assert in_house(body) == ["good", "fine"]


def test_stopping_waits_for_the_work_in_hand(in_house):
    async def body(house):
        states = []

        async def runner(_container, stop):
            await stop.wait()
            states.append(((await house.row()).status, stop.is_shutdown))
            await asyncio.sleep(100)

        supervisor = house.supervisor(runner)
        await supervisor.create(PLAYER, "work", {}, "c")
        await asyncio.sleep(5)
        container = await supervisor.stop("c")
        return states, container, supervisor.is_running("c")

    states, container, is_running = in_house(body)
    assert states == [(ContainerStatus.STOPPING, False)]
    assert (container.status, container.exit_reason, is_running) == (ContainerStatus.STOPPED, "", False)
    assert 105 <= (container.stopped_at - NOON).total_seconds() < 106


def test_a_container_that_does_not_drain_is_cancelled_and_says_so(in_house):
    async def body(house):
        cleaned = []

        async def runner(_container, _stop):
            try:
                await asyncio.sleep(100_000)
            finally:
                cleaned.append(round(house.clock.elapsed()))

        supervisor = house.supervisor(runner, drain_seconds=60)
        await supervisor.create(PLAYER, "work", {}, "c")
        await asyncio.sleep(5)
        return await supervisor.stop("c"), cleaned

    container, cleaned = in_house(body)
    assert cleaned == [65]
    assert (container.status, container.exit_reason) == (
        ContainerStatus.STOPPED,
        "its work did not end within 1 min and was cancelled: its ships still have their cargo aboard",
    )


def test_whoever_stops_need_not_wait_and_the_drain_goes_on(in_house):
    async def body(house):
        async def runner(_container, stop):
            await stop.wait()
            await asyncio.sleep(100)

        supervisor = house.supervisor(runner)
        await supervisor.create(PLAYER, "work", {}, "c")
        at_once = await supervisor.stop("c", wait_seconds=1)
        await asyncio.sleep(200)
        return at_once.status, (await house.row()).status

    assert in_house(body) == (ContainerStatus.STOPPING, ContainerStatus.STOPPED)


def test_stopping_twice_or_something_that_has_ended_is_harmless(in_house):
    async def body(house):
        supervisor = house.supervisor(until_asked)
        await supervisor.create(PLAYER, "work", {}, "c")
        both = await asyncio.gather(supervisor.stop("c"), supervisor.stop("c"))
        once_more = await supervisor.stop("c")
        with pytest.raises(Missing):
            await supervisor.stop("nobody")
        return [container.status for container in (*both, once_more)]

    assert in_house(body) == [ContainerStatus.STOPPED] * 3


def test_a_stop_during_the_pause_after_a_crash_lets_the_container_drain(in_house):
    """The crash may have left things lying about; the runner gets its chance to put them away."""

    async def body(house):
        drained = []

        async def runner(container, stop):
            if stop.requested:
                drained.append(container.restart_count)
                return
            await crash(container, stop)

        supervisor = house.supervisor(runner)
        await supervisor.create(PLAYER, "work", {}, "c")
        await asyncio.sleep(2)
        container = await supervisor.stop("c")
        return drained, container.status, house.starts

    assert in_house(body) == ([1], ContainerStatus.STOPPED, [0, 2])


def test_a_crash_while_draining_ends_in_stopped_with_the_cause(in_house):
    async def body(house):
        async def runner(container, stop):
            await stop.wait()
            await crash(container, stop)

        supervisor = house.supervisor(runner)
        await supervisor.create(PLAYER, "work", {}, "c")
        return await supervisor.stop("c")

    container = in_house(body)
    assert (container.status, container.exit_reason) == (ContainerStatus.STOPPED, "ValueError: no fuel")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_runner_that_ends_while_it_is_being_stopped_ends_once(in_house, seed):
    async def body(house):
        async def runner(_container, _stop):
            await asyncio.sleep(0.002)

        supervisor = house.supervisor(runner)
        await supervisor.create(PLAYER, "work", {}, "c")
        await asyncio.sleep(0.001)
        await supervisor.stop("c")
        await asyncio.sleep(1)
        return (await house.row()).status, supervisor.is_running("c")

    status, is_running = in_house(body, seed=seed)
    assert status in (ContainerStatus.STOPPED, ContainerStatus.COMPLETED)
    assert not is_running


def test_a_shutdown_leaves_the_rows_running_and_the_next_supervisor_finds_them(in_house):
    async def body(house):
        signals = []

        async def runner(container, stop):
            await stop.wait()
            signals.append((container.id, stop.is_shutdown))

        first = house.supervisor(runner)
        for name in ("a", "b", "c"):
            await first.create(PLAYER, "work", {}, name)
        await first.stop("b")
        await asyncio.sleep(1)
        await first.shutdown()
        rows = [(await house.row(name)).status for name in ("a", "b", "c")]
        second = house.supervisor(runner)
        recovered = await second.recover()
        again = await second.recover()
        running = [name for name in ("a", "b", "c") if second.is_running(name)]
        await second.shutdown()
        return rows, recovered, again, running, signals[:3]

    rows, recovered, again, running, signals = in_house(body)
    assert rows == [ContainerStatus.RUNNING, ContainerStatus.STOPPED, ContainerStatus.RUNNING]
    assert (recovered, again, running) == (2, 0, ["a", "c"])
    assert sorted(signals) == [("a", True), ("b", False), ("c", True)]


def test_a_container_that_was_being_stopped_when_the_daemon_died_drains_after_it(in_house):
    async def body(house):
        drained = []

        async def slow(_container, stop):
            await stop.wait()
            await asyncio.sleep(100_000)

        async def runner(_container, stop):
            drained.append(stop.requested and not stop.is_shutdown)

        first = house.supervisor(slow)
        await first.create(PLAYER, "work", {}, "c")
        await first.stop("c", wait_seconds=1)
        await first.shutdown()
        between = (await house.row()).status
        second = house.supervisor(runner)
        await second.recover()
        await asyncio.sleep(1)
        return between, drained, (await house.row()).status

    assert in_house(body) == (ContainerStatus.STOPPING, [True], ContainerStatus.STOPPED)


def test_nothing_is_started_during_a_shutdown(in_house):
    async def body(house):
        supervisor = house.supervisor(until_asked)
        await supervisor.shutdown()
        with pytest.raises(Unavailable, match="stopping"):
            await supervisor.create(PLAYER, "work", {}, "c")
        with pytest.raises(Missing):
            await house.row()

    in_house(body)


def test_a_shutdown_does_not_wait_for_ever_for_a_runner_that_does_not_listen(in_house):
    async def body(house):
        async def deaf(_container, _stop):
            await asyncio.sleep(100_000)

        supervisor = house.supervisor(deaf)
        await supervisor.create(PLAYER, "work", {}, "c")
        await supervisor.shutdown()
        return house.clock.elapsed(), (await house.row()).status

    seconds, status = in_house(body)
    assert seconds < 15
    assert status is ContainerStatus.RUNNING


def test_a_shutdown_during_the_pause_after_a_crash_leaves_the_row_running(in_house):
    async def body(house):
        supervisor = house.supervisor(crash)
        await supervisor.create(PLAYER, "work", {}, "c")
        await asyncio.sleep(2)
        await supervisor.shutdown()
        return (await house.row()).status, house.starts

    assert in_house(body) == (ContainerStatus.RUNNING, [0])


@pytest.mark.parametrize("seed", SEEDS)
def test_starting_a_stopped_container_at_the_same_time_twice_runs_it_once(in_house, seed):
    async def body(house):
        supervisor = house.supervisor(until_asked)
        await supervisor.create(PLAYER, "work", {}, "c")
        await supervisor.stop("c")
        await asyncio.gather(supervisor.start("c"), supervisor.start("c"), supervisor.start("c"))
        await asyncio.sleep(1)
        starts = len(house.starts)
        row = await house.row()
        await supervisor.shutdown()
        return starts, row.status

    assert in_house(body, seed=seed) == (2, ContainerStatus.RUNNING)


@pytest.mark.parametrize("seed", SEEDS)
def test_start_and_stop_in_any_order_end_in_a_row_that_tells_the_truth(in_house, seed):
    """Whatever the order, a container runs in the process exactly while its row says it is alive."""

    async def body(house):
        supervisor = house.supervisor(until_asked)
        await supervisor.create(PLAYER, "work", {}, "c")

        async def some(calls):
            for call in calls:
                await call("c")

        await asyncio.gather(
            some([supervisor.stop, supervisor.start, supervisor.stop, supervisor.start]),
            some([supervisor.start, supervisor.stop, supervisor.start]),
        )
        await asyncio.sleep(1)
        row = await house.row()
        truth = row.status.is_alive == supervisor.is_running("c")
        await supervisor.shutdown()
        return truth

    assert in_house(body, seed=seed)


@pytest.mark.parametrize("steps", range(12))
def test_a_caller_that_goes_away_leaves_row_and_process_in_step(in_house, steps):
    """Whoever asked is cancelled after so many turns of the loop, before, between and after commit and start."""

    async def body(house):
        supervisor = house.supervisor(until_asked)

        async def broken_off(call):
            caller = asyncio.create_task(call)
            for _ in range(steps):
                await asyncio.sleep(0.0005)
            caller.cancel()
            await asyncio.gather(caller, return_exceptions=True)

        await broken_off(supervisor.create(PLAYER, "work", {}, "c"))
        created = await house.database.read(lambda connection: store.find(connection, ContainerId("c")))
        in_step = (created is not None) == supervisor.is_running("c")
        if created is None:
            await supervisor.create(PLAYER, "work", {}, "c")
        await broken_off(supervisor.stop("c"))
        await asyncio.sleep(1)
        in_step = in_step and (await house.row()).status.is_alive == supervisor.is_running("c")
        await broken_off(supervisor.start("c"))
        await asyncio.sleep(1)
        in_step = in_step and (await house.row()).status.is_alive == supervisor.is_running("c")
        await supervisor.shutdown()
        return in_step

    assert in_house(body, seed=steps)


def test_a_completed_container_is_not_started_again(in_house):
    async def body(house):
        async def runner(_container, _stop):
            return

        supervisor = house.supervisor(runner)
        await supervisor.create(PLAYER, "work", {}, "c")
        await asyncio.sleep(1)
        with pytest.raises(Refused, match="COMPLETED"):
            await supervisor.start("c")

    in_house(body)


def test_the_end_of_a_container_is_recorded_once_the_full_disk_has_room_again(in_house):
    async def body(house):
        write = house.database.write
        is_full = True

        async def full(work):
            if is_full:
                raise Unavailable("disk is full")
            return await write(work)

        async def runner(_container, _stop):
            house.database.write = full

        supervisor = house.supervisor(runner)
        await supervisor.create(PLAYER, "work", {}, "c")
        await asyncio.sleep(60)
        during = (await house.row()).status
        is_full = False
        await asyncio.sleep(10)
        return during, (await house.row()).status

    assert in_house(body) == (ContainerStatus.RUNNING, ContainerStatus.COMPLETED)


def full(house):
    """A disk that takes nothing while inside."""
    return patch.object(house.database, "write", AsyncMock(side_effect=DiskWriteFailed("the disk is full")))


def test_a_stop_that_cannot_be_written_down_ends_the_container_and_says_so(in_house):
    async def body(house):
        supervisor = house.supervisor(until_asked)
        await supervisor.create(PLAYER, "work", {}, "c")
        with full(house):
            told = await supervisor.stop("c", wait_seconds=60)
            stored = await house.row()
        await asyncio.sleep(10)
        return told, stored, await house.row()

    told, stored, later = in_house(body)
    assert (told.status, told.exit_reason) == (ContainerStatus.STOPPING, UNWRITTEN)
    assert stored.status is ContainerStatus.RUNNING
    assert (later.status, later.exit_reason) == (ContainerStatus.STOPPED, "")


def test_what_fell_because_the_disk_refused_is_started_again_however_often(in_house):
    async def body(house):
        falls = 0

        async def runner(_container, stop):
            nonlocal falls
            falls += 1
            if falls < 10:
                raise ExceptionGroup("workers", [DiskWriteFailed("the disk is full")])
            await stop.wait()

        await house.supervisor(runner).create(PLAYER, "work", {}, "c")
        await asyncio.sleep(600)
        return await house.row(), house.starts

    row, starts = in_house(body)
    assert (row.status, len(starts)) == (ContainerStatus.RUNNING, 10)


def test_what_fell_while_it_drained_drains_again_once_the_disk_takes_it(in_house):
    async def body(house):
        drained: list[str] = []

        async def runner(container, stop):
            await stop.wait()
            if not drained:
                drained.append("half")
                raise DiskWriteFailed("the disk is full")
            drained.append("whole")

        supervisor = house.supervisor(runner)
        await supervisor.create(PLAYER, "work", {}, "c")
        return await supervisor.stop("c"), drained

    row, drained = in_house(body)
    assert (row.status, drained) == (ContainerStatus.STOPPED, ["half", "whole"])
