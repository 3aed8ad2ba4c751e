"""gRPC methods for manufacturing: scan, start, status, pipelines and tasks."""

from enum import Enum
from typing import TypeVar

from starfoundry.config.api import proto_mapping
from starfoundry.config.api.proto_values import to_wire
from starfoundry.config.domain.model import SETTINGS, ManufacturingConfig
from starfoundry.config.domain.patch import Patch
from starfoundry.config.domain.validation import BY_NAME, check_texts, check_values, read_values
from starfoundry.kernel.errors import FieldProblem, Refused
from starfoundry.kernel.instants import rfc3339
from starfoundry.kernel.ports import Gate
from starfoundry.ledger.api.proto_mapping import earnings_message
from starfoundry.manufacturing.api.proto_mapping import opportunity_message, pipeline_message, task_message
from starfoundry.manufacturing.api.reports import WorkReports, WorkStatus
from starfoundry.manufacturing.api.service import ManufacturingService, Scan
from starfoundry.manufacturing.domain.model import (
    FactoryState,
    PipelineKind,
    TaskFilter,
    TaskKind,
    TaskStatus,
)
from starfoundry.wire import daemon_pb2 as wire
from starfoundry.wire.status import author_of

E = TypeVar("E", bound=Enum)

LIST_LIMIT = 50
SCAN_LIMIT = 10


class ManufacturingRpc:
    """ScanOpportunities, StartManufacturing, and the reports on a coordinator."""

    def __init__(self, service: ManufacturingService, reports: WorkReports, gate: Gate) -> None:
        self._service = service
        self._reports = reports
        self._gate = gate

    async def ScanOpportunities(
        self, request: wire.ScanOpportunitiesRequest, context: object
    ) -> wire.ScanOpportunitiesResponse:
        """Every chain that the known markets offer, best first."""
        player_id = await self._gate.admit(request.player_id, context)
        given: dict[str, object] = {}
        if request.HasField("min_price"):
            given["min_purchase_price"] = request.min_price
        if request.strategy:
            given["strategy"] = request.strategy
        scan = await self._service.scan(player_id, request.system, ManufacturingConfig(**read_values(given)))
        return _scan(scan, request.limit or SCAN_LIMIT)

    async def StartManufacturing(
        self, request: wire.StartManufacturingRequest, context: object
    ) -> wire.StartContainerResponse:
        """Start a coordinator; with dry_run only report what it would do."""
        player_id = await self._gate.admit(request.player_id, context)
        wanted, system, preset = _wanted(request), request.system, request.preset
        author = author_of(context) or "unknown"
        if request.dry_run:
            config, warnings = await self._service.preview_start(
                player_id, system, wanted, author=author, preset=preset
            )
            scan = await self._service.scan(player_id, system, config)
            return wire.StartContainerResponse(status="DRY_RUN", message=_forecast(scan), warnings=warnings)
        container, warnings = await self._service.start(player_id, system, wanted, author=author, preset=preset)
        return wire.StartContainerResponse(
            warnings=warnings,
            container_id=container.id,
            status=container.status.value,
            message="coordinator started; it reads the markets first and trades as soon as a chain is profitable",
        )

    async def GetManufacturingStatus(
        self, request: wire.GetManufacturingStatusRequest, context: object
    ) -> wire.ManufacturingStatus:
        """The status of one coordinator."""
        player_id = await self._gate.admit(request.player_id, context)
        found = await self._reports.status(player_id, request.container_id)
        return _status(found, self._reports.halted_by(found.container))

    async def ListPipelines(self, request: wire.ListPipelinesRequest, context: object) -> wire.ListPipelinesResponse:
        """A coordinator's pipelines, each with its profit."""
        player_id = await self._gate.admit(request.player_id, context)
        rows = await self._reports.pipelines(
            player_id,
            request.container_id,
            include_ended=request.include_ended,
            limit=request.limit or LIST_LIMIT,
        )
        return wire.ListPipelinesResponse(pipelines=[pipeline_message(row) for row in rows])

    async def ListTasks(self, request: wire.ListTasksRequest, context: object) -> wire.ListTasksResponse:
        """A coordinator's tasks, each with the reason if it waits."""
        player_id = await self._gate.admit(request.player_id, context)
        statuses = tuple(_one_of(TaskStatus, "status", text) for text in request.statuses)
        wanted = TaskFilter(
            pipeline_id=request.pipeline_id,
            statuses=statuses if statuses or request.include_ended else TaskFilter().statuses,
            kinds=tuple(_one_of(TaskKind, "type", text) for text in request.kinds),
            ship=request.ship.upper(),
            good=request.good.upper(),
        )
        limit = request.limit or LIST_LIMIT
        tasks = await self._reports.tasks(player_id, request.container_id, wanted, limit=limit)
        return wire.ListTasksResponse(tasks=[task_message(*row) for row in tasks])


