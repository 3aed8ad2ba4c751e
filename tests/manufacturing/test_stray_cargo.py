"""Cargo that nobody remembers buying is found after a restart, sold first, and its ship used like any other."""

import asyncio

from starfoundry.drill.deal_comparison import money_differences
from starfoundry.drill.machine import new_universe
from starfoundry.drill.virtual_time import loop
from starfoundry.kernel.ids import ContainerId, Good, ShipSymbol
from starfoundry.sandbox.core.event_log import EventKind
from tests.manufacturing.plant import plant

HOUR = 3_600.0
SHIP = ShipSymbol("FOUNDRY-1")
UNITS = 17


def test_a_hold_that_belongs_to_no_task_is_sold_and_the_ship_goes_to_work(tmp_path):
    async def whole():
        universe = new_universe(1)
        async with plant(tmp_path, universe) as running:
            making = await running.start()
            await asyncio.sleep(HOUR)
            await running.stop(making)

        good = next(each.subject for each in universe.event_log.of("FOUNDRY", EventKind.SELL))
        universe.agents["FOUNDRY"].ships[SHIP].cargo[Good(good)] = UNITS
        mark = len(universe.event_log.entries)

        async with plant(tmp_path, universe) as running:
            await running.daemon.supervisor.start(ContainerId(making))
            await asyncio.sleep(HOUR)
            await running.stop(making)

            sold = [each for each in universe.event_log.of("FOUNDRY", EventKind.SELL) if each.number > mark]
            stray = [task for task in await running.tasks(making) if task.kind == "LIQUIDATE"]
            assert [(task.ship, task.good, task.units_sold, task.status) for task in stray] == [
                (SHIP, good, UNITS, "COMPLETED")
            ]
            assert next(each.subject for each in sold) == good
            assert any(task.kind != "LIQUIDATE" and task.status == "COMPLETED" for task in await running.tasks(making))
            assert universe.agents["FOUNDRY"].ships[SHIP].cargo == {}
            assert await money_differences(running.daemon.database, universe.event_log, "FOUNDRY") == []

    loop.run(whole(), seed=1)
