"""A daemon and its universe inside a drill: the real daemon on simulated ports."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from starfoundry.daemon.composition.build import build
from starfoundry.daemon.composition.running import Daemon
from starfoundry.daemon.ports import Ports
from starfoundry.daemon.settings import Settings, load
from starfoundry.drill.operator import Operator
from starfoundry.game.transport.transport import Transport
from starfoundry.runtime.clock import LoopClock
from starfoundry.runtime.concurrency.offload import SingleThread
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.sandbox.control.world_sources import universe_config_of
from starfoundry.sandbox.http.in_process import SandboxTransport
from starfoundry.sandbox.state.universe import Universe
from starfoundry.store.address import file_of
from starfoundry.store.engine import write_empty
from starfoundry.terminal.local.daemon_location import SOCKET_FILE, DaemonLocation

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # any constant will do


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A running daemon, its universe, and an operator that calls it."""

    daemon: Daemon
    universe: Universe
    operator: Operator
    clock: LoopClock


def new_universe(
    seed: int, *, shuttles: int | None = None, money: int | None = None, scenario: str | None = None
) -> Universe:
    """A universe in the running loop's time.

    Its agents begin with `shuttles` more ships than usual and with `money` in credits; a value not given is that of the
    scenario. Raises Missing for an unknown scenario, Refused for an invalid scenario file.
    """
    universe_config = universe_config_of(scenario, None)
    universe_config = replace(
        universe_config,
        shuttles=universe_config.shuttles if shuttles is None else shuttles,
        credits=universe_config.credits if money is None else money,
    )
    return Universe(seed, LoopClock(asyncio.get_running_loop(), EPOCH), universe_config=universe_config)


@asynccontextmanager
async def machine(
    universe: Universe,
    data_dir: Path,
    *,
    transport: Transport | None = None,
    ahead_seconds: float = 0.0,
    seed: int | None = None,
) -> AsyncIterator[Machine]:
    """A started daemon in `universe`, stopped in good order at the end.

    A later one in the same directory and universe continues where this one stopped. `transport` is its connection to
    the universe, and its clock is `ahead_seconds` ahead of the universe's.
    """
    clock = LoopClock(asyncio.get_running_loop(), universe.clock.now() + timedelta(seconds=ahead_seconds))
    offload = SingleThread("database")  # runs inline on a drill's loop
    entropy = SeededEntropy(universe.seed if seed is None else seed)
    ports = Ports(
        clock=clock,
        entropy=entropy,
        offload=offload,
        transport=transport or SandboxTransport(universe),
        waits_for_disk=False,  # no power cuts here; drill.faults.power, which makes them, has ports of its own
    )
    settings = sandbox_settings(data_dir, seed=universe.seed, speed=0, account_token=universe.account_token)
    write_empty(file_of(settings.database_url))
    daemon = await build(ports, settings)
    try:
        await daemon.start()
        yield Machine(daemon=daemon, universe=universe, operator=Operator(daemon.servicer), clock=clock)
    finally:
        await daemon.stop()
        offload.close()


def sandbox_settings(data_dir: Path, *, seed: int, speed: float, account_token: str) -> Settings:
    """The settings of `spacetraders-daemon --sandbox`, independent of the environment and of settings files."""
    place = DaemonLocation(data_dir=data_dir, socket=data_dir / SOCKET_FILE, settings_file=None, settings={})
    flags = {
        "sandbox.enabled": True,
        "sandbox.seed": seed,
        "sandbox.speed": speed,
        "api.account_token": account_token,
    }
    return load(place, flags=flags, environment={})
