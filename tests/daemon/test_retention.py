"""Histories stay within their bounds however long the daemon runs, and nobody waits for that."""

import asyncio
import itertools
from datetime import timedelta

import sqlalchemy as sa

from starfoundry.daemon.retention import Retention
from starfoundry.drill.loop import run
from starfoundry.runtime.clock import LoopClock
from starfoundry.store import schema
from starfoundry.store.pruning import BITE_ROWS, HISTORIES, Bounds
from tests.store.opened import NOON, add_container, add_player, opened

DAY = 86_400.0
QUOTE = {
    "player_id": 1,
    "waypoint": "X1-A-1",
    "good": "IRON",
    "kind": "IMPORT",
    "trade_volume": 10,
    "ask": 2,
    "bid": 1,
}


def fill(connection, at, rows):
    """So many rows of each history."""
    log = {"container_id": "c", "at": at, "level": "INFO", "message": "sold" * 20, "fields": {}}
    decision = {"container_id": "c", "revision": 1, "at": at, "kind": "assign", "subject": "t", "facts": {}}
    connection.execute(schema.market_history.insert(), [{**QUOTE, "at": at}] * rows)
    connection.execute(schema.decisions.insert(), [decision] * rows)
    connection.execute(schema.container_logs.insert(), [log] * rows)


def counts(connection):
    return [connection.execute(sa.select(sa.func.count()).select_from(each)).scalar_one() for each in HISTORIES]


def oldest(connection):
    return min(connection.execute(sa.select(sa.func.min(each.c.at))).scalar_one() for each in HISTORIES)


def pages(connection):
    return connection.exec_driver_sql("PRAGMA page_count").scalar_one()


def in_days(tmp_path, body, bounds):
    """Runs `body(database, clock, retention)` with a player and a container."""

    async def main():
        async with opened(tmp_path) as database:
            await database.write(add_player)
            await database.write(lambda connection: add_container(connection, "c"))
            clock = LoopClock(asyncio.get_running_loop(), NOON)
            return await body(database, clock, Retention(database, clock, bounds))

    return run(main())


def test_sixty_days_take_no_more_room_than_twenty(tmp_path, monkeypatch):
    """It looks every six hours here, so that the test does not take its time."""
    monkeypatch.setattr("starfoundry.daemon.retention.SWEEP_SECONDS", DAY / 4)

    async def body(database, clock, retention):
        retention.begin()
        sizes = []
        for day in range(60):
            await database.write(lambda connection: fill(connection, clock.now(), 100))
            await asyncio.sleep(DAY)
            if day >= 20:
                sizes.append(await database.read(pages))
        await retention.close()
        return sizes, await database.read(counts), await database.read(oldest), clock.now()

    sizes, left, first, now = in_days(tmp_path, body, Bounds(days=10, rows=1_000_000))

    assert max(sizes) <= sizes[0] * 1.05
    assert left in ([1_000] * 3, [1_100] * 3)
    assert now - first <= timedelta(days=10, hours=7)


def test_however_much_comes_in_a_day_only_the_newest_rows_stay(tmp_path):
    async def body(database, clock, retention):
        await database.write(lambda connection: fill(connection, clock.now(), 3_000))
        await retention.sweep()
        return await database.read(counts)

    assert in_days(tmp_path, body, Bounds(days=10, rows=700)) == [700, 700, 700]


def test_a_decision_gets_its_turn_between_two_bites(tmp_path):
    async def body(database, clock, retention):
        await database.write(lambda connection: fill(connection, clock.now() - timedelta(days=99), 10 * BITE_ROWS))
        sweeping = asyncio.create_task(retention.sweep())
        await asyncio.sleep(0)
        seen = []
        while not sweeping.done():
            seen.append(sum(await database.write(counts)))
            await asyncio.sleep(0.01)
        return [before - after for before, after in itertools.pairwise(seen)], seen[-1]

    bites, left = in_days(tmp_path, body, Bounds())

    assert max(bites) <= BITE_ROWS
    assert sum(each > 0 for each in bites) >= 20
    assert left <= BITE_ROWS


def test_an_empty_history_is_no_trouble(tmp_path):
    async def body(database, _clock, retention):
        await retention.sweep()
        return await database.read(counts)

    assert in_days(tmp_path, body, Bounds()) == [0, 0, 0]
