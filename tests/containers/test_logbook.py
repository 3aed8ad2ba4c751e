"""What containers say: at once for those who log, in order for those who read, bounded for the disk."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from starfoundry.containers.domain.model import ContainerStatus
from starfoundry.containers.runtime.logbook import FLUSH_SECONDS, Logbook, LogLevel, LogLimits
from starfoundry.drill.virtual_time.loop import run
from starfoundry.kernel.errors import Refused, Unavailable
from starfoundry.kernel.supply import SupplyLevel
from starfoundry.runtime.clock import LoopClock
from starfoundry.store.tables.schema import container_logs
from tests.store.opened import NOON, add_container, add_player, opened


@pytest.fixture
def with_logbook(tmp_path):
    """Runs a coroutine function in virtual time with a database of two containers and a logbook."""

    def start(body, *, seed=0, **limits):
        async def main():
            async with opened(tmp_path) as database:
                await database.write(add_player)
                for container_id in ("one", "two"):
                    await database.write(partial(add_container, container_id=container_id))
                clock = LoopClock(asyncio.get_running_loop(), NOON)
                return await body(database, Logbook(database, clock, LogLimits(**limits)))

        return run(main(), seed=seed)

    return start


def messages(entries):
    return [entry.message for entry in entries]


def stored(connection):
    return list(connection.execute(sa.select(container_logs.c.message).order_by(container_logs.c.id)).scalars())


def test_entries_are_read_back_in_order_with_their_fields(with_logbook):
    async def body(_database, logbook):
        logbook.log("one", LogLevel.INFO, "Configuration updated", max_pipelines=5, strategy="smart")
        logbook.log("two", LogLevel.INFO, "elsewhere")
        logbook.log("one", LogLevel.ERROR, "second")
        return await logbook.entries("one")

    first, second = with_logbook(body)
    assert (first.message, first.fields) == ("Configuration updated", {"max_pipelines": 5, "strategy": "smart"})
    assert (second.message, second.level, second.id > first.id) == ("second", LogLevel.ERROR, True)
    assert timedelta(0) <= first.at - NOON < timedelta(seconds=1)


def test_what_is_logged_is_on_the_disk_a_moment_later_without_being_asked(with_logbook):
    async def body(database, logbook):
        logbook.log("one", LogLevel.INFO, "hello")
        before = await database.read(stored)
        await asyncio.sleep(FLUSH_SECONDS + 0.1)
        return before, await database.read(stored)

    assert with_logbook(body) == ([], ["hello"])


def test_fields_are_kept_as_json_with_names_instead_of_numbers(with_logbook):
    async def body(_database, logbook):
        logbook.log(
            "one",
            LogLevel.INFO,
            "facts",
            supply=SupplyLevel.HIGH,
            status=ContainerStatus.STOPPED,
            at=NOON,
            pair=(1, {"deep": SupplyLevel.SCARCE}),
            thing=LogLevel,
        )
        return await logbook.entries("one")

    [entry] = with_logbook(body)
    assert entry.fields == {
        "supply": "HIGH",
        "status": "STOPPED",
        "at": "2026-03-01T12:00:00+00:00",
        "pair": [1, {"deep": "SCARCE"}],
        "thing": str(LogLevel),
    }


def test_levels_below_the_minimum_are_left_out_and_the_newest_are_given(with_logbook):
    async def body(_database, logbook):
        for number in range(5):
            logbook.log("one", LogLevel.INFO, f"info {number}")
            logbook.log("one", LogLevel.DEBUG, f"debug {number}")
        return (
            messages(await logbook.entries("one", limit=2)),
            len(await logbook.entries("one", minimum_level=LogLevel.DEBUG)),
            messages(await logbook.entries("one", minimum_level=LogLevel.WARNING)),
        )

    assert with_logbook(body) == (["info 3", "info 4"], 10, [])


def test_following_by_the_last_id_misses_nothing_even_when_much_was_said(with_logbook):
    async def body(_database, logbook):
        for number in range(7):
            logbook.log("one", LogLevel.INFO, str(number))
        followed: list[str] = []
        [first] = await logbook.entries("one", limit=1, after_id=0)
        after = 1
        while batch := await logbook.entries("one", limit=2, after_id=after):
            followed += messages(batch)
            after = batch[-1].id
        return first.message, followed

    assert with_logbook(body) == ("6", ["1", "2", "3", "4", "5", "6"])


def test_an_unknown_level_is_refused_with_the_choices():
    assert LogLevel.parse("warning") is LogLevel.WARNING
    with pytest.raises(Refused, match="DEBUG, INFO, WARNING, ERROR"):
        LogLevel.parse("LOUD")


def test_only_the_newest_entries_of_a_container_are_kept(with_logbook):
    async def body(database, logbook):
        logbook.log("two", LogLevel.INFO, "the only one")
        for number in range(100):
            logbook.log("one", LogLevel.INFO, str(number))
            if number % 7 == 0:
                await logbook.flush()
        await logbook.flush()
        return await database.read(stored)

    kept = with_logbook(body, kept=20, trim_every=10)
    mine = [message for message in kept if message != "the only one"]
    assert "the only one" in kept
    assert mine == [str(number) for number in range(100 - len(mine), 100)]
    assert 20 <= len(mine) <= 30


class _Refusing:
    """A database whose disk is full for a while."""

    def __init__(self, database):
        self.database = database
        self.is_full = True

    async def write(self, work):
        if self.is_full:
            raise Unavailable("disk is full")
        return await self.database.write(work)

    async def read(self, work):
        return await self.database.read(work)


def test_entries_wait_for_a_full_disk_in_order_and_reading_goes_on(with_logbook):
    async def body(database, logbook):
        disk = _Refusing(database)
        logbook._database = disk
        logbook.log("one", LogLevel.INFO, "first")
        with pytest.raises(Unavailable):
            await logbook.flush()
        logbook.log("one", LogLevel.INFO, "second")
        assert await logbook.entries("one") == []
        await asyncio.sleep(10 * FLUSH_SECONDS)
        disk.is_full = False
        await asyncio.sleep(2 * FLUSH_SECONDS)
        return await database.read(stored)

    assert with_logbook(body) == ["first", "second"]


def test_what_memory_cannot_hold_while_the_disk_is_full_is_counted(with_logbook):
    async def body(database, logbook):
        disk = _Refusing(database)
        logbook._database = disk
        for number in range(5):
            logbook.log("one", LogLevel.INFO, str(number))
        disk.is_full = False
        await logbook.flush()
        return await database.read(stored)

    kept = with_logbook(body, waiting=3)
    assert kept == ["2 log entries were dropped while the database could not be written", "2", "3", "4"]


@pytest.mark.parametrize("seed", range(5))
def test_many_writers_and_flushes_at_once_keep_each_writer_s_order(with_logbook, seed):
    async def body(database, logbook):
        async def speak(name):
            for number in range(30):
                logbook.log("one", LogLevel.INFO, f"{name}{number:02}")
                if number % 4 == 0:
                    await logbook.flush()

        await asyncio.gather(*(speak(name) for name in "abc"))
        await logbook.flush()
        return await database.read(stored)

    said = with_logbook(body, seed=seed)
    assert len(said) == 90
    for name in "abc":
        mine = [message for message in said if message.startswith(name)]
        assert mine == sorted(mine)
