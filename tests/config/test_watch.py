"""Watching: a snapshot, then every change in order, none twice, none left out without being told."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from starfoundry.config.domain.acknowledgements import AppliedRevision
from starfoundry.config.domain.patch import Patch
from starfoundry.config.domain.preconditions import Preconditions
from starfoundry.config.service.config_bus import ConfigBus
from starfoundry.config.service.config_service import ConfigService
from starfoundry.config.service.settings_watch import (
    BOOKMARK_SECONDS,
    CATCH_UP_MAX,
    Bookmark,
    ResumeLost,
    SettingsChanged,
    SettingsSnapshot,
    SettingsWatch,
)
from starfoundry.config.storage import store
from starfoundry.drill.virtual_time.loop import run
from starfoundry.kernel.errors import Missing, Refused, Unavailable
from starfoundry.runtime.concurrency.broadcast import WOKEN_AT_ONCE
from starfoundry.store.engine import Database
from starfoundry.store.tables.config import config_revisions
from starfoundry.store.tables.schema import containers
from tests.config.floor import ID, PLAYER, STRANGER, floor, set_values


@pytest.fixture
def on_floor(tmp_path):
    """Runs `body(floor, watch)` in virtual time; `watch(after, digest)` is a new watcher."""

    def start(body, *, seed=0, is_running=False, **limits):
        async def main():
            directory = tmp_path / str(seed)
            directory.mkdir()
            async with floor(directory) as built:
                await built.add()
                if is_running:
                    built.start()
                    await asyncio.sleep(1)
                watching = SettingsWatch(built.database, built.bus, built.service, **limits)
                return await body(built, lambda after=None, digest="": watching.watch(PLAYER, ID, after, digest))

        return run(main(), seed=seed)

    return start


def gather(watcher, events):
    """Collects into `events` until cancelled."""

    async def follow():
        async for event in watcher:
            events.append(event)

    return asyncio.create_task(follow())


async def quiet(*tasks):
    """Let everything that is under way arrive, then end the watchers."""
    await asyncio.sleep(5)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def told(events):
    """The revisions that a watcher knows of after these events: as sent, and as covered by what was sent."""
    sent = [int(event.record.revision) for event in events if isinstance(event, SettingsChanged)]
    covered: list[int] = []
    for event in events:
        if isinstance(event, SettingsChanged):
            newest = int(event.record.revision)
            covered += range(newest - event.missed, newest + 1)
    return sent, covered


def test_a_watcher_is_given_what_there_is_and_then_each_change_and_each_word(on_floor):
    async def body(built, watch):
        events: list[Any] = []
        watcher = gather(watch(), events)
        await asyncio.sleep(1)
        await built.set(max_pipelines=5, wait_seconds=5)
        await built.set(max_pipelines=6, wait_seconds=5)
        await quiet(watcher)
        return events

    events = on_floor(body, is_running=True)
    kinds = [type(event) for event in events]
    assert kinds == [
        SettingsSnapshot,
        AppliedRevision,
        SettingsChanged,
        AppliedRevision,
        SettingsChanged,
        AppliedRevision,
    ]
    assert events[0].view.revision == 1
    assert [event.revision for event in events if isinstance(event, AppliedRevision)] == [1, 2, 3]
    assert told(events)[0] == [2, 3]


@pytest.mark.parametrize("seed", range(10))
def test_no_watcher_of_any_start_misses_or_repeats_anything(on_floor, seed):
    async def body(built, watch):
        logs: list[list[Any]] = []
        tasks: list[asyncio.Task[None]] = []
        for number in range(8):
            events: list[Any] = []
            logs.append(events)
            tasks.append(gather(watch(), events))
            await asyncio.gather(*(built.set(max_workers=10 * number + each + 10) for each in range(5)))
        await quiet(*tasks)
        return logs

    for events in on_floor(body, seed=seed):
        first = events[0].view.revision
        assert told(events)[1] == list(range(first + 1, 42))


def test_a_watcher_resumes_after_the_last_revision_it_has(on_floor):
    async def body(built, watch):
        for pipelines in (5, 6, 7, 8):
            await built.set(max_pipelines=pipelines)
        events: list[Any] = []
        watcher = gather(watch(2), events)
        await quiet(watcher)
        return events

    assert told(on_floor(body))[0] == [3, 4, 5]


def test_a_watcher_resumes_across_a_restart_of_the_daemon(on_floor):
    async def body(built, _watch):
        for pipelines in (5, 6, 7):
            await built.set(max_pipelines=pipelines)
        bus = ConfigBus()
        service = ConfigService(built.database, bus, built.clock)
        events: list[Any] = []
        watcher = gather(SettingsWatch(built.database, bus, service).watch(PLAYER, ID, 2), events)
        await asyncio.sleep(1)
        await set_values(service, max_pipelines=9)
        await quiet(watcher)
        return events

    assert told(on_floor(body))[0] == [3, 4, 5]


def test_a_revision_whose_process_died_before_it_was_published_is_seen_by_watchers_and_by_the_next_run(on_floor):
    """A crash between the commit and the publication: committed is what counts."""

    async def body(built, _watch):
        await built.set(max_pipelines=5)
        lost = ConfigService(built.database, ConfigBus(), built.clock)  # nobody hears what this one publishes
        await set_values(lost, max_pipelines=7)
        bus = ConfigBus()
        service = ConfigService(built.database, bus, built.clock)
        events: list[Any] = []
        watcher = gather(SettingsWatch(built.database, bus, service).watch(PLAYER, ID, 2), events)
        await quiet(watcher)
        loaded = await built.database.read(lambda connection: store.load(connection, ID))
        return events, loaded

    events, loaded = on_floor(body)
    assert told(events)[0] == [3]
    assert (loaded.revision, loaded.config.max_pipelines) == (3, 7)


def test_a_watcher_resumes_at_a_revision_that_took_a_value_away(on_floor):
    async def body(built, _watch):
        await built.set(max_pipelines=5)
        authorship = store.Authorship(author="ada", origin="cli", at=built.clock.now())
        await built.service.apply_patch(PLAYER, ID, Patch(unset=("max_pipelines",)), authorship, Preconditions())
        events: list[Any] = []
        watching = SettingsWatch(built.database, built.bus, built.service)
        watcher = gather(watching.watch(PLAYER, ID, 3), events)
        await asyncio.sleep(1)
        await built.set(max_pipelines=6)
        await quiet(watcher)
        return events

    assert told(on_floor(body))[0] == [4]


def test_a_resume_point_of_the_future_is_told_as_lost_and_a_snapshot_follows(on_floor):
    async def body(_built, watch):
        events: list[Any] = []
        await quiet(gather(watch(41), events))
        return events

    lost, snapshot = on_floor(body)
    assert isinstance(lost, ResumeLost)
    assert "ahead of the newest, 1" in lost.reason
    assert isinstance(snapshot, SettingsSnapshot)


def test_a_resume_point_from_before_a_restored_backup_is_told_though_its_number_is_there(on_floor):
    async def body(built, watch):
        await built.set(max_pipelines=5)
        seen: list[Any] = []
        await quiet(gather(watch(1), seen))
        events: list[Any] = []
        await quiet(gather(watch(2, "0" * 16), events))
        right: list[Any] = []
        await quiet(gather(watch(2, seen[0].record.digest), right))
        return events, right

    events, right = on_floor(body)
    assert "a backup was restored since" in events[0].reason
    assert isinstance(events[1], SettingsSnapshot)
    assert right == []


@pytest.mark.parametrize(("after", "is_lost"), [(2, True), (3, True), (4, False), (5, False)])
def test_a_resume_point_that_was_trimmed_is_told_with_the_oldest_there_is(on_floor, after, is_lost):
    """The history is never trimmed by us; an operator with a database shell might."""

    async def body(built, watch):
        for pipelines in (5, 6, 7, 8, 9):
            await built.set(max_pipelines=pipelines)

        def trim(connection):
            connection.exec_driver_sql("DROP TRIGGER config_revisions_no_delete")
            connection.execute(sa.delete(config_revisions).where(config_revisions.c.revision < 5))

        await built.database.write(trim)
        built.bus.channel(ID).records.clear()
        events: list[Any] = []
        await quiet(gather(watch(after), events))
        return events

    events = on_floor(body)
    assert isinstance(events[0], ResumeLost) is is_lost
    assert not is_lost or events[0].oldest == 5
    assert is_lost or told(events)[0] == list(range(after + 1, 7))


def test_an_idle_watcher_is_told_that_it_has_missed_nothing(on_floor):
    async def body(_built, watch):
        events: list[Any] = []
        watcher = gather(watch(), events)
        await asyncio.sleep(2.5 * BOOKMARK_SECONDS)
        await quiet(watcher)
        return events

    snapshot, *idle = on_floor(body)
    assert idle == [Bookmark(1, snapshot.record.digest), Bookmark(1, snapshot.record.digest)]


def test_a_slow_watcher_gets_the_newest_and_is_told_how_many_it_is_not_sent(on_floor):
    async def body(built, watch):
        watcher = watch()
        await anext(watcher)
        for number in range(CATCH_UP_MAX + 20):
            await built.set(max_workers=number + 10)
        event = await anext(watcher)
        await watcher.aclose()
        return event

    event = on_floor(body)
    assert (event.record.revision, event.missed) == (CATCH_UP_MAX + 21, CATCH_UP_MAX + 19)


def test_a_watcher_far_behind_in_the_history_is_served_the_same_way(on_floor):
    async def body(built, watch):
        for number in range(CATCH_UP_MAX + 20):
            await built.set(max_workers=number + 10)
        built.bus.channel(ID).records.clear()
        watcher = watch(1)
        event = await anext(watcher)
        await watcher.aclose()
        return event

    event = on_floor(body)
    assert (event.record.revision, event.missed) == (CATCH_UP_MAX + 21, CATCH_UP_MAX + 19)


def test_a_change_of_a_sibling_wakes_no_watcher(on_floor):
    async def body(built, watch):
        await built.add("sibling")
        events: list[Any] = []
        watcher = gather(watch(), events)
        await asyncio.sleep(1)
        await built.set("sibling", max_pipelines=9)
        await quiet(watcher)
        return events

    assert len(on_floor(body)) == 1


def test_watchers_that_have_gone_leave_nothing_behind(on_floor):
    async def body(built, watch):
        for _ in range(50):
            watcher = watch()
            await anext(watcher)
            await watcher.aclose()
        return len(asyncio.all_tasks()), len(built.bus._channels)

    assert on_floor(body) == (1, 1)


def test_nobody_watches_another_player_s_coordinator(on_floor):
    async def body(built, _watch):
        watching = SettingsWatch(built.database, built.bus, built.service)
        with pytest.raises(Missing):
            await anext(watching.watch(STRANGER, ID, None))
        with pytest.raises(Refused):
            await anext(watching.watch(PLAYER, ID, -1))
        rows = await built.database.read(lambda connection: list(connection.execute(sa.select(containers.c.id))))
        return len(rows)

    assert on_floor(body) == 1


def test_where_very_many_watch_each_has_the_newest_and_is_told_how_many_it_is_not_sent(on_floor):
    async def body(built, watch):
        heard: list[list[Any]] = [[], []]
        watchers = [gather(watch(), each) for each in heard]
        await asyncio.sleep(1)
        await asyncio.gather(*(built.set(max_pipelines=pipelines) for pipelines in range(5, 15)))
        await quiet(*watchers)
        return heard

    for events in on_floor(body, few_watchers=1):
        changed = [each for each in events if isinstance(each, SettingsChanged)]
        assert changed[-1].record.revision == 11
        assert sum(1 + each.missed for each in changed) == 10
        assert len(changed) < 10


def test_very_many_are_told_of_a_change_together_with_those_that_are_still_being_written(on_floor, monkeypatch):
    write = Database.write
    disk_seconds = iter([0.01, 0.5])

    async def slow(database, work):
        await asyncio.sleep(next(disk_seconds))
        return await write(database, work)

    async def body(built, watch):
        heard: list[list[Any]] = [[] for _ in range(WOKEN_AT_ONCE + 1)]
        watchers = [gather(watch(), each) for each in heard]
        await asyncio.sleep(60)
        monkeypatch.setattr(Database, "write", slow)
        await asyncio.gather(built.set(max_pipelines=5), built.set(max_pipelines=6))
        await quiet(*watchers)
        return heard

    for events in on_floor(body, few_watchers=1):
        assert [(each.record.revision, each.missed) for each in events if isinstance(each, SettingsChanged)] == [(3, 1)]


def test_one_watcher_more_than_the_daemon_bears_is_turned_away_and_has_room_again_when_one_leaves(on_floor):
    async def body(_built, watch):
        first: list[Any] = []
        watcher = gather(watch(), first)
        await asyncio.sleep(1)
        with pytest.raises(Unavailable, match="1 watchers already"):
            await anext(watch())
        await quiet(watcher)
        return await anext(watch())

    assert isinstance(on_floor(body, watchers_max=1), SettingsSnapshot)


def test_in_a_safe_start_a_watcher_hears_of_a_change_at_once_and_the_coordinator_never(tmp_path):
    async def main():
        async with floor(tmp_path) as built:
            await built.add()
            built.bus = ConfigBus(is_safe=True, stopwatch=built.clock.elapsed)
            built.service = ConfigService(built.database, built.bus, built.clock)
            built.start()
            watching = SettingsWatch(built.database, built.bus, built.service)
            events: list[Any] = []
            watcher = gather(watching.watch(PLAYER, ID, None), events)
            await asyncio.sleep(1)
            began = built.clock.elapsed()
            result = await built.set(max_pipelines=9, wait_seconds=60)
            waited = built.clock.elapsed() - began
            await asyncio.sleep(1)
            heard = [int(event.record.revision) for event in events if isinstance(event, SettingsChanged)]
            await quiet(watcher)
            await built.stop()
            built.start()
            await asyncio.sleep(1)
            return result.state.value, waited < 1, heard, {int(one.revision) for one in built.wait_until_decided[ID]}

    assert run(main()) == ("PENDING", True, [2], {0})
