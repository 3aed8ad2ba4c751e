"""What the door to the database promises: order, durability, wholeness, and errors that say what to do."""

import asyncio
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from starfoundry.kernel.errors import Missing, Refused, Unavailable
from starfoundry.runtime.concurrency.offload import SingleThread
from starfoundry.store.engine import GROUP_COMMIT_MAX, Database
from starfoundry.store.errors import DiskWriteFailed
from starfoundry.store.tables.schema import container_logs, players
from tests.patience import DEADLINE_SECONDS
from tests.store.opened import NOON, add_container, add_player, opened


def agents(connection):
    return list(connection.execute(sa.select(players.c.id).order_by(players.c.id)).scalars())


def test_what_was_written_is_there_after_opening_again(tmp_path):
    async def main():
        async with opened(tmp_path) as database:
            await database.write(add_player)
        async with opened(tmp_path) as database:
            return await database.read(agents)

    assert asyncio.run(main()) == [1]


def test_every_commit_is_forced_to_the_disk_and_foreign_keys_hold(tmp_path):
    """synchronous=2 is FULL; both connections are asked, since the setting belongs to a connection."""

    def pragmas(connection):
        names = ("journal_mode", "synchronous", "foreign_keys")
        return tuple(connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names)

    async def main():
        async with opened(tmp_path) as database:
            return await database.write(pragmas), await database.read(pragmas)

    assert asyncio.run(main()) == (("wal", 2, 1), ("wal", 2, 1))


def test_only_who_asks_for_it_does_not_wait_for_the_disk(tmp_path):
    """synchronous=0 is OFF."""

    async def main():
        offload = SingleThread("test-database")
        try:
            database = await Database.open(f"sqlite:///{tmp_path / 'test.db'}", offload, waits_for_disk=False)
            try:
                return await database.write(lambda c: c.exec_driver_sql("PRAGMA synchronous").scalar())
            finally:
                await database.close()
        finally:
            offload.close()

    assert asyncio.run(main()) == 0


