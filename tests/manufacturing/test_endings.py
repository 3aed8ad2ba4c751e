"""How a coordinator ends its work: all of it, what was bought, or none; and what becomes of its ships."""

import asyncio
from contextlib import asynccontextmanager

import pytest
import sqlalchemy as sa

from starfoundry.containers.domain.ending import Ending
from starfoundry.drill.machine import new_universe
from starfoundry.drill.virtual_time import loop
from starfoundry.kernel.ids import ContainerId
from starfoundry.manufacturing.runtime.coordinator import Coordinator
from starfoundry.sandbox.core.event_log import EventKind
from starfoundry.store.tables import schema
from starfoundry.wire import daemon_pb2 as wire
from tests.manufacturing.plant import mortal_plant, plant, run_plant

HUGE = "1000000000"
IN_FLIGHT = ("ASSIGNED", "EXECUTING")


async def busy(running, container_id):
    """The coordinator's tasks in flight, once some hold cargo and some do not."""
    for _look in range(2_000):
        await asyncio.sleep(5)
        flying = [each for each in await running.tasks(container_id) if each.status in IN_FLIGHT]
        with_cargo = [each for each in flying if cargo_of(running, each)]
        if 0 < len(with_cargo) < len(flying):
            return {each.task_id: bool(cargo_of(running, each)) for each in flying}
    pytest.fail("no moment with a ship full and another empty")


def cargo_of(running, task):
    """What a task's ship holds of the task's good."""
    session = running.daemon.sessions.opened(running.player_id)
    return session.roster.get(task.ship).cargo.units_of(task.good)


async def until_a_ship_works(running):
    """Return once a task has a ship, which it keeps for minutes."""
    working = sa.select(schema.ship_claims).where(schema.ship_claims.c.purpose.contains("-t"))
    for _look in range(2_000):
        await asyncio.sleep(5)
        if await running.rows(working):
            return
    pytest.fail("no task ever had a ship")


def revise(container_id, running, texts, **terms):
    request = wire.ReviseConfigRequest(
        container_id=container_id,
        player_id=running.player_id,
        wait_milliseconds=20_000,
        texts=texts,
        terms=wire.ChangeTerms(**terms),
    )
    return running.operator.call("ReviseConfig", request)


def sales_in(universe):
    return sum(1 for _sale in universe.event_log.of("FOUNDRY", EventKind.SELL))


async def claims(running):
    return [row.ship for row in await running.rows(sa.select(schema.ship_claims))]


@pytest.mark.parametrize("ending", Ending)
def test_work_in_hand_ends_as_far_as_the_ending_says(tmp_path, ending):
    async def work(running):
        await running.grow(haulers=4, probes=3)
        container_id = await running.start(max_workers=10)
        had_cargo = await busy(running, container_id)
        await running.daemon.supervisor.stop(ContainerId("fleet-growth-1"))
        before = len(await running.tasks(container_id))

        stopped = await running.daemon.supervisor.stop(ContainerId(container_id), ending=ending)

        tasks = {each.task_id: each.status for each in await running.tasks(container_id)}
        finished = {task_id for task_id in had_cargo if tasks[task_id] == "COMPLETED"}
        with_cargo = {task_id for task_id, has in had_cargo.items() if has}
        expected = {Ending.NOW: set(), Ending.SOON: with_cargo, Ending.DRAINED: set(had_cargo)}[ending]
        assert (stopped.status.value, stopped.exit_reason) == ("STOPPED", "")
        assert finished == expected
        assert len(tasks) == before, "nothing new was begun"
        assert not [status for status in tasks.values() if status in IN_FLIGHT]
        assert await claims(running) == []

    run_plant(work, tmp_path)


def test_trips_of_a_drain_are_judged_by_what_is_set_meanwhile_and_nothing_is_promised_for_new_ones(tmp_path):
    """A reserve that nobody can have: what is bought is sold, and no ship on its way buys."""

    async def work(running):
        await running.grow(haulers=4, probes=3)
        container_id = await running.start(max_workers=10)
        had_cargo = await busy(running, container_id)
        await running.daemon.supervisor.stop(ContainerId("fleet-growth-1"))
        await running.daemon.supervisor.stop(ContainerId(container_id), ending=Ending.DRAINED, wait_seconds=1)

        dry = await revise(container_id, running, {"min_balance": HUGE}, validate_only=True)
        felt = await revise(container_id, running, {"min_balance": HUGE})
        later = await revise(container_id, running, {"max_pipelines": "50", "market_max_age": "1"})
        shown = await running.show(container_id)
        await running.daemon.supervisor.stop(ContainerId(container_id), ending=Ending.DRAINED)

        judged = f"{len(had_cargo)} trips are judged by it to the end"
        assert (felt.state, list(felt.effects), list(dry.effects)) == ("APPLIED", [judged], [judged])
        assert (later.state, {one.state for one in later.settings}) == ("NEXT_START", {"NEXT_START"})
        assert "starts nothing new" in later.message
        states = {one.name: one.state for one in shown.settings}
        assert (states["min_balance"], states["max_pipelines"]) == ("APPLIED", "NEXT_START")
        assert shown.running.min_balance == int(HUGE)
        tasks = {each.task_id: each.status for each in await running.tasks(container_id)}
        with_cargo = {task_id for task_id, has in had_cargo.items() if has}
        assert {task_id for task_id in had_cargo if tasks[task_id] == "COMPLETED"} == with_cargo
        bought = sa.select(schema.intents).where(schema.intents.c.kind == "PURCHASE")
        assert not [each for each in await running.rows(bought) if each.config_revision >= felt.revision]

    run_plant(work, tmp_path)


