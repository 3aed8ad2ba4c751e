"""Decisions about a task, a pipeline or a good: the stored ones, and the one that would be made now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from starfoundry.config.storage import history
from starfoundry.containers.domain.model import Container
from starfoundry.containers.domain.naming import short
from starfoundry.kernel.errors import Missing
from starfoundry.kernel.ids import ContainerId, Good, PlayerId, Revision
from starfoundry.kernel.nearest import did_you_mean
from starfoundry.kernel.reason import Reason
from starfoundry.ledger.domain.prediction import Prediction
from starfoundry.ledger.storage import predictions
from starfoundry.manufacturing.api.reports import PipelineReport, WorkReports
from starfoundry.manufacturing.api.why import activity_of, turn_of
from starfoundry.manufacturing.domain.model import Task, TaskStatus
from starfoundry.manufacturing.planner.explain.coordination import (
    ChainDecision,
    chain_decisions,
    doings,
    waiting_trip,
)
from starfoundry.manufacturing.planner.explain.decided_trip import DecidedTrip
from starfoundry.manufacturing.planner.explain.itemised_estimate import ItemisedEstimate, round_of
from starfoundry.manufacturing.planner.explain.subject_names import WORK_ID
from starfoundry.manufacturing.planner.explain.supply_chain import ChainTree, NodeKey, supply_chain
from starfoundry.manufacturing.planner.explanation import of_task
from starfoundry.manufacturing.planner.plan import Turn
from starfoundry.manufacturing.reasons.containers import absent
from starfoundry.manufacturing.runtime.coordinator import Coordinator
from starfoundry.manufacturing.runtime.coordinator_runner import ManufacturingRunner
from starfoundry.manufacturing.storage import store
from starfoundry.manufacturing.storage.decided_trips import decided_trip_of
from starfoundry.store.engine import Database

RIVALS_SHOWN = 3
"""Chains listed beside that of a pipeline: the best others."""

TRIPS_SHOWN = 12
"""Trips listed of one pipeline: the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TripDecision:
    """A task, the trip that was or would be decided for it, and what becomes of it. `ship` is the one it is for."""

    task: Task
    prediction: Prediction | None
    trip: DecidedTrip | None
    ship: str
    revision: Revision
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainRound:
    """A chain with the estimates of its trips."""

    decision: ChainDecision
    trips: tuple[ItemisedEstimate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """The explanation of a subject. `config_then` are the stored settings that the one trip was decided under."""

    subject: str
    name: str
    container: Container
    pipeline: PipelineReport | None = None
    trips: tuple[TripDecision, ...] = ()
    chains: tuple[ChainRound, ...] = ()
    chain: ChainTree | None = None
    doings: Mapping[NodeKey, str] = field(default_factory=dict)
    config_then: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionExplainer:
    """Finds the decisions about what is named."""

    database: Database
    runner: ManufacturingRunner
    reports: WorkReports

    async def explain(self, player_id: PlayerId, container_id: str, subject: str) -> Decisions:
        """The decisions about a task, a pipeline or a good, in any letter case.

        The id of a task or pipeline may be named without the container that it begins with. Raises Missing with what is
        near where there is no such thing.
        """
        named = subject.strip()
        of_work = WORK_ID.fullmatch(named.lower())
        if of_work is None:
            return await self._of_good(await self.reports.coordinator(player_id, container_id), Good(named.upper()))
        key = named.lower()
        if key == of_work.group(1):
            key = f"{short((await self.reports.coordinator(player_id, container_id)).id)}-{key}"
        return await (self._of_task if "-t" in key else self._of_pipeline)(player_id, key)

    async def _of_task(self, player_id: PlayerId, key: str) -> Decisions:
        task = await self.database.read(lambda c: store.find_task(c, player_id, key))
        if task is None:
            raise Missing(f"there is no task {key}; see: spacetraders manufacturing tasks --all")
        container = await self.reports.coordinator(player_id, task.container_id)
        trip = await self._trip(task, self._turn(container.id), container)
        return Decisions(
            subject="TASK",
            name=task.id,
            container=container,
            pipeline=await self.reports.pipeline(player_id, task.pipeline_id),
            trips=(trip,),
            config_then=await self._config_of(container.id, trip.revision),
        )

    async def _of_pipeline(self, player_id: PlayerId, key: str) -> Decisions:
        report = await self.reports.pipeline(player_id, key)
        pipeline = report.pipeline
        container = await self.reports.coordinator(player_id, pipeline.container_id)
        turn = self._turn(container.id)
        trips = [await self._trip(task, turn, container) for task in report.tasks[-TRIPS_SHOWN:]]
        decided = [] if turn is None else chain_decisions(turn)
        own = [each for each in decided if (each.good, each.factory) == (pipeline.good, pipeline.factory)]
        others = [each for each in decided if each not in own and each.opportunity is not None]
        return Decisions(
            subject="PIPELINE",
            name=pipeline.id,
            container=container,
            pipeline=report,
            trips=tuple(trips),
            chains=() if turn is None else _rounds(turn, [*own, *others[:RIVALS_SHOWN]]),
        )

    async def _of_good(self, container: Container, good: Good) -> Decisions:
        turn = self._turn(container.id)
        if turn is None:
            raise Missing(
                f"{container.id} is not running: {absent(container).text}; only tasks and pipelines can be explained"
            )
        chain = supply_chain(turn.after, good)
        if not chain.sellers and not chain.buyers:
            known = {each for place in turn.after.board.places.values() for each in (*place.imports, *place.exports)}
            meant = did_you_mean(good, sorted(known))
            raise Missing(f"there is no task, pipeline or good {good} here{f'; {meant}' if meant else ''}")
        return Decisions(
            subject="GOOD",
            name=good,
            container=container,
            chains=_rounds(turn, [each for each in chain_decisions(turn) if each.good == good]),
            chain=chain,
            doings=doings(turn, chain),
        )

    async def _trip(self, task: Task, turn: Turn | None, container: Container) -> TripDecision:
        """The decision about a task when its ship was sent; for a waiting one, the decision of this moment."""
        prediction = (await self.database.read(lambda c: predictions.predictions_of(c, [task.id]))).get(task.id)
        waits = _as_it_waits(task, turn)
        if turn is None or waits is None:
            trip = None if prediction is None or task.status.is_waiting else decided_trip_of(task, prediction)
            live = self.runner.live.get(task.container_id)
            return TripDecision(
                task=task,
                prediction=prediction,
                trip=trip,
                ship=task.ship if prediction is None else prediction.ship,
                revision=task.revision,
                reason=absent(container) if task.status.is_waiting else activity_of(task, live),
            )
        found = waiting_trip(turn, waits)
        return TripDecision(
            task=waits,
            prediction=prediction,
            trip=None if found is None else found[1],
            ship="" if found is None else found[0].ship,
            revision=turn.after.revision,
            reason=of_task(turn, waits),
        )

    async def _config_of(self, container_id: ContainerId, revision: Revision) -> Mapping[str, Any] | None:
        """The settings as a revision stored them; None for the one before the first."""

        def read(connection: sa.Connection) -> Mapping[str, Any]:
            return history.get(connection, container_id, revision).config

        return await self.database.read(read) if revision else None

    def _turn(self, container_id: ContainerId) -> Turn | None:
        coordinator: Coordinator | None = self.runner.live.get(container_id)
        return None if coordinator is None else turn_of(coordinator)


def _as_it_waits(task: Task, turn: Turn | None) -> Task | None:
    """A waiting task as the decision of this moment leaves it; None where it does not wait, or has begun meanwhile."""
    if turn is None or task.status is TaskStatus.COMPLETED or not task.status.is_waiting:
        return None
    return next((each for each in turn.after.tasks if each.id == task.id), None)


def _rounds(turn: Turn, decisions: list[ChainDecision]) -> tuple[ChainRound, ...]:
    view, hull = turn.judged, turn.hull
    return tuple(
        ChainRound(decision=each, trips=() if each.opportunity is None else round_of(view, hull, each.opportunity))
        for each in decisions
    )
