"""Text of the daily summary: that of `spacetraders report` for the last 24 hours."""

from collections.abc import Iterable
from dataclasses import dataclass

from starfoundry.containers.api.rpc import ContainersRpc
from starfoundry.daemon.health.rpc import HealthRpc
from starfoundry.daemon.messenger import Letter
from starfoundry.daemon.report.blockers import blockers, has_coordinator_at_work
from starfoundry.daemon.report.output import report_text
from starfoundry.daemon.report.rpc import ReportRpc
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.kernel.ids import PlayerId
from starfoundry.manufacturing.api.work_rpc import ExplanationRpc
from starfoundry.wire import daemon_pb2 as wire
from starfoundry.wire.status import InProcessContext

SUMMARY_SINCE = "24h"


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryWriter:
    """Writes summaries from the same answers as the command."""

    report: ReportRpc
    health: HealthRpc
    containers: ContainersRpc
    explanations: ExplanationRpc

    async def write(self, player_id: PlayerId) -> Letter:
        """The summary of a player."""
        here = InProcessContext()
        found = await self.report.GetReport(wire.GetReportRequest(player_id=player_id, since=SUMMARY_SINCE), here)
        health = await self.health.GetHealth(wire.GetHealthRequest(), here)
        listed = await self.containers.ListContainers(wire.ListContainersRequest(player_id=player_id), here)
        ranked = await self._ranked(player_id) if has_coordinator_at_work(listed.containers) else ()
        still = blockers(player_id, health.conditions, listed.containers, ranked)
        text = report_text(found, still, health.started_at)
        return Letter(title=f"StarFoundry {found.agent}: daily summary", body=text)

    async def _ranked(self, player_id: PlayerId) -> Iterable[wire.Hindrance]:
        request = wire.ExplainWorkRequest(player_id=player_id)
        try:
            return (await self.explanations.ExplainWork(request, InProcessContext())).ranked
        except StarFoundryError:  # a player who cannot play now has a condition of its own
            return ()
