"""A demo in virtual time: daemon, universe and operator in one drill, without sockets, threads or sleep."""

import asyncio
from dataclasses import replace

from starfoundry.demo.demo_plan import DemoPlan
from starfoundry.demo.demo_summary import DemoSummary
from starfoundry.demo.play import Show, play
from starfoundry.drill.deal_comparison import journal_digest
from starfoundry.drill.machine import machine, new_universe
from starfoundry.drill.virtual_time import loop
from starfoundry.kernel.errors import Refused
from starfoundry.top.reading import SECONDS_PER_HOUR


def play_hours(plan: DemoPlan, show: Show) -> DemoSummary:
    """Play the plan's hours as fast as this machine can; one seed gives one journal.

    Raises Refused for a data directory with an earlier demo: virtual time cannot continue from it.
    """
    if any(plan.data_dir.iterdir()):
        raise Refused.of("data_dir", str(plan.data_dir), "a new or empty directory when a demo runs in virtual time")
    return loop.run(_play(plan, show), seed=plan.seed)


async def _play(plan: DemoPlan, show: Show) -> DemoSummary:
    universe = new_universe(plan.seed, scenario=plan.scenario)
    async with machine(universe, plan.data_dir) as running:
        summary = await play(
            running.operator, running.clock, plan, show=show, every_seconds=SECONDS_PER_HOUR, stop=asyncio.Event()
        )
        return replace(summary, journal=await journal_digest(running.daemon.database, universe.event_log))
