"""Containers as rows."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from starfoundry.containers.domain.model import Container, ContainerStatus
from starfoundry.containers.storage import store
from starfoundry.kernel.errors import Missing
from starfoundry.kernel.ids import ContainerId, PlayerId, Revision
from tests.store.opened import NOON, add_player, opened

MINE = Container(
    id=ContainerId("mfg-1"),
    player_id=PlayerId(1),
    type="manufacturing_coordinator",
    status=ContainerStatus.RUNNING,
    config={"system_symbol": "X1-AD75", "note": {"deep": [1, None, "ü"]}},
    created_at=NOON,
    started_at=NOON,
    revision=Revision(1),
)


@pytest.fixture
def in_database(tmp_path):
    """Runs work in one transaction of a database that has two players."""

    def run(work):
        async def main():
            async with opened(tmp_path) as database:
                for player_id in (1, 2):
                    await database.write(partial(add_player, player_id=player_id))
                return await database.write(work)

        return asyncio.run(main())

    return run


def test_a_container_comes_back_as_it_was_stored(in_database):
    def work(connection):
        store.insert(connection, MINE)
        return store.find(connection, MINE.id)

    assert in_database(work) == MINE


def test_another_player_s_container_is_missing_in_the_words_of_one_that_is_not_there(in_database):
    def work(connection):
        store.insert(connection, MINE)
        with pytest.raises(Missing) as foreign:
            store.get(connection, MINE.id, PlayerId(2))
        with pytest.raises(Missing) as absent:
            store.get(connection, ContainerId("nobody"), PlayerId(2))
        return foreign.value.message.replace("mfg-1", "ID"), absent.value.message.replace("nobody", "ID")

    foreign, absent = in_database(work)
    assert foreign == absent


def test_the_list_is_by_age_and_can_be_narrowed_to_a_player_and_to_statuses(in_database):
    def work(connection):
        newer = replace(MINE, id=ContainerId("a"), created_at=NOON + timedelta(seconds=1))
        for container in (
            newer,
            MINE,
            replace(MINE, id=ContainerId("b"), player_id=PlayerId(2)),
            replace(newer, id=ContainerId("c"), status=ContainerStatus.STOPPED),
        ):
            store.insert(connection, container)
        everything = [container.id for container in store.list_containers(connection)]
        running = store.list_containers(connection, PlayerId(1), [ContainerStatus.RUNNING])
        return everything, [container.id for container in running]

    assert in_database(work) == (["b", "mfg-1", "a", "c"], ["mfg-1", "a"])


def test_ending_keeps_the_reason_and_starting_again_clears_it(in_database):
    later = NOON + timedelta(hours=1)

    def work(connection):
        store.insert(connection, MINE)
        failed = store.set_status(connection, MINE.id, ContainerStatus.FAILED, at=later, reason="no fuel")
        again = store.set_status(connection, MINE.id, ContainerStatus.RUNNING, at=later + timedelta(hours=1))
        return failed, again

    failed, again = in_database(work)
    assert (failed.exit_reason, failed.stopped_at, failed.started_at) == ("no fuel", later, NOON)
    assert (again.exit_reason, again.stopped_at, again.started_at) == ("", None, later + timedelta(hours=1))


def test_an_illegal_change_of_status_stops_and_changes_nothing(in_database):
    def work(connection):
        store.insert(connection, MINE)
        with pytest.raises(AssertionError, match="cannot go from"):
            store.set_status(connection, MINE.id, ContainerStatus.STOPPED, at=NOON)
        return store.find(connection, MINE.id)

    assert in_database(work) == MINE


def test_the_observed_revision_never_goes_back(in_database):
    def work(connection):
        store.insert(connection, MINE)
        seen = []
        for revision in (3, 2, 4):
            store.set_observed(connection, MINE.id, Revision(revision))
            seen.append(store.get(connection, MINE.id).observed_revision)
        return seen

    assert in_database(work) == [3, 3, 4]


def test_restarts_are_counted_with_their_reason(in_database):
    def work(connection):
        store.insert(connection, MINE)
        store.count_restart(connection, MINE.id, reason="first")
        return store.count_restart(connection, MINE.id, reason="second")

    container = in_database(work)
    assert (container.restart_count, container.exit_reason) == (2, "second")
