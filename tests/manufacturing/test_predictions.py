"""What each trip promised is kept with its task: over a restart, until it is done, and beside what came of it."""

import asyncio

import sqlalchemy as sa

from starfoundry.drill.machine import new_universe
from starfoundry.drill.virtual_time import loop
from starfoundry.ledger.storage.predictions import predictions_of
from starfoundry.manufacturing.storage import accounts
from starfoundry.store.tables import schema
from tests.manufacturing.plant import NO_TRADES, plant, run_plant

HOUR = 3600.0


def promise(task):
    return task.task_id, task.decided_at, task.predicted_profit, task.predicted_seconds


def test_a_promise_is_what_it_was_after_a_restart(tmp_path):
    async def work():
        universe = new_universe(1)
        async with plant(tmp_path, universe) as first:
            container = await first.start()
            before = [promise(task) for task in await first.under_way(container)]
        async with plant(tmp_path, universe) as second:
            after = [promise(task) for task in await second.tasks(container)]
        return before, after

    before, after = loop.run(work(), seed=1)

    assert before
    assert all(decided_at and predicted for _, decided_at, predicted, _ in before)
    assert set(before) <= set(after)


def test_each_trip_that_is_done_has_its_promise_with_parts_that_add_up_beside_what_the_book_says(tmp_path):
    async def work(plant):
        container = await plant.start()
        await asyncio.sleep(2 * HOUR)
        done = [task for task in await plant.tasks(container) if task.status == "COMPLETED"]
        assert len(done) > 5

        def kept(connection: sa.Connection):
            return predictions_of(connection, [task.task_id for task in done])

        promised = await plant.daemon.database.read(kept)
        for task in done:
            prediction = promised[task.task_id]
            bought, sold, legs = (prediction.details[part] for part in ("purchases", "sales", "legs"))
            assert sum(units * price for units, price in bought) == prediction.cost
            assert sum(units * price for units, price in sold) - prediction.details["deducted"] == prediction.revenue
            assert sum(fuel for *_, fuel in legs) == prediction.fuel
            assert sum(seconds for *_, seconds, _ in legs) <= prediction.seconds
            money = await plant.daemon.database.read(lambda c, key=task.task_id: accounts.money_of(c, "task_id", key))
            assert task.profit == money.profit
            assert task.predicted_profit == prediction.profit
        ended = await plant.rows(
            sa.select(schema.trip_predictions.c.task_id).where(schema.trip_predictions.c.ended_at.is_not(None))
        )
        assert {row.task_id for row in ended} == {task.task_id for task in done}

    run_plant(work, tmp_path)


def test_a_trip_that_is_not_begun_promises_nothing(tmp_path):
    async def work(plant):
        container = await plant.start(max_workers=1, settings=NO_TRADES)
        flying = await plant.under_way(container)
        waiting = [task for task in await plant.tasks(container) if task.status in ("PENDING", "READY")]

        assert len(flying) == 1
        assert waiting
        assert [task for task in waiting if task.HasField("predicted_profit") and not task.attempts] == []

    run_plant(work, tmp_path)
