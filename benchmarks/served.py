"""Daemons for the benchmarks: `served.py DIRECTORY [--fleet N [--entries N] | --coordinators N]` serves until ended."""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
import sqlalchemy as sa

from starfoundry.config.api.history_rpc import ConfigHistoryRpc
from starfoundry.config.api.rpc import ConfigRpc
from starfoundry.config.domain.acknowledgements import AppliedRevision
from starfoundry.config.domain.model import COORDINATOR, ManufacturingConfig
from starfoundry.config.domain.patch import Patch
from starfoundry.config.domain.preconditions import Preconditions
from starfoundry.config.domain.revision_record import RevisionRecord
from starfoundry.config.service import revise
from starfoundry.config.service.config_bus import ConfigBus
from starfoundry.config.service.config_service import ConfigService
from starfoundry.config.service.settings_watch import SettingsWatch
from starfoundry.config.storage import history, store
from starfoundry.config.storage.store import Authorship
from starfoundry.daemon.composition.build import build
from starfoundry.daemon.ports import Ports
from starfoundry.daemon.server import NONCE_CHARACTERS, Server
from starfoundry.daemon.settings import Settings
from starfoundry.drill.operator import Operator
from starfoundry.game.transport.http import AiohttpTransport
from starfoundry.kernel.ids import ContainerId, PlayerId, Revision
from starfoundry.runtime.clock import SystemClock
from starfoundry.runtime.concurrency.offload import SingleThread
from starfoundry.runtime.entropy import SystemEntropy
from starfoundry.runtime.garbage_collection import exclude_present_objects
from starfoundry.sandbox.actions import registration
from starfoundry.sandbox.control.controller import SandboxController
from starfoundry.sandbox.http.serve import serve
from starfoundry.sandbox.state.universe_config import UniverseConfig
from starfoundry.store.engine import Database
from starfoundry.store.tables.schema import containers, ledger, players
from starfoundry.wire import daemon_pb2 as wire
from starfoundry.wire.daemon_pb2_grpc import DaemonServiceServicer, add_DaemonServiceServicer_to_server

PLAYER = PlayerId(1)
FIRST = ContainerId("coordinator-0")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
LEDGER_SPAN = timedelta(days=14)
ROWS_AT_ONCE = 5_000
BY = Authorship(author="benchmark", origin="benchmark", at=NOW)


class Owner:
    """Lets everybody in."""

    def sees(self, player_id: int, context: object) -> bool:
        """Everything."""
        return True

    async def admit(self, player_id: int, context: object) -> PlayerId:
        return PlayerId(player_id)


