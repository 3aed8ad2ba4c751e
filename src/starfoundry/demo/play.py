"""One run of a demo on any event loop: open it, show it, sum it up."""

import asyncio
from collections.abc import Callable

from starfoundry.demo.demo_plan import DemoPlan, DemoSetting
from starfoundry.demo.demo_summary import DemoSummary
from starfoundry.demo.observer import Observer
from starfoundry.demo.start import open_demo
from starfoundry.drill.operator import Operator
from starfoundry.kernel.ports import Clock
from starfoundry.runtime.concurrency.waiting import wait_at_most
from starfoundry.top.reading import SECONDS_PER_HOUR, TopReading
from starfoundry.wire.daemon_pb2 import ListTasksRequest

EVERY_TASK = 2**31 - 1

Show = Callable[[DemoSetting, TopReading], None]


async def play(
    operator: Operator, clock: Clock, plan: DemoPlan, *, show: Show, every_seconds: float, stop: asyncio.Event
) -> DemoSummary:
    """Play until the plan's hours are over or `stop` is set; `show` gets a reading every `every_seconds`."""
    demo_setting = await open_demo(operator, plan)
    observer = Observer(operator, demo_setting, clock)
    ends_at = None if plan.hours is None else plan.hours * SECONDS_PER_HOUR
    while True:
        reading = await observer.look()
        show(demo_setting, reading)
        left = every_seconds if ends_at is None else min(every_seconds, ends_at - reading.seconds)
        if stop.is_set() or left <= 0:
            break
        await wait_at_most(stop, left)
    request = ListTasksRequest(
        player_id=demo_setting.player_id,
        container_id=demo_setting.manufacturing_id,
        include_ended=True,
        limit=EVERY_TASK,
    )
    tasks = (await operator.call("ListTasks", request)).tasks
    return DemoSummary.of(demo_setting, reading, tasks)
