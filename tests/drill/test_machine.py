"""A machine in a drill: its books are true to the credit, and another one goes on where it stopped."""

import asyncio

from starfoundry.demo.demo_plan import DemoPlan
from starfoundry.demo.start import open_demo
from starfoundry.drill.deal_comparison import money_differences
from starfoundry.drill.machine import machine, new_universe
from starfoundry.drill.virtual_time.loop import run
from starfoundry.wire import daemon_pb2 as wire


async def containers(running, scene):
    """The containers there are, by type: id, status and revision."""
    answer = await running.operator.call("ListContainers", wire.ListContainersRequest(player_id=scene.player_id))
    return {each.type: (each.container_id, each.status) for each in answer.containers}


def test_the_ledger_is_what_really_happened_deal_by_deal(tmp_path):
    plan = DemoPlan(seed=5, speed=0, hours=1, data_dir=tmp_path)

    async def play():
        universe = new_universe(plan.seed)
        async with machine(universe, tmp_path) as running:
            scene = await open_demo(running.operator, plan)
            await asyncio.sleep(3_600)
            for container_id in (scene.manufacturing_id, scene.growth_id):
                stop = wire.StopContainerRequest(container_id=container_id, player_id=scene.player_id)
                await running.operator.call("StopContainer", stop)
            await asyncio.sleep(7_200)  # long enough for every ship to end its trip
            deals = [*universe.event_log.of(scene.agent)]
            return await money_differences(running.daemon.database, universe.event_log, scene.agent), len(deals)

    differences, deals = run(play(), seed=plan.seed)

    assert differences == []
    assert deals > 100


def test_a_stopped_daemon_goes_on_with_what_was_running(tmp_path):
    plan = DemoPlan(seed=6, speed=0, hours=1, data_dir=tmp_path)

    async def play():
        universe = new_universe(plan.seed)
        async with machine(universe, tmp_path) as first:
            scene = await open_demo(first.operator, plan)
            await asyncio.sleep(900)
            before = await containers(first, scene)
        booked = len(universe.event_log.entries)
        async with machine(universe, tmp_path) as second:
            again = await open_demo(second.operator, plan)
            await asyncio.sleep(1_800)
            return scene, before, again, await containers(second, again), len(universe.event_log.entries) - booked

    scene, before, again, after, deals_after = run(play(), seed=plan.seed)

    assert again == scene
    assert after == before
    assert deals_after > 20