class LightFloor:
    """The real store, bus and service, and coordinators that take settings up and decide nothing."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.bus = ConfigBus()
        self.clock = SystemClock()
        self.service = ConfigService(database, self.bus, self.clock)
        watching = SettingsWatch(database, self.bus, self.service)
        self.history_rpc = ConfigHistoryRpc(database, self.service, watching, Owner())

    async def fill(self, coordinators: int) -> None:
        def work(connection: sa.Connection) -> None:
            row = {"id": 1, "agent": "A", "universe": "U", "headquarters": "H", "system": "S"}
            connection.execute(players.insert(), {**row, "token_sealed": b"", "credits": 0, "created_at": NOW})
            for number in range(coordinators):
                container_id = ContainerId(f"coordinator-{number}")
                row = {"id": container_id, "type": COORDINATOR, "status": "RUNNING", "config": {}}
                connection.execute(containers.insert(), {**row, "player_id": 1, "created_at": NOW})
                revise.create_initial_settings(connection, container_id, Patch(), BY)

        await self.database.write(work)

    async def coordinate(self, container_id: ContainerId) -> None:
        cell = self.bus.open(container_id, await self.database.read(lambda c: store.load(c, container_id)))
        while True:
            revised = cell.value
            at = self.clock.elapsed()
            self.bus.observe(
                container_id, AppliedRevision(revision=revised.revision, at_elapsed=at, config=revised.config)
            )
            await cell.newer_than(revised.revision)

    async def set(self, **values: Any) -> int:
        result = await self.service.apply_patch(PLAYER, FIRST, Patch(values=values), BY, Preconditions())
        return int(result.revision)

    async def watch(self) -> AsyncIterator[wire.ConfigEvent]:
        async for event in self.history_rpc.WatchConfig(wire.WatchConfigRequest(container_id=FIRST, player_id=1), None):
            yield event

    async def lengthen_history(self, revisions: int) -> None:
        config = ManufacturingConfig().to_map()
        changes = {"max_pipelines": {"before": 3, "after": 4}}

        def work(connection: sa.Connection) -> None:
            facts = {"at": NOW, "author": "a", "origin": "o", "reason": "", "changes": changes, "config": config}
            for number in range(2, revisions + 1):
                history.append(connection, FIRST, RevisionRecord(revision=Revision(number), **facts))
            connection.execute(sa.update(containers).values(revision=revisions))

        await self.database.write(work)
        self.middle = revisions // 2

    async def show(self) -> None:
        await self.service.show(PLAYER, FIRST)

    async def page(self) -> None:
        await self.database.read(lambda connection: history.page(connection, FIRST, limit=50))

    async def old_page(self) -> None:
        await self.database.read(lambda connection: history.page(connection, FIRST, limit=50, before=self.middle))


@asynccontextmanager
async def light_floor(directory: Path, *, coordinators: int) -> AsyncIterator[LightFloor]:
    """A floor with so many coordinators, all of them listening."""
    directory.mkdir(parents=True)
    offload = SingleThread("database")
    database = await Database.open(f"sqlite:///{directory / 'light.db'}", offload)
    floor = LightFloor(database)
    await floor.fill(coordinators)
    names = [ContainerId(f"coordinator-{number}") for number in range(coordinators)]
    lives = [asyncio.create_task(floor.coordinate(name)) for name in names]
    for name in names:
        await floor.bus.wait_until_decided(name, Revision(1))
    try:
        yield floor
    finally:
        for life in lives:
            life.cancel()
        await asyncio.gather(*lives, return_exceptions=True)
        await database.close()
        offload.close()


async def serve_light(directory: Path, coordinators: int) -> None:
    """Serve the configuration of light coordinators."""
    async with light_floor(directory, coordinators=coordinators) as floor:
        rpc = ConfigRpc(floor.service, Owner())

        class Servicer(DaemonServiceServicer):
            async def UpdateManufacturingConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
                return await rpc.UpdateManufacturingConfig(request, context)

            async def WatchConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
                async for event in floor.history_rpc.WatchConfig(request, context):
                    yield event

        server = grpc.aio.server()
        add_DaemonServiceServicer_to_server(Servicer(), server)
        server.add_insecure_port(f"unix:{directory / 'daemon.sock'}")
        await server.start()
        await _serve(directory, {"container_id": FIRST, "player_id": 1})
        await server.stop(None)


def serve_fleet(directory: Path, ships: int, entries: int) -> None:
    """Serve the whole daemon with a fleet that is out at work; its universe is a process of its own, at real speed."""
    directory.mkdir(parents=True)
    with subprocess.Popen(
        [sys.executable, __file__, str(directory), "--universe", str(ships)], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            asyncio.run(_serve_daemon(directory, ships, entries, json.loads(process.stdout.readline())))
        finally:
            process.terminate()


def serve_universe(ships: int) -> None:
    """Serve a universe with one rich agent over HTTP; says on its first line where, and the agent's token."""
    control = SandboxController.of(1, SystemClock(), universe_config=UniverseConfig(credits=10**9, shuttles=ships - 2))
    universe = control.universe
    agent = registration.register(universe, "benchmark", "FOUNDRY", "COSMIC", universe.now())

    def announce(announcement: dict[str, object]) -> None:
        print(json.dumps({**announcement, "agent_token": agent.token}), flush=True)

    serve(control, host="127.0.0.1", port=0, secret=None, announce=announce)


