"""The list of tasks, and the filters on it."""

import asyncio

import pytest

from starfoundry.kernel.errors import Refused
from starfoundry.wire import daemon_pb2 as wire
from tests.manufacturing.plant import run_plant

HOUR = 3600.0


def test_tasks_are_found_by_status_type_ship_and_good_in_any_letter_case(tmp_path):
    async def work(plant):
        container = await plant.start()
        await asyncio.sleep(HOUR)
        everything = await plant.tasks(container)

        async def found(**wanted):
            request = wire.ListTasksRequest(player_id=plant.player_id, container_id=container, limit=10_000, **wanted)
            return [task.task_id for task in (await plant.operator.call("ListTasks", request)).tasks]

        def those(**wanted):
            return [task.task_id for task in everything if all(getattr(task, k) == v for k, v in wanted.items())]

        done = next(task for task in everything if task.status == "COMPLETED")
        assert await found(statuses=["completed"]) == those(status="COMPLETED")
        assert await found(kinds=["Collect_Sell"], include_ended=True) == those(kind="COLLECT_SELL")
        assert await found(ship=done.ship.lower(), include_ended=True) == those(ship=done.ship)
        both = {"good": done.good, "status": "COMPLETED"}
        assert await found(good=done.good.lower(), statuses=["COMPLETED"]) == those(**both)
        with pytest.raises(Refused, match="status must be one of PENDING, READY"):
            await found(statuses=["REDY"])

    run_plant(work, tmp_path)
