"""Histories stay within their bounds however long the daemon runs, and nobody waits for that."""

import asyncio
import itertools
from datetime import timedelta

import pytest
import sqlalchemy as sa

from starfoundry.daemon.audit import money_checks
from starfoundry.daemon.retention import Retention
from starfoundry.drill.virtual_time.loop import run
from starfoundry.runtime.clock import LoopClock
from starfoundry.store.pruning import BATCH_ROWS, Bounds
from starfoundry.store.tables import schema
from tests.daemon.aged import CALL, ENTRY, add_work, counts, fill, ids, oldest
from tests.store.opened import NOON, add_container, add_player, opened

DAY = 86_400.0
LONG_AGO = NOON - timedelta(days=1_000)
NEXT_TO_NOTHING = Bounds(days=1, rows=1)


def pages(connection):
    return connection.exec_driver_sql("PRAGMA page_count").scalar_one()


def in_days(tmp_path, body, bounds):
    """Runs `body(database, clock, retention)` with a player and a container.

    It prunes every six hours here, so that sixty days do not take their time.
    """

    async def main():
        async with opened(tmp_path) as database:
            await database.write(add_player)
            await database.write(lambda connection: add_container(connection, "c"))
            clock = LoopClock(asyncio.get_running_loop(), NOON)
            return await body(database, clock, Retention(database, clock, bounds, sweep_seconds=DAY / 4))

    return run(main())


def swept(tmp_path, prepare, look, bounds=NEXT_TO_NOTHING):
    """What `look(connection)` sees once what `prepare(connection)` has made was pruned."""

    async def body(database, _clock, retention):
        await database.write(prepare)
        await retention.sweep()
        return await database.write(look)

    return in_days(tmp_path, body, bounds)


def test_sixty_days_take_no_more_room_than_twenty(tmp_path):
    async def body(database, clock, retention):
        retention.begin()
        sizes = []
        for day in range(60):
            await database.write(lambda connection: fill(connection, clock.now(), 50))
            await asyncio.sleep(DAY)
            if day >= 20:
                sizes.append(await database.read(pages))
        await retention.close()
        return sizes, await database.read(counts), await database.read(oldest), clock.now()

    sizes, left, first, now = in_days(tmp_path, body, Bounds(days=10, rows=1_000_000))

    assert max(sizes) <= sizes[0] * 1.05
    assert left in ([500] * 7, [550] * 7)
    assert now - first <= timedelta(days=10, hours=7)


def test_however_much_comes_in_a_day_only_the_newest_rows_stay(tmp_path):
    def look(connection):
        return counts(connection), ids(connection, schema.pipelines)[0]

    kept, first = swept(tmp_path, lambda c: fill(c, NOON, 3_000), look, Bounds(days=10, rows=700))

    assert kept == [700] * 7
    assert first.endswith("-02300")


def test_a_decision_gets_its_turn_between_two_bites(tmp_path):
    async def body(database, clock, retention):
        await database.write(lambda connection: fill(connection, clock.now() - timedelta(days=99), 4 * BATCH_ROWS))
        sweeping = asyncio.create_task(retention.sweep())
        await asyncio.sleep(0)
        seen = []
        while not sweeping.done():
            seen.append(sum(await database.write(counts)))
            await asyncio.sleep(0.03)
        return [before - after for before, after in itertools.pairwise(seen)], seen[-1]

    bites, left = in_days(tmp_path, body, Bounds())

    assert max(bites) <= BATCH_ROWS
    assert sum(each > 0 for each in bites) >= 20
    assert left <= BATCH_ROWS


def test_an_empty_history_is_no_trouble(tmp_path):
    assert swept(tmp_path, lambda _connection: None, counts) == [0] * 7


# What stays whatever its age


@pytest.mark.parametrize("state", ["SENT", "IN_DOUBT"])
def test_a_call_whose_end_is_not_known_stays_with_the_work_it_is_for(tmp_path, state):
    def prepare(connection):
        add_work(connection, "open", LONG_AGO, call={"state": state, "resolved_at": None})
        fill(connection, LONG_AGO, 20)

    def look(connection):
        return *ids(connection, schema.intents)[:-1], *ids(connection, schema.pipelines)[-1:]

    assert swept(tmp_path, prepare, look) == (1, "open")