def test_an_acknowledged_write_survives_a_killed_process(tmp_path):
    program = """
import asyncio, os, pathlib, signal, sys
from tests.store.opened import add_player, opened
async def main():
    async with opened(pathlib.Path(sys.argv[1])) as database:
        await database.write(add_player)
        os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""
    killed = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False, timeout=DEADLINE_SECONDS)

    async def main():
        async with opened(tmp_path) as database:
            return await database.read(agents)

    assert killed.returncode == -9
    assert asyncio.run(main()) == [1]


def test_a_write_that_raises_leaves_nothing_behind(tmp_path):
    def half(connection):
        add_player(connection)
        raise Missing("no such thing")

    async def main():
        async with opened(tmp_path) as database:
            with pytest.raises(Missing, match="no such thing"):
                await database.write(half)
            return await database.read(agents)

    assert asyncio.run(main()) == []


def test_writes_that_share_a_commit_fail_one_by_one(tmp_path):
    def half(connection):
        add_player(connection, 2)
        raise Missing("only mine")

    async def main():
        async with opened(tmp_path) as database:
            works = (lambda c: add_player(c, 1), half, lambda c: add_player(c, 1), lambda c: add_player(c, 3))
            outcomes = await asyncio.gather(*(database.write(work) for work in works), return_exceptions=True)
            return [type(outcome) for outcome in outcomes], await database.read(agents)

    kinds, stored = asyncio.run(main())
    assert kinds == [type(None), Missing, sa.exc.IntegrityError, type(None)]
    assert stored == [1, 3]


def test_writes_take_effect_in_the_order_they_were_asked_for(tmp_path):
    """More than fit into one commit, asked for by tasks that all wait at once."""
    count = 3 * GROUP_COMMIT_MAX + 1

    def log(number):
        row = {"container_id": "c", "at": NOON, "level": "INFO", "message": str(number), "fields": {}}
        return lambda connection: connection.execute(container_logs.insert(), row) and None

    async def main():
        async with opened(tmp_path) as database:
            await database.write(add_player)
            await database.write(lambda connection: add_container(connection, "c"))
            await asyncio.gather(*(database.write(log(number)) for number in range(count)))
            statement = sa.select(container_logs.c.message).order_by(container_logs.c.id)
            return await database.read(lambda connection: list(connection.execute(statement).scalars()))

    assert asyncio.run(main()) == [str(number) for number in range(count)]


def test_a_cancelled_caller_stops_waiting_and_its_write_is_made(tmp_path):
    async def main():
        async with opened(tmp_path) as database:
            caller = asyncio.create_task(database.write(add_player))
            await asyncio.sleep(0)
            caller.cancel()
            with pytest.raises(asyncio.CancelledError):
                await caller
            await database.write(lambda connection: add_player(connection, 2))
            return await database.read(agents)

    assert asyncio.run(main()) == [1, 2]


def test_closing_finishes_what_was_asked_for(tmp_path):
    async def main():
        async with opened(tmp_path) as database:
            write = asyncio.create_task(database.write(add_player))
            await asyncio.sleep(0)
            await database.close()
            await write
            with pytest.raises(Unavailable, match="stopping"):
                await database.write(add_player)
            with pytest.raises(Unavailable, match="stopping"):
                await database.read(agents)
        async with opened(tmp_path) as database:
            return await database.read(agents)

    assert asyncio.run(main()) == [1]


def test_a_read_cannot_write(tmp_path):
    async def main():
        async with opened(tmp_path) as database:
            with pytest.raises(Unavailable, match="readonly"):
                await database.read(add_player)
            return await database.read(agents)

    assert asyncio.run(main()) == []


def test_a_full_disk_is_unavailable_and_the_database_recovers(tmp_path):
    """Everyone who shared the commit is told, nothing of it is kept, and the next write works once there is room."""

    def limit(pages):
        return lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}").scalar()

    def fill(connection):
        add_player(connection, 3)
        big = {"container_id": "c", "at": NOON, "level": "INFO", "message": "x" * 1_000_000, "fields": {}}
        connection.execute(container_logs.insert(), big)

    async def main():
        async with opened(tmp_path) as database:
            await database.write(add_player)
            await database.write(lambda connection: add_container(connection, "c"))
            await database.write(limit(1))
            alone = await asyncio.gather(database.write(fill), return_exceptions=True)
            beside = await asyncio.gather(
                database.write(lambda c: add_player(c, 2)), database.write(fill), return_exceptions=True
            )
            full = await database.read(agents)
            await database.write(limit(1_000_000))
            await database.write(fill)
            return [*alone, *beside], full, await database.read(agents)

    outcomes, full, after = asyncio.run(main())
    assert [type(outcome) for outcome in outcomes] == [DiskWriteFailed] * 3
    assert "full" in str(outcomes[0])
    assert full == [1]
    assert after == [1, 3]


def test_work_that_swallows_a_full_disk_is_not_acknowledged(tmp_path):
    """SQLite drops the transaction when the disk is full; what work did before and after that must not count."""
    big = {"container_id": "c", "at": NOON, "level": "INFO", "message": "x" * 1_000_000, "fields": {}}

    def work(connection):
        add_player(connection, 2)
        try:
            connection.execute(container_logs.insert(), big)
        except sa.exc.OperationalError:
            add_player(connection, 3)

    async def main():
        async with opened(tmp_path) as database:
            await database.write(add_player)
            await database.write(lambda connection: add_container(connection, "c"))
            await database.write(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count = 1").scalar())
            with pytest.raises(Unavailable, match="rolled the transaction back"):
                await database.write(work)

    asyncio.run(main())


def test_a_database_that_another_process_holds_is_unavailable(tmp_path):
    async def main():
        async with opened(tmp_path, busy_seconds=0.01) as database:
            other = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Unavailable, match="locked"):
                await database.write(add_player)
            other.execute("ROLLBACK")
            other.close()
            await database.write(add_player)
            return await database.read(agents)

    assert asyncio.run(main()) == [1]


def test_a_mistake_in_our_own_statement_is_not_called_unavailable(tmp_path):
    async def main():
        async with opened(tmp_path) as database:
            for ask in (database.read, database.write):
                with pytest.raises(sa.exc.OperationalError, match="no such table"):
                    await ask(lambda connection: connection.exec_driver_sql("SELECT 1 FROM nowhere"))

    asyncio.run(main())


@pytest.mark.parametrize("url", ["nonsense", "postgresql://host/name", "sqlite://", "sqlite:///:memory:"])
def test_a_database_we_do_not_speak_is_refused_with_the_setting_s_name(url):
    async def main():
        await Database.open(url, SingleThread("unused"))

    with pytest.raises(Refused) as caught:
        asyncio.run(main())
    assert [problem.field for problem in caught.value.fields] == ["database.url"]


def test_a_password_in_a_refused_address_is_not_repeated():
    async def main():
        await Database.open("postgresql://someone:secret@host/name", SingleThread("unused"))

    with pytest.raises(Refused) as caught:
        asyncio.run(main())
    assert "secret" not in str(caught.value) + str(caught.value.fields)


def test_a_file_that_cannot_be_opened_or_is_no_database_is_unavailable(tmp_path):
    (tmp_path / "test.db").write_bytes(b"this is a letter, not a database" * 40)

    async def main(directory):
        async with opened(directory, is_migrated=True):
            pass

    for directory in (tmp_path, tmp_path / "missing"):
        with pytest.raises(Unavailable):
            asyncio.run(main(directory))


def test_times_come_back_aware_and_in_utc(tmp_path):
    elsewhere = datetime(2026, 3, 1, 14, 30, tzinfo=timezone(timedelta(hours=2)))

    def work(connection):
        add_player(connection)
        connection.execute(players.update().values(created_at=elsewhere))
        return connection.execute(sa.select(players.c.created_at)).scalar_one()

    async def main():
        async with opened(tmp_path) as database:
            return await database.write(work)

    stored = asyncio.run(main())
    assert stored == elsewhere
    assert stored.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(tmp_path):
    def work(connection):
        add_player(connection)
        connection.execute(players.update().values(created_at=NOON.replace(tzinfo=None)))

    async def main():
        async with opened(tmp_path) as database:
            with pytest.raises(sa.exc.StatementError, match="aware"):
                await database.write(work)

    asyncio.run(main())