async def _serve_daemon(directory: Path, ships: int, entries: int, universe: dict[str, str]) -> None:
    offload = SingleThread("database")
    transport = AiohttpTransport(universe["base_url"])
    ports = Ports(clock=SystemClock(), entropy=SystemEntropy(), offload=offload, transport=transport)
    settings = Settings(
        data_dir=directory,
        socket=directory / "daemon.sock",
        database_url=f"sqlite:///{directory / 'fleet.db'}",
        base_url=universe["base_url"],
        account_token=universe["account_token"],
    )
    daemon = await build(ports, settings)
    await daemon.start()
    operator = Operator(daemon.servicer)
    player = await operator.call("AddPlayer", wire.AddPlayerRequest(agent_token=universe["agent_token"]))
    start = wire.StartManufacturingRequest(player_id=player.player_id, max_workers=200, max_pipelines=50)
    container_id = (await operator.call("StartManufacturing", start)).container_id
    busy = 0
    for _ in range(60):
        await asyncio.sleep(1)
        listed = await operator.call("ListShips", wire.ListShipsRequest(player_id=player.player_id))
        busy = sum(bool(ship.claimed_by) for ship in listed.ships)
        if busy >= min(ships, len(listed.ships)) - 1:
            break
    await daemon.database.write(lambda connection: _lengthen_ledger(connection, player.player_id, entries))
    told = {"container_id": container_id, "player_id": player.player_id, "busy": busy}
    nonce = ports.entropy.token("peer_proxy", NONCE_CHARACTERS)
    server = Server(daemon, settings, nonce=nonce, elapsed=ports.clock.elapsed)
    await server.start()
    await _serve(directory, told)
    await server.stop()
    await daemon.stop()
    await transport.close()
    offload.close()


def _lengthen_ledger(connection: sa.Connection, player_id: int, entries: int) -> None:
    """Add so many purchases and sales of the last two weeks, each pair with a profit."""
    balance: int = connection.execute(sa.select(sa.func.max(ledger.c.balance_after))).scalar_one()
    now, rows = datetime.now(UTC), []
    for number in range(entries):
        amount = -1_000 if number % 2 == 0 else 1_400
        balance += amount
        trade = {"kind": "PURCHASE" if amount < 0 else "SALE", "amount": amount, "balance_after": balance, "units": 20}
        where = {"ship": f"BENCHMARK-{number % 200 + 1}", "good": f"GOOD_{number % 40}", "waypoint": "X1-A-B1"}
        at = now - LEDGER_SPAN * (1 - number / entries)
        rows.append({"player_id": player_id, "at": at, "container_id": "", "chain": where["good"], **trade, **where})
    for first in range(0, entries, ROWS_AT_ONCE):
        connection.execute(ledger.insert(), rows[first : first + ROWS_AT_ONCE])


async def _serve(directory: Path, told: dict[str, Any]) -> None:
    """Say where it is served, and when it is told to end, at what time each revision was decided with."""
    decided_at = _note_decisions(told["container_id"])
    exclude_present_objects()
    print(json.dumps({"socket": str(directory / "daemon.sock"), "pid": os.getpid(), **told}), flush=True)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    print(json.dumps(decided_at), flush=True)


def _note_decisions(container_id: str) -> dict[int, float]:
    """By revision the moment of its first decision, on the clock that the processes of a machine share; it fills."""
    decided_at: dict[int, float] = {}
    observe = ConfigBus.observe

    def noted(bus: ConfigBus, name: ContainerId, observation: AppliedRevision) -> None:
        if name == container_id:
            decided_at.setdefault(observation.revision, observation.at_elapsed)
        observe(bus, name, observation)

    ConfigBus.observe = noted  # type: ignore[method-assign]  (only here is anybody curious)
    return decided_at


def main() -> None:
    """Serve what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--fleet", type=int, default=0)
    parser.add_argument("--entries", type=int, default=0)
    parser.add_argument("--coordinators", type=int, default=1)
    parser.add_argument("--universe", type=int, default=0)
    given = parser.parse_args()
    os.umask(0o077)
    given.directory.parent.mkdir(parents=True, exist_ok=True)
    if given.universe:
        serve_universe(given.universe)
    elif given.fleet:
        serve_fleet(given.directory, given.fleet, given.entries)
    else:
        asyncio.run(serve_light(given.directory, given.coordinators))


if __name__ == "__main__":
    main()
