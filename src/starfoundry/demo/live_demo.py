"""A demo in scaled time: the ordinary daemon, socket included, with a universe in the same process."""

import asyncio
import functools
import signal

from starfoundry.daemon import logs
from starfoundry.daemon.composition.build import build
from starfoundry.daemon.data_directory.directory import claimed
from starfoundry.daemon.ports import Ports
from starfoundry.daemon.sandbox_world.open_world import open_world
from starfoundry.daemon.server import NONCE_CHARACTERS, Server
from starfoundry.demo.demo_plan import DemoPlan
from starfoundry.demo.demo_summary import DemoSummary
from starfoundry.demo.play import Show, play
from starfoundry.drill.machine import sandbox_settings
from starfoundry.drill.operator import Operator
from starfoundry.runtime.clock import SystemClock
from starfoundry.runtime.concurrency.offload import SingleThread
from starfoundry.runtime.entropy import SystemEntropy
from starfoundry.runtime.scaled_loop import new_event_loop
from starfoundry.sandbox.control.world_sources import universe_config_of

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def play_live(plan: DemoPlan, show: Show, *, every_real_seconds: float) -> DemoSummary:
    """Play at the plan's speed until its hours are over or a signal stops it."""
    with claimed(plan.data_dir):
        logs.start(plan.data_dir)
        with asyncio.Runner(loop_factory=functools.partial(new_event_loop, plan.speed)) as runner:
            return runner.run(_play(plan, show, every_seconds=every_real_seconds * plan.speed))


async def _play(plan: DemoPlan, show: Show, *, every_seconds: float) -> DemoSummary:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stop.set)
    universe_config = None if plan.scenario is None else universe_config_of(plan.scenario, None)
    world = open_world(plan.data_dir, seed=plan.seed, loop=loop, universe_config=universe_config)
    settings = sandbox_settings(plan.data_dir, seed=plan.seed, speed=plan.speed, account_token=world.account_token)
    offload = SingleThread("database")
    ports = Ports(
        clock=world.clock,
        entropy=SystemEntropy(),
        offload=offload,
        transport=world.transport,
        stopwatch=SystemClock().elapsed,
    )
    daemon = await build(ports, settings)
    server = Server(
        daemon,
        settings,
        nonce=ports.entropy.token("peer_proxy", NONCE_CHARACTERS),
        elapsed=SystemClock().elapsed,
    )
    try:
        await daemon.start()
        await server.start()
        operator = Operator(daemon.servicer)
        return await play(operator, world.clock, plan, show=show, every_seconds=every_seconds, stop=stop)
    finally:
        await server.stop()
        await daemon.stop()
        offload.close()
