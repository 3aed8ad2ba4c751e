"""The coordinator at work in a living universe, retuned while it works."""

import asyncio

import sqlalchemy as sa

from starfoundry.drill.deal_comparison import money_differences
from starfoundry.drill.machine import new_universe
from starfoundry.drill.virtual_time import loop
from starfoundry.game.model import NavStatus
from starfoundry.kernel.supply import SupplyLevel
from starfoundry.store.tables import schema
from starfoundry.wire import daemon_pb2 as wire
from tests.manufacturing.plant import NO_TRADES, plant, run_plant

HOUR = 3600.0


def test_it_earns_and_books_every_credit(tmp_path):
    async def work(running):
        container_id = await running.start()
        await asyncio.sleep(2 * HOUR)

        status = await running.status(container_id)
        assert status.profit > 0
        assert await money_differences(running.daemon.database, running.universe.event_log, "FOUNDRY") == []

    run_plant(work, tmp_path)


def test_a_change_is_decided_with_at_once_and_said_so(tmp_path):
    async def work(running):
        container_id = await running.start()
        await asyncio.sleep(HOUR / 2)

        answer = await running.set(container_id, max_pipelines=6)

        decided = await running.rows(sa.select(schema.decisions).where(schema.decisions.c.revision == 2))
        assert (answer.state, answer.revision, answer.observed_revision) == ("APPLIED", 2, 2)
        assert "configuration applied" in [row.kind for row in decided]
        assert "Configuration updated" in await running.logs(container_id)

    run_plant(work, tmp_path)


def test_the_last_of_a_burst_is_in_force(tmp_path):
    async def work(running):
        container_id = await running.start()
        await asyncio.sleep(HOUR / 4)

        answers = await asyncio.gather(*(running.set(container_id, max_pipelines=n) for n in range(10, 31)))

        newest = max(answers, key=lambda answer: answer.revision)
        status = await running.status(container_id)
        assert status.observed_revision == newest.revision == status.revision
        assert status.config.max_pipelines == newest.current_config.max_pipelines

    run_plant(work, tmp_path)


def test_lowering_the_capacity_ends_no_task_in_flight(tmp_path):
    async def work(running):
        await running.grow(haulers=4, probes=3)
        container_id = await running.start(max_workers=10)
        await asyncio.sleep(HOUR)
        flying = {t.task_id for t in await running.under_way(container_id)}

        await running.set(container_id, max_pipelines=0, max_workers=1)
        await asyncio.sleep(HOUR)

        ended = {t.task_id: t.status for t in await running.tasks(container_id)}
        status = await running.status(container_id)
        assert flying
        assert {ended[task_id] for task_id in flying} == {"COMPLETED"}
        assert (status.active_pipelines, status.draining_pipelines) == (0, 0)
        assert status.busy_workers <= 1

    run_plant(work, tmp_path)


def test_every_purchase_meets_the_level_of_the_revision_it_was_made_under(tmp_path):
    """Ships that flew out under loose levels buy by the levels in force when they arrive."""
    turns = [("ABUNDANT", "ABUNDANT"), ("MODERATE", "LIMITED"), ("HIGH", "HIGH"), ("SCARCE", "SCARCE")]

    async def work(running):
        await running.grow(haulers=4, probes=3)
        container_id = await running.start(max_workers=10)
        for start, execute in turns * 2:
            await running.set(container_id, collect_min_start_supply=start, collect_min_execute_supply=execute)
            await asyncio.sleep(HOUR / 4)

        bought = await running.rows(
            sa.select(schema.intents.c.supply_seen, schema.config_revisions.c.config)
            .join(schema.tasks, schema.tasks.c.id == schema.intents.c.task_id)
            .join(
                schema.config_revisions,
                (schema.config_revisions.c.container_id == schema.intents.c.container_id)
                & (schema.config_revisions.c.revision == schema.intents.c.config_revision),
            )
            .where(schema.intents.c.kind == "PURCHASE", schema.tasks.c.kind == "COLLECT_SELL")
        )
        assert len(bought) > 10
        for seen, config in bought:
            assert SupplyLevel[seen] >= SupplyLevel[config["collect_min_execute_supply"]]

    run_plant(work, tmp_path)


