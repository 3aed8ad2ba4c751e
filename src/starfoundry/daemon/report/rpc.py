"""The method GetReport: one player's events between two times."""

from starfoundry.config.api import proto_mapping
from starfoundry.daemon.report.model import Report, ReportedChange, ReportedIncident, ReportPeriod
from starfoundry.daemon.report.queries import report
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.instants import rfc3339
from starfoundry.kernel.moments import parse_moment
from starfoundry.kernel.ports import Clock, Gate
from starfoundry.ledger.api.proto_mapping import entry_message, line_message
from starfoundry.store.engine import Database
from starfoundry.wire import daemon_pb2 as pb

SINCE_DEFAULT = "24h"


class ReportRpc:
    """GetReport."""

    def __init__(self, *, database: Database, gate: Gate, clock: Clock) -> None:
        self._database = database
        self._gate = gate
        self._clock = clock

    async def GetReport(self, request: pb.GetReportRequest, context: object) -> pb.Report:
        """Everything that happened in the period. Raises Refused if it ends before it begins."""
        player_id = await self._gate.admit(request.player_id, context)
        now = self._clock.now()
        since = parse_moment(request.since or SINCE_DEFAULT, field="since").resolve(now)
        until = min(now, parse_moment(request.until, field="until").resolve(now)) if request.until else now
        if since > until:
            raise Refused.of("since", request.since, f"before {rfc3339(until)}, the end of the report")
        period = ReportPeriod(since=since, until=until)
        return _message(await self._database.read(lambda connection: report(connection, player_id, period)))


def _message(found: Report) -> pb.Report:
    return pb.Report(
        agent=found.agent,
        universe=found.universe,
        since=rfc3339(found.period.since),
        until=rfc3339(found.period.until),
        seconds=int(found.money_seconds),
        opening=found.money.opening,
        closing=found.money.closing,
        profit=found.money.profit,
        spent_on_ships=found.money.spent_on_ships,
        adjustments=found.money.adjustments,
        hours=[line_message(line) for line in found.hours],
        best_chains=[line_message(line) for line in found.best],
        worst_chains=[line_message(line) for line in found.worst],
        chains=found.chains,
        tasks=[pb.TaskCount(kind=each.kind, status=each.status, tasks=each.tasks) for each in found.tasks],
        changes=[_change(each) for each in found.changes],
        changes_in_all=found.changes_in_all,
        incidents=[_incident(each) for each in found.incidents],
        incidents_in_all=found.incidents_in_all,
        purchases=[entry_message(entry) for entry in found.purchases],
        purchases_in_all=found.purchases_in_all,
    )


def _change(change: ReportedChange) -> pb.ReportedChange:
    return pb.ReportedChange(
        container_id=change.container_id,
        revision=proto_mapping.revision(change.record),
        profit=change.profit,
        seconds=int(change.seconds),
        profit_before=change.profit_before,
        seconds_before=int(change.seconds_before),
    )


def _incident(incident: ReportedIncident) -> pb.ReportedIncident:
    return pb.ReportedIncident(
        kind=incident.kind,
        subject=incident.subject,
        text=incident.text,
        times=incident.times,
        first_at=rfc3339(incident.first_at),
        last_at=rfc3339(incident.last_at),
    )
