"""A disk that stops taking anything at a chosen write, for a while, under the whole daemon in virtual time.

The refusals are SQLite's own: the connection that writes is forbidden to, so that every write, whatever it is, fails
as on a disk that was remounted read-only. Reads go on.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa

from starfoundry.drill import invariants
from starfoundry.drill.deal_comparison import MONEY_DEEDS
from starfoundry.drill.machine import Machine, machine, new_universe
from starfoundry.drill.setup import DrillSetup, open_scene
from starfoundry.drill.virtual_time import loop
from starfoundry.kernel.errors import Unavailable
from starfoundry.store import engine, sqlite
from starfoundry.store.engine import Database
from starfoundry.wire import daemon_pb2 as wire

CALM_SECONDS = 300.0
OUTAGE_SECONDS = 900.0
AFTER_SECONDS = 1_800.0
QUIET_SECONDS = 3_600.0


@dataclass
class Disk:
    """Which places write, how often each did, and whether the disk takes it; `at` = site and number of its refusal."""

    at: tuple[str, int] | None = None
    passed: dict[str, int] = field(default_factory=dict)
    is_watched: bool = False
    refuses: asyncio.Event = field(default_factory=asyncio.Event)

    def write_at(self, site: str) -> None:
        """A write is about to be made there."""
        if not self.is_watched:
            return
        self.passed[site] = self.passed.get(site, 0) + 1
        if self.at == (site, self.passed[site]):
            self.refuses.set()

    @contextmanager
    def under(self) -> Iterator[None]:
        """Lie under every database that is opened meanwhile."""
        write, commit = Database.write, engine._commit

        async def watched(database, work):
            self.write_at(_site(work))
            return await write(database, work)

        def refusing(connections, works):
            if not self.refuses.is_set():
                return commit(connections, works)
            driver = connections.writer.connection.driver_connection
            driver.execute("PRAGMA query_only = ON")
            try:
                return commit(connections, works)
            finally:
                driver.execute("PRAGMA query_only = OFF")

        with patch.object(Database, "write", watched), patch.object(engine, "_commit", refusing):
            yield


def play(directory: Path, at: tuple[str, int] | None, *, seed: int = 1, stops: bool = False) -> tuple[Disk, list[str]]:
    """One run with the disk away from `at` on for OUTAGE_SECONDS; what broke a promise.

    With `stops` everything is stopped meanwhile; else all of it must be at work again afterwards.
    """

    async def main() -> tuple[Disk, list[str]]:
        disk = Disk(at=at)
        universe = new_universe(seed)
        with disk.under():
            async with machine(universe, directory) as running:
                scene = await open_scene(running.operator)
                await asyncio.sleep(CALM_SECONDS)
                disk.is_watched = True
                found = await _outage(disk, running, scene, stops=stops)
                await _come_to_rest(running, scene)
        return disk, found + _judged(directory, running, scene)

    return loop.run(main(), seed=seed)


def _site(work: Callable[..., object]) -> str:
    """Where a piece of work is written down, as a name."""
    function = work.func if isinstance(work, partial) else work
    return f"{function.__module__.removeprefix('starfoundry.')}:{function.__qualname__}"


async def _outage(disk: Disk, running: Machine, scene: DrillSetup, *, stops: bool) -> list[str]:
    async with asyncio.timeout(AFTER_SECONDS):
        await (disk.refuses.wait() if disk.at else asyncio.sleep(AFTER_SECONDS / 2))
    if not disk.at:
        return []
    deals = running.universe.event_log.of
    before = len(list(deals(scene.agent, *MONEY_DEEDS)))
    under_way = await running.daemon.database.read(_open_calls)
    await asyncio.sleep(OUTAGE_SECONDS / 2)
    found = [problem async for problem in _operated(running, scene, stops=stops)]
    await asyncio.sleep(OUTAGE_SECONDS / 2)
    meanwhile = len(list(deals(scene.agent, *MONEY_DEEDS))) - before
    if meanwhile > under_way:
        found.append(f"{meanwhile} deals were made in the outage, {under_way} calls were written down before it")
    disk.refuses.clear()
    await asyncio.sleep(AFTER_SECONDS)
    if not stops and len(list(deals(scene.agent, *MONEY_DEEDS))) == before + meanwhile:
        found.append("nothing was dealt any more once the disk had room")
    listed = (await running.operator.call("ListContainers", wire.ListContainersRequest())).containers
    should_be = "STOPPED" if stops else "RUNNING"
    wrong = [f"{each.container_id} is {each.status}: {each.exit_reason}" for each in listed if each.status != should_be]
    return found + wrong


async def _operated(running: Machine, scene: DrillSetup, *, stops: bool):
    """What an operator meets while nothing can be written: reads answer, a change is refused, a stop stops."""
    who: dict[str, Any] = {"container_id": scene.manufacturing_id, "player_id": scene.player_id}
    health = await running.operator.call("GetHealth", wire.GetHealthRequest())
    if health.status != "degraded" or "read-only" not in health.database:
        yield f"the health is {health.status}: {health.database}"
    shown = await running.operator.call("GetManufacturingConfig", wire.GetManufacturingConfigRequest(**who))
    try:
        wanted = wire.UpdateManufacturingConfigRequest(**who, max_pipelines=7)
        told = await running.operator.call("UpdateManufacturingConfig", wanted)
        yield f"revision {told.revision} was acknowledged"
    except Unavailable as error:
        if "sandbox.db" not in error.message:
            yield f"the disk is not named: {error.message}"
    again = await running.operator.call("GetManufacturingConfig", wire.GetManufacturingConfigRequest(**who))
    if again != shown:
        yield "a change that was refused shows"
    for name in (scene.manufacturing_id, scene.growth_id) if stops else ():
        stop = wire.StopContainerRequest(container_id=name, player_id=scene.player_id)
        told = await running.operator.call("StopContainer", stop)
        if (told.status, "a restart" in told.exit_reason) != ("STOPPING", True):
            yield f"after its stop {name} is {told.status}: {told.exit_reason}"


async def _come_to_rest(running: Machine, scene: DrillSetup) -> None:
    for name in (scene.manufacturing_id, scene.growth_id):
        stop = wire.StopContainerRequest(container_id=name, player_id=scene.player_id)
        await running.operator.call("StopContainer", stop)
    await asyncio.sleep(QUIET_SECONDS)
    session = await running.daemon.sessions.get(scene.player_id)
    await session.gateway.check()


def _judged(directory: Path, running: Machine, scene: DrillSetup) -> list[str]:
    universe = running.universe
    with sqlite.open_read_only(directory / "sandbox.db") as connection:
        has = universe.agents[scene.agent].credits
        return [
            *invariants.ledger_differences(connection, universe.event_log, scene.agent, has, ()),
            *invariants.open_calls(connection),
            *invariants.broken_promises(connection),
        ]


def _open_calls(connection: sa.Connection) -> int:
    states = "SELECT count(*) FROM intents WHERE state IN ('SENT', 'IN_DOUBT')"
    return int(connection.exec_driver_sql(states).scalar_one())
