"""A demo in virtual time: daemon, universe and operator in one drill, without sockets, threads or sleep."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from starfoundry.daemon.settings import Sandbox, Settings
from starfoundry.daemon.wiring import Ports, build
from starfoundry.demo.play import Show, play
from starfoundry.demo.reading import SECONDS_PER_HOUR, Plan
from starfoundry.demo.summary import Summary
from starfoundry.drill import loop
from starfoundry.drill.checks import journal_digest
from starfoundry.drill.operator import Operator
from starfoundry.kernel.errors import Refused
from starfoundry.runtime.clock import LoopClock
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.runtime.offload import SingleThread
from starfoundry.sandbox.inprocess import SandboxTransport
from starfoundry.sandbox.universe import Universe

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # any will do, as long as it is always the same
DATABASE = "starfoundry.db"


def play_hours(plan: Plan, show: Show) -> Summary:
    """Play the plan's hours as fast as this machine can; one seed gives one journal.

    Raises Refused for a data directory in which something was played before: virtual time cannot go on from it.
    """
    if (plan.data_dir / DATABASE).exists():
        raise Refused.of("data_dir", plan.data_dir, "a new or empty directory when a demo runs in virtual time")
    return loop.run(_play(plan, show), seed=plan.seed)


async def _play(plan: Plan, show: Show) -> Summary:
    clock = LoopClock(asyncio.get_running_loop(), EPOCH)
    universe = Universe(plan.seed, clock)
    offload = SingleThread("database")  # runs inline here
    ports = Ports(clock=clock, entropy=SeededEntropy(plan.seed), offload=offload, transport=SandboxTransport(universe))
    daemon = await build(ports, _settings(plan, universe))
    await daemon.start()
    try:
        summary = await play(
            Operator(daemon.servicer),
            clock,
            plan,
            show=show,
            every_seconds=SECONDS_PER_HOUR,
            stop=asyncio.Event(),
        )
        return replace(summary, journal=await journal_digest(daemon.database, universe.oracle))
    finally:
        await daemon.stop()


def _settings(plan: Plan, universe: Universe) -> Settings:
    return Settings(
        data_dir=plan.data_dir,
        socket=plan.data_dir / "daemon.sock",
        database_url=f"sqlite:///{plan.data_dir / DATABASE}",
        account_token=universe.account_token,
        sandbox=Sandbox(enabled=True, seed=plan.seed, speed=0),
    )