def test_no_statement_at_all_removes_a_call_whose_end_is_not_known(tmp_path):
    def prepare(connection):
        add_work(connection, "open", LONG_AGO, call={"state": "SENT", "resolved_at": None})
        fill(connection, LONG_AGO, 2)

    def look(connection):
        with pytest.raises(sa.exc.IntegrityError, match="never forgotten"):
            connection.execute(sa.delete(schema.intents).where(schema.intents.c.id == 1))

    swept(tmp_path, prepare, look)


@pytest.mark.parametrize(
    "under_way",
    [
        {"pipeline": {"status": "EXECUTING", "ended_at": None}},
        {"task": {"status": "EXECUTING", "ended_at": None}},
        {"task": {"status": "READY", "ended_at": None}},
    ],
)
def test_work_that_goes_on_keeps_all_of_its_tasks(tmp_path, under_way):
    def prepare(connection):
        add_work(connection, "works", LONG_AGO, **under_way)
        fill(connection, LONG_AGO, 20)

    kept = swept(tmp_path, prepare, lambda c: (ids(c, schema.pipelines)[-1], "tworks" in ids(c, schema.tasks)))

    assert kept == ("works", True)


def test_a_failed_task_without_a_time_goes_with_its_pipeline(tmp_path):
    def prepare(connection):
        add_work(connection, "a-failed", LONG_AGO, task={"status": "FAILED", "ended_at": None})
        fill(connection, LONG_AGO, 20)

    assert "ta-failed" not in swept(tmp_path, prepare, lambda c: ids(c, schema.tasks))


@pytest.mark.parametrize("state", ["APPLIED", "NOT_APPLIED"])
def test_a_call_that_the_book_contradicts_stays_for_verify_to_name(tmp_path, state):
    def prepare(connection):
        number = add_work(connection, "odd", LONG_AGO, call={"state": state})
        if state == "NOT_APPLIED":
            connection.execute(schema.ledger.insert(), ENTRY | {"at": LONG_AGO, "intent_id": number})
        fill(connection, LONG_AGO, 20)

    (finding,) = swept(tmp_path, prepare, lambda c: list(money_checks.deals_are_booked_once(c)))

    assert "call 1" in finding.text


# What holds of rows that are gone


def test_the_number_of_a_call_is_never_given_twice(tmp_path):
    def look(connection):
        left = ids(connection, schema.intents)
        with pytest.raises(sa.exc.IntegrityError, match="never given twice"):
            connection.execute(sa.delete(schema.intents))
        return left, add_work(connection, "next", NOON)

    assert swept(tmp_path, lambda c: fill(c, LONG_AGO, 20), look) == ([20], 21)


@pytest.mark.parametrize(("call", "why"), [(1, "UNIQUE"), (99, "written down")])
def test_a_deal_is_booked_once_and_for_a_call_that_was_made_also_when_calls_are_gone(tmp_path, call, why):
    def prepare(connection):
        number = add_work(connection, "deal", LONG_AGO, call={"state": "APPLIED"})
        connection.execute(schema.ledger.insert(), ENTRY | {"at": LONG_AGO, "intent_id": number})
        fill(connection, LONG_AGO, 20)

    def look(connection):
        assert 1 not in ids(connection, schema.intents)
        if call == 1:  # somebody writes it down anew
            connection.execute(schema.intents.insert(), CALL | {"id": 1, "sent_at": NOON})
        with pytest.raises(sa.exc.IntegrityError, match=why):
            connection.execute(schema.ledger.insert(), ENTRY | {"at": NOON, "intent_id": call})

    swept(tmp_path, prepare, look)


def test_a_call_that_went_otherwise_than_by_pruning_is_missed(tmp_path):
    def look(connection):
        before = list(money_checks.calls_are_pruned_or_there(connection))
        connection.execute(sa.delete(schema.intents).where(schema.intents.c.id == 15))
        return before, [finding.text for finding in money_checks.calls_are_pruned_or_there(connection)]

    bounds = Bounds(days=9_999, rows=10)

    assert swept(tmp_path, lambda c: fill(c, NOON, 20), look, bounds) == (
        [],
        ["11 of 20 calls are missing, 10 were pruned"],
    )
