"""Puts a daemon together: the one place that knows every room.

Nothing here differs between production and a drill but the ports that are handed in.
"""

from dataclasses import dataclass

from starfoundry.containers.logbook import Logbook
from starfoundry.containers.rpc import ContainersRpc
from starfoundry.containers.supervisor import Supervisor
from starfoundry.daemon.gate import OwnerGate
from starfoundry.daemon.health import HealthRpc
from starfoundry.daemon.players.rpc import PlayersRpc
from starfoundry.daemon.players.service import Players
from starfoundry.daemon.seal import Seal
from starfoundry.daemon.servicer import compose
from starfoundry.daemon.settings import Settings
from starfoundry.game.budget import RequestBudget
from starfoundry.game.client import HttpGame, HttpLobby
from starfoundry.game.transport import Transport
from starfoundry.kernel.ports import Clock, Entropy, Offload
from starfoundry.store.engine import Database
from starfoundry.wire.daemon_pb2_grpc import DaemonServiceServicer


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """The outside: time, chance, a place for blocking work, and the way to the game."""

    clock: Clock
    entropy: Entropy
    offload: Offload
    transport: Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class Daemon:
    """A daemon that is put together. `servicer` may be called without a socket, as soon as it has started."""

    servicer: DaemonServiceServicer
    supervisor: Supervisor
    database: Database
    transport: Transport

    async def start(self) -> int:
        """Start again everything that was running; how many containers that are."""
        return await self.supervisor.recover()

    async def stop(self) -> None:
        """Bring the work in hand to a safe point and close everything; what was running is stored as RUNNING."""
        await self.supervisor.shutdown()
        await self.transport.close()
        await self.database.close()


async def build(ports: Ports, settings: Settings) -> Daemon:
    """A daemon on these ports; its data directory exists. Raises Refused for a database or a key that is no good."""
    seal = Seal.kept_in(settings.data_dir)
    database = await Database.open(settings.database_url, ports.offload)
    gate = OwnerGate(database)
    logbook = Logbook(database, ports.clock)
    budget = RequestBudget(ports.clock)
    plays_on = "sandbox" if settings.sandbox.enabled else settings.base_url
    players = Players(
        database=database,
        clock=ports.clock,
        lobby=HttpLobby(ports.transport, budget, ports.entropy),
        play=lambda token: HttpGame(ports.transport, token, budget, ports.entropy),
        seal=seal,
        server=plays_on,
        account_token=settings.account_token,
        is_sandbox=settings.sandbox.enabled,
    )
    supervisor = Supervisor(database, logbook, ports.clock, runners={})
    servicer = compose(
        ContainersRpc(database=database, supervisor=supervisor, logbook=logbook, gate=gate),
        PlayersRpc(players, credits_now=lambda _player: None, arrived=lambda _player: None),
        HealthRpc(
            database=database,
            budget=budget,
            clock=ports.clock,
            data_dir=settings.data_dir,
            plays_on=plays_on,
            problems=list,
        ),
    )
    return Daemon(servicer=servicer, supervisor=supervisor, database=database, transport=ports.transport)
