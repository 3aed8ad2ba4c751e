"""A whole daemon in a universe of its own, in virtual time: what coordinator tests run on."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from starfoundry.daemon.composition.running import Daemon
from starfoundry.drill.faults.failing_network import FailingNetwork
from starfoundry.drill.faults.fault import DrillFaults
from starfoundry.drill.faults.power import powered
from starfoundry.drill.machine import Machine, machine, new_universe
from starfoundry.drill.operator import Operator
from starfoundry.drill.virtual_time import loop
from starfoundry.game.transport.transport import Transport
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.sandbox.state.universe import Universe
from starfoundry.sandbox.state.universe_config import STARTING_CREDITS
from starfoundry.wire import daemon_pb2 as wire

NO_TRADES = {"trade_max_ships": "0"}
"""The settings, as texts, of a coordinator that works for its pipelines alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """A daemon, its universe, and the operator's hand."""

    daemon: Daemon
    universe: Universe
    operator: Operator
    player_id: PlayerId

    async def start(self, **settings: Any) -> str:
        """A coordinator; its container id."""
        request = wire.StartManufacturingRequest(player_id=self.player_id, **settings)
        return str((await self.operator.call("StartManufacturing", request)).container_id)

    async def grow(self, *, haulers: int, probes: int) -> None:
        """A fleet bought from earnings."""
        limits = {"max_haulers": haulers, "max_probes": probes, "reserve": 20_000}
        await self.daemon.supervisor.create(self.player_id, "fleet_growth", limits, ContainerId("fleet-growth-1"))

    async def set(self, container_id: str, **changes: Any) -> Any:
        """The answer to `config set`."""
        request = wire.UpdateManufacturingConfigRequest(
            container_id=container_id, player_id=self.player_id, wait_milliseconds=5000, **changes
        )
        return await self.operator.call("UpdateManufacturingConfig", request)

    async def show(self, container_id: str) -> Any:
        """The answer to `config show`."""
        request = wire.GetManufacturingConfigRequest(container_id=container_id, player_id=self.player_id)
        return await self.operator.call("GetManufacturingConfig", request)

    async def status(self, container_id: str) -> Any:
        """How the coordinator is doing."""
        request = wire.GetManufacturingStatusRequest(player_id=self.player_id, container_id=container_id)
        return await self.operator.call("GetManufacturingStatus", request)

    async def tasks(self, container_id: str) -> list[Any]:
        """Every task there ever was."""
        request = wire.ListTasksRequest(
            player_id=self.player_id, container_id=container_id, include_ended=True, limit=10_000
        )
        return list((await self.operator.call("ListTasks", request)).tasks)

    async def under_way(self, container_id: str) -> list[Any]:
        """The tasks that ships are on; where none is, the first ones that are given out within six hours."""
        for _ in range(360):
            flying = [t for t in await self.tasks(container_id) if t.status in ("ASSIGNED", "EXECUTING")]
            if flying:
                return flying
            await asyncio.sleep(60)
        return []

    async def logs(self, container_id: str) -> list[str]:
        """What the container said."""
        request = wire.GetContainerLogsRequest(container_id=container_id, player_id=self.player_id, limit=1000)
        return [entry.message for entry in (await self.operator.call("GetContainerLogs", request)).logs]

    async def stop(self, container_id: str) -> None:
        """Stop a container and wait until it has drained."""
        await self.daemon.supervisor.stop(ContainerId(container_id))

    async def rows(self, query: sa.Select[Any]) -> list[Any]:
        """Rows straight from the database."""
        return await self.daemon.database.read(lambda connection: list(connection.execute(query)))


def run_plant(
    work: Callable[[Plant], Awaitable[None]], data_dir: Path, *, seed: int = 1, money: int = STARTING_CREDITS
) -> None:
    """Run `work` on a new plant that begins with so many credits."""

    async def whole() -> None:
        async with plant(data_dir, new_universe(seed, money=money)) as built:
            await work(built)

    loop.run(whole(), seed=seed)


@asynccontextmanager
async def plant(
    data_dir: Path, universe: Universe, *, transport: Transport | None = None, ahead_seconds: float = 0.0
) -> AsyncIterator[Plant]:
    """A daemon in this directory and universe; a second one goes on where the first stopped."""
    async with machine(universe, data_dir, transport=transport, ahead_seconds=ahead_seconds) as running:
        yield await _plant_of(running)


@asynccontextmanager
async def mortal_plant(data_dir: Path, universe: Universe) -> AsyncIterator[tuple[Plant, Callable[[], None]]]:
    """The same, and what cuts its power: it does nothing more then, and what had left it arrives."""
    network = FailingNetwork(universe, DrillFaults(), SeededEntropy(universe.seed))
    async with powered(universe, network, data_dir) as (running, fence):
        yield await _plant_of(running), fence.cut.set


async def _plant_of(running: Machine) -> Plant:
    players = (await running.operator.call("ListPlayers", wire.ListPlayersRequest())).players
    if not players:
        register = wire.RegisterPlayerRequest(agent="FOUNDRY")
        players = [await running.operator.call("RegisterPlayer", register)]
    return Plant(
        daemon=running.daemon,
        universe=running.universe,
        operator=running.operator,
        player_id=PlayerId(players[0].player_id),
    )
