"""The composed daemon: the start and stop of all its parts."""

from dataclasses import dataclass

from starfoundry.config.service.default_upgrade import upgrade_defaults
from starfoundry.config.service.settings_watch import SettingsWatch
from starfoundry.containers.runtime.supervisor import Supervisor
from starfoundry.daemon.access.tokens import Tokens
from starfoundry.daemon.alerts.pager import Pager
from starfoundry.daemon.health.rpc import HealthRpc
from starfoundry.daemon.metrics.scrape import Scraping
from starfoundry.daemon.metrics.timings import Timings
from starfoundry.daemon.players.sessions import Sessions
from starfoundry.daemon.ports import Ports
from starfoundry.daemon.resets.reset_watch import ResetWatch
from starfoundry.daemon.retention import Retention
from starfoundry.fleet.runtime.session import Session
from starfoundry.store.engine import Database
from starfoundry.tuning.runtime.tuner import Tuner
from starfoundry.tuning.runtime.watch import TuningWatch
from starfoundry.wire.daemon_pb2_grpc import DaemonServiceServicer


@dataclass(frozen=True, slots=True, kw_only=True)
class Daemon:
    """A daemon that is put together. `servicer` may be called without a socket, as soon as it has started."""

    servicer: DaemonServiceServicer
    supervisor: Supervisor
    sessions: Sessions[Session]
    reset_watch: ResetWatch
    database: Database
    ports: Ports
    retention: Retention
    watching: SettingsWatch
    tuner: Tuner
    tuning_watch: TuningWatch
    health: HealthRpc
    tokens: Tokens
    scraping: Scraping
    pager: Pager
    timings: Timings
    is_safe: bool

    async def start(self, *, after_crash: bool = False) -> int:
        """Start again everything that was running; how many containers that are."""
        if not self.is_safe:
            await upgrade_defaults(self.database, self.ports.clock)
        await self.tuning_watch.begin()
        self.retention.begin()
        self.tuner.begin()
        self.pager.begin()
        recovered = await self.supervisor.recover()
        self.health.began(recovered, after_crash=after_crash)
        return recovered

    def end_streams(self) -> None:
        """End what would go on for as long as somebody listens."""
        self.watching.close()

    async def stop(self) -> None:
        """Bring the work in hand to a safe point and close everything; what was running is stored as RUNNING."""
        await self.tuner.close()
        await self.tuning_watch.close()
        await self.retention.close()
        await self.pager.close()
        await self.reset_watch.close()
        await self.supervisor.shutdown()
        await self.sessions.close()
        await self.ports.transport.close()
        await self.database.close()