@asynccontextmanager
async def a_drain_interrupted_by_a_restart(data_dir):
    """The plant of after the restart, its draining coordinator, and the tasks that were under way."""
    universe = new_universe(1)
    async with plant(data_dir, universe) as first:
        await first.grow(haulers=4, probes=3)
        container_id = await first.start(max_workers=10)
        flying = await busy(first, container_id)
        await first.daemon.supervisor.stop(ContainerId(container_id), ending=Ending.DRAINED, wait_seconds=1)
    async with plant(data_dir, universe) as second:
        yield second, container_id, flying


def test_a_drain_that_a_restart_has_interrupted_says_what_it_decides_with(tmp_path):
    async def whole():
        async with a_drain_interrupted_by_a_restart(tmp_path) as (running, container_id, _flying):
            felt = await revise(container_id, running, {"min_balance": HUGE})
            return felt.state, felt.container_status, (await running.show(container_id)).running.min_balance

    assert loop.run(whole(), seed=1) == ("APPLIED", "DRAINING", int(HUGE))


def test_a_drain_goes_on_where_a_restart_has_interrupted_it(tmp_path):
    async def whole():
        async with a_drain_interrupted_by_a_restart(tmp_path) as (running, container_id, flying):
            await running.daemon.supervisor.stop(ContainerId(container_id), ending=Ending.DRAINED)
            tasks = {each.task_id: each.status for each in await running.tasks(container_id)}
            return {tasks[task_id] for task_id in flying}

    assert loop.run(whole(), seed=1) == {"COMPLETED"}


@pytest.mark.parametrize("ending", [Ending.NOW, Ending.SOON], ids=str)
def test_a_power_cut_right_after_a_stop_does_not_change_how_it_ends(tmp_path, ending):
    """In the next daemon `stop` still sells what was bought, and `stop --now` leaves it aboard."""

    async def whole():
        universe = new_universe(1)
        async with mortal_plant(tmp_path, universe) as (first, cut_power):
            await first.grow(haulers=4, probes=3)
            container_id = await first.start(max_workers=10)
            had_cargo = await busy(first, container_id)
            await first.daemon.supervisor.stop(ContainerId("fleet-growth-1"))
            answered = await first.daemon.supervisor.stop(ContainerId(container_id), ending=ending, wait_seconds=0)
            cut_power()
        before = sales_in(universe)
        async with plant(tmp_path, universe) as second:
            await asyncio.sleep(2_000)
            mine = schema.containers.c.id == container_id
            (container,) = await second.rows(sa.select(schema.containers).where(mine))
            completed = {each.task_id for each in await second.tasks(container_id) if each.status == "COMPLETED"}
            sold = sales_in(universe) - before
            return answered.status.value, container.status, had_cargo, completed, sold, await claims(second)

    answered, status, had_cargo, completed, sold, commanded = loop.run(whole(), seed=1)
    with_cargo = {task_id for task_id, has in had_cargo.items() if has}
    assert (answered, status, commanded) == ("STOPPING", "STOPPED", [])
    assert completed & set(had_cargo) == (with_cargo if ending is Ending.SOON else set())
    assert (sold > 0) == (ending is Ending.SOON)


def test_the_ships_of_a_coordinator_that_has_failed_are_free_at_once(tmp_path, monkeypatch):
    async def work(running):
        container_id = await running.start()
        await until_a_ship_works(running)

        async def broken(_self, _group):
            raise ValueError("a bug of ours")

        monkeypatch.setattr(Coordinator, "_turn", broken)
        held = set()
        while (await running.rows(sa.select(schema.containers.c.status)))[0].status != "FAILED":
            held.add(len(await claims(running)) > 0)  # of its task; scouts are called back
            await asyncio.sleep(5)
        await asyncio.sleep(1)

        assert held == {True}, "between its restarts it keeps them"
        assert await claims(running) == []
        monkeypatch.undo()
        await running.daemon.supervisor.start(ContainerId(container_id))
        await asyncio.sleep(60)
        assert await claims(running) != []

    run_plant(work, tmp_path)