def test_the_reserve_is_kept_at_every_purchase(tmp_path):
    """The predecessor accepted a reserve, showed it, and never held it."""

    async def work(running):
        container_id = await running.start(min_balance=120_000)
        await asyncio.sleep(HOUR)

        ledger = schema.ledger
        bought = await running.rows(sa.select(ledger.c.balance_after).where(ledger.c.kind == "PURCHASE"))
        assert (await running.status(container_id)).min_balance == 120_000
        assert bought
        assert min(row.balance_after for row in bought) >= 120_000

    run_plant(work, tmp_path)


def test_two_coordinators_of_one_player_keep_their_own_settings_and_ships(tmp_path):
    async def work(running):
        await running.grow(haulers=4, probes=3)
        eager = await running.start(max_workers=10, collect_min_start_supply="HIGH")
        idle = await running.start(max_pipelines=0, min_price=2_000_000, settings=NO_TRADES)
        await asyncio.sleep(HOUR)

        await running.set(idle, max_workers=7)

        first, second = await running.status(eager), await running.status(idle)
        assert (first.config.max_workers, second.config.max_workers) == (10, 7)
        assert (first.revision, second.revision) == (1, 2)
        assert first.completed_tasks > 0
        assert second.completed_tasks == 0

    run_plant(work, tmp_path)


def test_stopping_sells_what_is_aboard_and_frees_every_ship(tmp_path):
    async def work(running):
        container_id = await running.start()
        await asyncio.sleep(HOUR / 2)

        await running.stop(container_id)

        claims = await running.rows(sa.select(schema.ship_claims))
        session = await running.daemon.sessions.get(running.player_id)
        assert claims == []
        assert [ship.cargo.units for ship in session.roster.ships() if ship.cargo.units] == []

    run_plant(work, tmp_path)


def test_a_change_to_a_stopped_coordinator_waits_for_its_next_start(tmp_path):
    async def work(running):
        container_id = await running.start()
        await running.stop(container_id)

        answer = await running.set(container_id, max_pipelines=9)

        assert answer.state == "NEXT_START"
        await running.operator.call(
            "StartContainer", wire.StartContainerRequest(container_id=container_id, player_id=1)
        )
        await asyncio.sleep(60)
        assert (await running.status(container_id)).observed_revision == answer.revision

    run_plant(work, tmp_path)


def test_after_a_restart_everything_goes_on_with_the_settings_it_had(tmp_path):
    async def whole():
        universe = new_universe(1)
        async with plant(tmp_path, universe) as running:
            container_id = await running.start()
            await running.set(container_id, max_pipelines=5, collect_min_start_supply="HIGH")
            await asyncio.sleep(HOUR / 2)
            flying = {t.task_id for t in await running.tasks(container_id) if t.status == "EXECUTING"}

        async with plant(tmp_path, universe) as running:
            await asyncio.sleep(HOUR)
            changed = await running.set(container_id, max_pipelines=4)

            ended = {t.task_id: t.status for t in await running.tasks(container_id)}
            status = await running.status(container_id)
            assert flying
            assert {ended[task_id] for task_id in flying} <= {"COMPLETED"}
            assert status.config.collect_min_start_supply == "HIGH"
            assert changed.state == "APPLIED"
            assert await money_differences(running.daemon.database, universe.event_log, "FOUNDRY") == []

    loop.run(whole(), seed=1)


def test_a_coordinator_that_does_not_drain_in_time_lets_go_of_its_ships_all_the_same(tmp_path):
    async def work(running):
        container_id = await running.start()
        session = await running.daemon.sessions.get(running.player_id)
        while not any(ship.cargo.units and ship.nav.status is NavStatus.IN_TRANSIT for ship in session.roster.ships()):
            await session.roster.changed.newer_than(session.roster.changed.version)
        running.daemon.supervisor._drain_seconds = 1.0

        await running.stop(container_id)

        assert await running.rows(sa.select(schema.ship_claims)) == []
        assert {task.status for task in await running.tasks(container_id)} <= {"COMPLETED", "PENDING", "READY"}

    run_plant(work, tmp_path)
