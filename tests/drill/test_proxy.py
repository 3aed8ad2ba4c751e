"""The real daemon and the real sandbox, with sockets and a failing proxy between them: nothing is bought twice.

Time jumps wherever nothing is ready, sockets included, so an hour of trouble takes seconds. Its order is the machine's,
so a seed chooses the faults but does not repeat a history.
"""

import asyncio
import tempfile
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from starfoundry.daemon.composition.build import build
from starfoundry.daemon.ports import Ports
from starfoundry.daemon.settings import load
from starfoundry.drill import invariants
from starfoundry.drill.campaign import fast_directory
from starfoundry.drill.deal_comparison import MONEY_DEEDS
from starfoundry.drill.machine import EPOCH
from starfoundry.drill.operator import Operator
from starfoundry.drill.setup import open_scene
from starfoundry.game.transport.http import AiohttpTransport
from starfoundry.runtime.clock import LoopClock
from starfoundry.runtime.concurrency.offload import SingleThread
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.runtime.scaled_loop import new_event_loop
from starfoundry.sandbox.api.game_api import Api
from starfoundry.sandbox.control.controller import SandboxController
from starfoundry.sandbox.http.connection import Connection
from starfoundry.store import sqlite
from starfoundry.terminal.local.daemon_location import SOCKET_FILE, DaemonLocation
from starfoundry.wire import daemon_pb2 as wire
from tests.drill.fault_proxy import FaultProxy, FaultScript, ProxyFault
from tests.drill.planted import ALL

CALM_SECONDS = 60.0
QUIET_SECONDS = 3_600.0
SHARE = 0.02
NAME = "deals through a failing proxy, none twice, no credit adrift"
EVERYTHING = {fate: SHARE for fate in ProxyFault if fate is not ProxyFault.PASSED}


class Recorded(Api):
    """The sandbox's API, which remembers what was applied by deliveries that nobody asked for."""

    def __init__(self, universe):
        super().__init__(universe)
        self.unasked = []

    def handle(self, request, *, address="local"):
        entries = self.universe.event_log.entries
        before = len(entries)
        answer = super().handle(request, address=address)
        if "x-drill-delivery" in request.headers:
            self.unasked += [entry.number for entry in entries[before:]]
        return answer


@asynccontextmanager
async def behind_a_proxy(directory: Path, seed: int):
    """A daemon that reaches its sandbox only through the proxy: the daemon, the API behind it, and the proxy."""
    loop = asyncio.get_running_loop()
    control = SandboxController.of(seed, LoopClock(loop, EPOCH))
    control.api = Recorded(control.universe)
    sandbox = await loop.create_server(partial(Connection, control), "127.0.0.1", 0)
    proxy = FaultProxy(sandbox.sockets[0].getsockname(), FaultScript(SeededEntropy(seed).stream("proxy")))
    base_url = f"http://127.0.0.1:{await proxy.start()}/v2"
    place = DaemonLocation(data_dir=directory, socket=directory / SOCKET_FILE, settings_file=None, settings={})
    flags = {"api.base_url": base_url, "api.account_token": control.universe.account_token}
    offload = SingleThread("database")
    ports = Ports(
        clock=LoopClock(loop, EPOCH),
        entropy=SeededEntropy(seed),
        offload=offload,
        transport=AiohttpTransport(base_url),
    )
    daemon = await build(ports, load(place, flags=flags, environment={}))
    await daemon.start()
    try:
        yield daemon, control.api, proxy
    finally:
        await daemon.stop()
        await proxy.close()
        sandbox.close()
        offload.close()


async def storm(directory: Path, seed: int, seconds: float):
    """So many seconds of trouble, then rest: what became of the book, which fates struck, and how much was dealt."""
    async with behind_a_proxy(directory, seed) as (daemon, api, proxy):
        operator = Operator(daemon.servicer)
        scene = await open_scene(operator)
        await asyncio.sleep(CALM_SECONDS)
        proxy.script.shares = EVERYTHING
        await asyncio.sleep(seconds)
        proxy.script.shares = {}
        for container in (scene.manufacturing_id, scene.growth_id):
            stop = wire.StopContainerRequest(container_id=container, player_id=scene.player_id)
            await operator.call("StopContainer", stop)
        await asyncio.sleep(QUIET_SECONDS)
        await (await daemon.sessions.get(scene.player_id)).gateway.check()
    event_log, has = api.universe.event_log, api.universe.agents[scene.agent].credits
    file = directory / "starfoundry.db"
    with sqlite.open_read_only(file) as connection:
        problems = [
            *invariants.ledger_differences(connection, event_log, scene.agent, has, api.unasked),
            *invariants.open_calls(connection),
            *invariants.broken_promises(connection),
        ]
    return problems, proxy.script.struck, sum(1 for _ in event_log.of(scene.agent, *MONEY_DEEDS))


def played(seed: int, seconds: float):
    """One storm in jumping time."""
    with (
        tempfile.TemporaryDirectory(dir=fast_directory()) as directory,
        asyncio.Runner(loop_factory=partial(new_event_loop, 0)) as runner,
    ):
        return runner.run(storm(Path(directory), seed, seconds))


def test_every_kind_of_trouble_on_the_wire_leaves_the_book_right(figure):
    problems, struck, deals = played(1, 2_700)
    figure(NAME, deals, len(problems))

    assert problems == []
    assert set(struck) == set(EVERYTHING)
    assert deals > 30


@pytest.mark.campaign
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(2, 22))
def test_many_hours_of_trouble_on_the_wire(seed, figure):
    problems, _struck, deals = played(seed, 4 * 3_600)
    figure(NAME, deals, len(problems))

    assert problems == []
    assert deals > 100


def test_purchases_that_are_retried_are_found():
    """The control: without the guard the same trouble breaks promises."""
    retries = next(each for each in ALL if each.name == "retry a purchase")

    with retries.open():
        assert any(played(seed, 3_600)[0] for seed in range(2, 7))
