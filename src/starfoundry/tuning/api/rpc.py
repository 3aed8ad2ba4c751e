"""RPCs of tuning."""

import json
from collections.abc import Callable

from starfoundry.config.api import proto_mapping
from starfoundry.config.api.rpc import WAIT_MILLISECONDS
from starfoundry.forecast.api.rpc import difference_message
from starfoundry.forecast.runtime.run_engine import EngineStatus
from starfoundry.kernel.errors import NotPermitted
from starfoundry.kernel.ids import ContainerId
from starfoundry.kernel.ports import Gate
from starfoundry.tuning.api.follow_messages import follow_message
from starfoundry.tuning.api.follow_service import FollowService
from starfoundry.tuning.api.service import StudyRequest, TuningService
from starfoundry.tuning.domain.study import Study, StudyTrial, best_of, excess, frontier
from starfoundry.wire import daemon_pb2 as pb
from starfoundry.wire.status import author_of


class TuningRpc:
    """StartTuning, StopTuning, ListTunings, ApplyTuning and FollowTuning.

    `is_owner` tells by a call's context whether the caller is the daemon's own user, on the daemon's machine.
    """

    def __init__(
        self, service: TuningService, follows: FollowService, gate: Gate, is_owner: Callable[[object], bool]
    ) -> None:
        self._service = service
        self._is_owner = is_owner
        self._follows = follows
        self._gate = gate

    async def StartTuning(self, request: pb.StartTuningRequest, context: object) -> pb.Tuning:
        """Begin a study."""
        player_id = await self._gate.admit(request.player_id, context)
        if request.cluster and not self._is_owner(context):
            raise NotPermitted(
                "a cluster may run its own code in the daemon, so only the daemon's own user names one, on its machine"
            )
        wanted = StudyRequest(
            settings=request.settings,
            objective=request.objective,
            constraint=request.constraint,
            budget=request.budget,
            hours=request.hours,
            apply_within=request.apply_within,
            batch=request.batch,
            cluster=request.cluster,
        )
        return self._message(await self._service.start(player_id, ContainerId(request.container_id), wanted))

    async def StopTuning(self, request: pb.TuningRequest, context: object) -> pb.Tuning:
        """End a study that runs."""
        player_id = await self._gate.admit(request.player_id, context)
        return self._message(await self._service.stop(player_id, ContainerId(request.container_id), request.number))

    async def ListTunings(self, request: pb.TuningRequest, context: object) -> pb.ListTuningsResponse:
        """The studies of a coordinator, newest first; with a number only that one. And what follows conditions."""
        player_id = await self._gate.admit(request.player_id, context)
        container_id = ContainerId(request.container_id)
        if request.number:
            studies = [await self._service.study(player_id, container_id, request.number)]
        else:
            studies = await self._service.studies(player_id, container_id)
        follow = await self._follows.show(player_id, container_id)
        return pb.ListTuningsResponse(
            studies=[self._message(each) for each in studies], follow=None if follow is None else follow_message(follow)
        )

    async def ApplyTuning(self, request: pb.TuningRequest, context: object) -> pb.UpdateManufacturingConfigResponse:
        """Set what a study proposes; refused as stale when anybody has changed a setting since it began."""
        player_id = await self._gate.admit(request.player_id, context)
        wait_seconds = WAIT_MILLISECONDS / 1_000
        container_id = ContainerId(request.container_id)
        return proto_mapping.result(
            await self._service.apply(player_id, container_id, request.number, wait_seconds=wait_seconds)
        )

    async def FollowTuning(self, request: pb.FollowTuningRequest, context: object) -> pb.TuningFollow:
        """Follow conditions within bounds from now on, or with `off` nothing."""
        player_id = await self._gate.admit(request.player_id, context)
        container_id = ContainerId(request.container_id)
        if request.off:
            await self._follows.end(player_id, container_id)
            return pb.TuningFollow(container_id=container_id)
        author = author_of(context) or "unknown"
        return follow_message(
            await self._follows.begin(
                player_id, container_id, list(request.within), request.least_seconds, author=author
            )
        )

    def _message(self, study: Study) -> pb.Tuning:
        return _study(study, self._service.engine_of(study))


def _study(study: Study, engine: EngineStatus) -> pb.Tuning:
    spec, best = study.spec, best_of(study.spec, study.trials)
    efficient = {each.number for each in frontier(study.trials)}
    shown = pb.Tuning(
        number=study.number,
        container_id=spec.container_id,
        status=study.status.value,
        reason=study.reason,
        objective=spec.objective.value,
        drawdown_max_percent=None if spec.drawdown_max is None else 100 * spec.drawdown_max,
        budget=spec.budget,
        runs_used=study.runs_used,
        hours=spec.hours,
        revision=spec.revision,
        settings=[each.name for each in spec.space],
        best_trial=None if best is None else best.number,
        trials=[_trial(study, each, is_efficient=each.number in efficient) for each in study.trials],
        apply_within=[each.text for each in spec.apply_within],
        probation="" if study.probation is None else study.probation.state.value,
        probation_reason="" if study.probation is None else study.probation.reason,
        applied_revision=0 if study.probation is None else study.probation.revision,
        cluster=spec.cluster,
        batch=spec.batch,
        workers=engine.workers,
        waits=engine.waits,
        refused_workers=engine.refused,
    )
    if study.proposal is not None:
        proposal = study.proposal
        shown.proposal.CopyFrom(
            pb.TuningProposal(
                trial=proposal.trial,
                changes=proto_mapping.changes(
                    {name: {"before": spec.today[name], "after": value} for name, value in proposal.settings.items()}
                ),
                before=proposal.before,
                after=proposal.after,
                difference=difference_message(proposal.difference),
                importance=proposal.importance,
            )
        )
    return shown


def _trial(study: Study, each: StudyTrial, *, is_efficient: bool) -> pb.TuningTrial:
    return pb.TuningTrial(
        number=each.number,
        state=each.state.value,
        settings_json={name: json.dumps(value) for name, value in each.settings.items()},
        worlds=len(each.values),
        value=each.value if each.values else None,
        drawdown=each.drawdown,
        keeps_constraint=excess(study.spec, each) <= 0,
        is_efficient=is_efficient,
    )
