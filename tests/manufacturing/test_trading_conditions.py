"""Health says ok only while the coordinators do what they were asked for, or have nothing to do."""

import asyncio

from starfoundry.daemon.halt.halt_files import HaltFiles, HaltScope
from starfoundry.manufacturing.runtime.worker import Worker
from starfoundry.wire import daemon_pb2 as wire
from tests.manufacturing.plant import NO_TRADES, run_plant


async def health(running):
    return await running.operator.call("GetHealth", wire.GetHealthRequest())


def test_a_coordinator_that_earns_is_well(tmp_path):
    async def work(running):
        await running.start()
        for _ in range(6):
            await asyncio.sleep(1_200)
            told = await health(running)
            assert (told.status, list(told.problems)) == ("ok", [])

    run_plant(work, tmp_path)


def test_a_coordinator_whose_trips_never_end_has_stalled(tmp_path, monkeypatch):
    async def never(_worker):
        await asyncio.sleep(1_000_000)

    monkeypatch.setattr(Worker, "run", never)

    async def work(running):
        container_id = await running.start()
        await asyncio.sleep(4 * 3_600)
        told = await health(running)

        (stalled,) = told.conditions
        assert (told.status, stalled.kind, stalled.subject) == ("degraded", "coordinator-stalled", container_id)
        assert "late" in stalled.reason
        assert stalled.next_step == f"spacetraders why {container_id}"

    run_plant(work, tmp_path)


def test_a_coordinator_that_may_send_nobody_has_nothing_to_do_which_is_told_and_no_fault(tmp_path):
    async def work(running):
        await running.start(max_workers=1, settings=NO_TRADES)
        await asyncio.sleep(600)
        (container,) = (await running.operator.call("ListContainers", wire.ListContainersRequest())).containers
        await running.set(container.container_id, min_purchase_price=2_000_000_000)
        await asyncio.sleep(2 * 3_600)
        told = await health(running)

        assert told.status == "ok"
        assert [each.kind for each in told.conditions] == ["no-opportunity"]
        assert "there is nothing to do" in told.conditions[0].reason

    run_plant(work, tmp_path)


def test_a_halted_coordinator_is_told_as_halted_and_not_as_stalled(tmp_path):
    async def work(running):
        container_id = await running.start()
        await asyncio.sleep(600)
        HaltFiles(tmp_path).halt(HaltScope())
        await asyncio.sleep(7_200)
        told = await health(running)
        status = await running.status(container_id)

        assert [each.kind for each in told.conditions] == ["halted"]
        assert status.halted == "all"

    run_plant(work, tmp_path)
