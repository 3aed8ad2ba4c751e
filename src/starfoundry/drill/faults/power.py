"""A machine whose power can fail at any call of a port, and its successor on the same disk in the same universe.

Nothing runs after a power cut: first every port is fenced, so that no `finally` of a cancelled task reaches the disk or
the network, and only then are the tasks cancelled. Requests sent before still arrive.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from random import Random  # noqa: TID251  (named as a type only)
from typing import TypeVar

from starfoundry.daemon.composition.build import build
from starfoundry.daemon.ports import Ports
from starfoundry.drill.faults.failing_network import FailingNetwork
from starfoundry.drill.machine import Machine, sandbox_settings
from starfoundry.drill.operator import Operator
from starfoundry.drill.virtual_time.errors import PowerLost
from starfoundry.drill.virtual_time.loop import VirtualLoop
from starfoundry.game.transport.transport import Request, Response
from starfoundry.runtime.clock import LoopClock
from starfoundry.runtime.concurrency.offload import SingleThread
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.sandbox.state.universe import Universe
from starfoundry.store.address import file_of
from starfoundry.store.engine import write_empty
from starfoundry.store.errors import DiskWriteFailed

T = TypeVar("T")

ENDING_ROUNDS_MAX = 50


class PowerCutCounter:
    """Counts the calls of a machine to the outside. At call `cut_at` the power fails; the next call raises."""

    def __init__(self, cut_at: int | None = None) -> None:
        self.calls = 0
        self.cut = asyncio.Event()
        self.is_started = False
        self._cut_at = cut_at

    def touch(self) -> None:
        """Count one call. Raises Halted once the power has failed."""
        self.calls += 1
        if self._cut_at is not None and self.calls >= self._cut_at:
            self.cut.set()
        if self.cut.is_set():
            raise PowerLost

    def lift(self) -> None:
        """Stop raising: no task of the machine is left."""
        self._cut_at = None
        self.cut = asyncio.Event()


class _FencedNetwork:
    def __init__(self, network: FailingNetwork, power_cut: PowerCutCounter) -> None:
        self._network = network
        self._power_cut = power_cut

    async def send(self, request: Request) -> Response:
        self._power_cut.touch()
        answer = await self._network.send(request)
        self._power_cut.touch()
        return answer

    async def close(self) -> None:
        self._power_cut.touch()


class _FencedDisk:
    """Blocking work on a disk that may refuse: `refusals` is the share of calls, `chance` draws."""

    def __init__(self, inner: SingleThread, power_cut: PowerCutCounter, network: FailingNetwork, rng: Random) -> None:
        self._inner = inner
        self._power_cut = power_cut
        self._network = network
        self._rng = rng

    async def run(self, work: Callable[[], T]) -> T:
        self._power_cut.touch()
        if self._power_cut.is_started and self._rng.random() < self._network.faults.disk:
            raise DiskWriteFailed("the disk is full (drill)")
        result = await self._inner.run(work)
        self._power_cut.touch()
        return result


@asynccontextmanager
async def powered(
    universe: Universe, network: FailingNetwork, data_dir: Path, *, life: int = 0, cut_at: int | None = None
) -> AsyncIterator[tuple[Machine, PowerCutCounter]]:
    """A running daemon until its power fails; the caller waits for `fence.cut`.

    Its tasks are all those of the loop except the caller's. Without a power cut it is stopped in good order.
    """
    power_cut = PowerCutCounter(cut_at)
    clock = LoopClock(asyncio.get_running_loop(), universe.clock.now())
    offload = SingleThread("database")  # runs inline on a drill's loop
    entropy = SeededEntropy(universe.seed * 1_000 + life)
    ports = Ports(
        clock=clock,
        entropy=entropy,
        offload=_FencedDisk(offload, power_cut, network, entropy.stream("drill.disk")),
        transport=_FencedNetwork(network, power_cut),
    )
    settings = sandbox_settings(data_dir, seed=universe.seed, speed=0, account_token=universe.account_token)
    write_empty(file_of(settings.database_url))
    daemon = await build(ports, settings)
    try:
        with suppress(PowerLost):
            await daemon.start()
        power_cut.is_started = True
        yield Machine(daemon=daemon, universe=universe, operator=Operator(daemon.servicer), clock=clock), power_cut
    finally:
        power_cut.is_started = False
        if not power_cut.cut.is_set():
            try:
                await daemon.stop()
            except (
                PowerLost,
                asyncio.CancelledError,
            ):  # the power may also fail while it stops, and interrupt a commit
                if not power_cut.cut.is_set():
                    raise
        if power_cut.cut.is_set():
            await _end_everything()
            power_cut.lift()
            with suppress(asyncio.CancelledError):  # a commit cancelled before it began reports that
                await daemon.database.close()
        offload.close()


async def _end_everything() -> None:
    """Cancel every task except the caller's, and those they still start, until none is left."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop), "a power cut needs a drill's loop"
    for _ in range(ENDING_ROUNDS_MAX):
        others = [task for task in loop.tasks() if task is not asyncio.current_task()]
        if not others:
            return
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
    raise AssertionError("tasks without power keep starting others")
