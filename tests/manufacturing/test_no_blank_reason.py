"""No list leaves a reason blank: of tasks, of factories, and of what keeps a coordinator from doing more."""

import asyncio

from starfoundry.drill.machine import new_universe
from starfoundry.drill.virtual_time import loop
from starfoundry.wire import daemon_pb2 as wire
from tests.manufacturing.plant import plant, run_plant

HOUR = 3600.0


def test_every_waiting_task_and_unready_factory_has_a_reason_while_it_runs_and_when_it_is_stopped(tmp_path):
    async def work(plant):
        container = await plant.start()
        await asyncio.sleep(HOUR)
        for _ in range(2):
            tasks, status = await plant.tasks(container), await plant.status(container)
            waiting = [task for task in tasks if task.status in ("PENDING", "READY")]
            unready = [state for state in status.factories if not state.ready]
            assert all(task.waiting_for for task in waiting)
            assert all(state.waiting_for for state in unready)
            assert status.idle_reasons
            assert waiting or status.status == "STOPPED"
            await plant.stop(container)

    run_plant(work, tmp_path)


def test_what_keeps_a_coordinator_from_doing_more_counts_whom_each_reason_holds(tmp_path):
    async def work(plant):
        container = await plant.start(max_workers=1, settings={"blocked_goods": "", "trade_max_ships": "0"})
        await plant.set(container, blocked_goods=wire.GoodList(goods=["FOOD", "CLOTHING", "MEDICINE", "EQUIPMENT"]))
        await asyncio.sleep(HOUR)
        reasons = list((await plant.status(container)).idle_reasons)
        assert any("is in blocked_goods" in reason and reason[0].isdigit() for reason in reasons)

    run_plant(work, tmp_path)


def test_right_after_a_restart_status_and_list_agree_that_it_runs_and_say_what_it_waits_for(tmp_path):
    """Once `status` said for a quarter of a minute that the coordinator was not running, beside RUNNING in the list."""

    async def work():
        universe = new_universe(1)
        async with plant(tmp_path, universe) as running:
            container = await running.start()
            await asyncio.sleep(HOUR)
        async with plant(tmp_path, universe) as running:
            tasks = await running.tasks(container)
            status = await running.status(container)
            asked = wire.ListContainersRequest(player_id=running.player_id)
            listed = (await running.operator.call("ListContainers", asked)).containers
            assert [each.status for each in listed] == [status.status] == ["RUNNING"]
            said = [*status.idle_reasons, *(state.waiting_for for state in status.factories)]
            said += [task.waiting_for for task in tasks]
            assert said
            assert not [each for each in said if "not running" in each]

    loop.run(work(), seed=1)
