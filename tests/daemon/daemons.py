"""A whole daemon in the test's process: real database, real universe, no socket."""

import asyncio
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from starfoundry.daemon.composition.build import build
from starfoundry.daemon.messenger import Messenger, NoMessenger
from starfoundry.daemon.ports import Ports
from starfoundry.daemon.sandbox_world.open_world import open_world
from starfoundry.daemon.settings import SandboxSettings, Settings
from starfoundry.drill.operator import Operator
from starfoundry.game.transport.transport import Transport
from starfoundry.runtime.concurrency.offload import SingleThread
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.runtime.scaled_loop import new_event_loop
from starfoundry.store.address import file_of
from starfoundry.store.engine import write_empty


def settings_in(directory: Path, *, is_sandbox: bool = True) -> Settings:
    """Settings for a directory."""
    return Settings(
        data_dir=directory,
        socket=directory / "daemon.sock",
        database_url=f"sqlite:///{directory / 'test.db'}",
        sandbox=SandboxSettings(enabled=is_sandbox),
    )


@asynccontextmanager
async def daemon_in(
    directory: Path,
    *,
    through: Callable[[Transport], Transport] = lambda way: way,
    messenger: Messenger | None = None,
    **changes,
):
    """A started daemon; gives it and an operator of it. Its requests go `through` a transport around the universe's."""
    settings = replace(settings_in(directory), **changes)
    world = open_world(directory, seed=settings.sandbox.seed, loop=asyncio.get_running_loop())
    offload = SingleThread("database")
    ports = Ports(
        clock=world.clock,
        entropy=SeededEntropy(1),
        offload=offload,
        transport=through(world.transport),
        messenger=messenger or NoMessenger(),
    )
    write_empty(file_of(settings.database_url))
    daemon = await build(ports, replace(settings, account_token=world.account_token))
    try:
        await daemon.start()
        yield daemon, Operator(daemon.servicer)
    finally:
        await daemon.stop()
        offload.close()


def run(coroutine):
    """Run in virtual time, so that the network's delay costs nothing."""
    with asyncio.Runner(loop_factory=lambda: new_event_loop(0)) as runner:
        return runner.run(coroutine)