def _one_of(choices: type[E], field: str, text: str) -> E:
    """The member of that name, in any letter case. Raises Refused naming the field and the choices."""
    try:
        return choices[text.strip().upper()]
    except KeyError:
        raise Refused.of(field, text, f"one of {', '.join(choices.__members__)}") from None


def _wanted(request: wire.StartManufacturingRequest) -> Patch:
    """The settings that were given, by name."""
    given = {
        ("min_purchase_price" if field.name == "min_price" else field.name): value
        for field, value in request.ListFields()
    }
    typed, problems = check_values({one.name: given[one.name] for one in SETTINGS if one.name in given})
    written, more = check_texts(request.settings)
    twice = tuple(
        FieldProblem(field=name, given=f"{given[name]} and {text}", allowed="given once")
        for name, text in request.settings.items()
        if name in BY_NAME and name in given
    )
    return Patch(values={**typed, **written}, problems=(*problems, *more, *twice))


def _scan(scan: Scan, limit: int) -> wire.ScanOpportunitiesResponse:
    return wire.ScanOpportunitiesResponse(
        opportunities=[
            opportunity_message(chance, trips)
            for chance, trips in zip(scan.opportunities[:limit], scan.trips, strict=False)
        ],
        system=scan.system,
        markets_seen=scan.markets_seen,
        markets_known=scan.markets_known,
    )


def _forecast(scan: Scan) -> str:
    """The first work of a coordinator, for a dry run."""
    paying = [chance for chance in scan.opportunities if chance.refusal is None]
    lines = [f"{scan.markets_seen} of {scan.markets_known} markets seen; {len(paying)} chains are profitable now"]
    lines += [
        f"{chance.kind.value} {chance.good}: {chance.factory} -> {chance.sell_market},"
        f" {chance.profit:+,} credits a round, {chance.per_hour:+,} an hour"
        for chance in paying[:SCAN_LIMIT]
    ]
    return "\n".join(lines)


def _status(status: WorkStatus, halted: str) -> wire.ManufacturingStatus:
    last = status.last_decision
    counted = [pipeline.kind for pipeline in status.pipelines]
    fabrications = counted.count(PipelineKind.FABRICATION)
    return wire.ManufacturingStatus(
        container_id=status.container.id,
        status=status.container.status.value,
        halted=halted,
        system=status.system,
        credits=status.credits,
        profit=status.earnings.total,
        profit_per_hour=status.earnings.total_per_hour,
        active_pipelines=fabrications - status.draining,
        draining_pipelines=status.draining,
        collection_pipelines=len(counted) - fabrications - counted.count(PipelineKind.TRADE),
        trade_pipelines=counted.count(PipelineKind.TRADE),
        busy_workers=status.count(TaskStatus.ASSIGNED) + status.count(TaskStatus.EXECUTING),
        ready_tasks=status.count(TaskStatus.READY),
        waiting_tasks=status.count(TaskStatus.PENDING),
        completed_tasks=status.completed,
        revision=status.revised.revision,
        observed_revision=status.observed_revision,
        config=to_wire(status.revised.config),
        factories=[_factory(state, status) for state in status.factories],
        idle_reasons=status.idle_reasons,
        min_balance=status.min_balance,
        earnings=earnings_message(status.earnings),
        last_decision=None
        if last is None
        else proto_mapping.decision(at=last.at, kind=last.kind, subject=last.subject, facts=last.facts),
    )


def _factory(state: FactoryState, status: WorkStatus) -> wire.FactoryState:
    return wire.FactoryState(
        factory=state.factory,
        good=state.good,
        pipeline_id=state.pipeline_id,
        supply=state.supply.name if state.supply is not None else "",
        ready=state.is_ready,
        ready_since=rfc3339(state.ready_since),
        inputs=[f"{good}: delivered {units}" for good, units in sorted(state.delivered.items())],
        waiting_for="" if state.is_ready else status.unready[f"{state.good} at {state.factory}"],
    )
