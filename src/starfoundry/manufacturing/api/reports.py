"""Reports on a coordinator's work: its status, its pipelines and its tasks."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from starfoundry.config.domain.model import COORDINATOR, Revised
from starfoundry.config.storage import store as config_store
from starfoundry.containers.domain.model import Container, ContainerStatus
from starfoundry.containers.runtime.supervisor import Supervisor
from starfoundry.containers.storage import store as container_store
from starfoundry.fleet.runtime.session import Session
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.kernel.ids import PlayerId, Revision, SystemSymbol
from starfoundry.kernel.ports import Clock
from starfoundry.kernel.reason import Reason
from starfoundry.ledger.domain.prediction import Comparison, Prediction
from starfoundry.ledger.storage import predictions
from starfoundry.ledger.storage import store as ledger_store
from starfoundry.ledger.storage.earnings import Earnings, earnings
from starfoundry.manufacturing.api.why import explained
from starfoundry.manufacturing.domain.launch_options import system_of
from starfoundry.manufacturing.domain.model import FactoryState, Pipeline, PipelineKind, Task, TaskFilter, TaskStatus
from starfoundry.manufacturing.planner.explanation import (
    Explanation,
    Subject,
    ranked,
)
from starfoundry.manufacturing.reasons.containers import HALTED, absent, halted
from starfoundry.manufacturing.runtime.coordinator_runner import ManufacturingRunner
from starfoundry.manufacturing.storage import accounts, store
from starfoundry.manufacturing.storage.accounts import Money
from starfoundry.store.engine import Database

REASONS_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineReport:
    """A pipeline, its tasks, what the book says of it, and its trips that are done beside what was predicted."""

    pipeline: Pipeline
    money: Money
    tasks: tuple[Task, ...]
    comparison: Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkStatus:
    """The status of a coordinator. Counts of pipelines and tasks are current, money is since its start."""

    container: Container
    system: SystemSymbol
    credits: int
    earnings: Earnings
    revised: Revised
    observed_revision: Revision
    min_balance: int
    pipelines: tuple[Pipeline, ...]
    draining: int
    tasks: tuple[Task, ...]
    completed: int
    factories: tuple[FactoryState, ...]
    idle_reasons: tuple[str, ...]
    unready: Mapping[str, str]
    last_decision: store.Decision | None

    def count(self, status: TaskStatus) -> int:
        """The number of tasks in one status."""
        return sum(task.status is status for task in self.tasks)


class WorkReports:
    """Tells what a coordinator does, has done and waits for, running or not.

    `halted_by` is the emergency halt that blocks a container's calls: container, player, all, or none.
    """

    def __init__(
        self,
        *,
        database: Database,
        supervisor: Supervisor,
        runner: ManufacturingRunner,
        session_of: Callable[[PlayerId], Awaitable[Session]],
        clock: Clock,
        halted_by: Callable[[Container], str],
    ) -> None:
        self._database = database
        self._supervisor = supervisor
        self._runner = runner
        self._session_of = session_of
        self._clock = clock
        self.halted_by = halted_by

    async def status(self, player_id: PlayerId, container_id: str) -> WorkStatus:
        """The status of one coordinator, running or not."""
        balance = await self._credits(await self.coordinator(player_id, container_id))  # first: it may have to wait
        container = await self.coordinator(player_id, container_id)
        key = container.id
        revised = await self._database.read(lambda c: config_store.load(c, key))
        pipelines = await self._database.read(lambda c: store.find_pipelines(c, key, include_ended=False))
        tasks = await self._database.read(lambda c: store.find_tasks(c, key, TaskFilter()))
        completed = await self._database.read(lambda c: store.count_completed(c, key))
        factories = await self._database.read(lambda c: store.load_factories(c, key))
        fabrications = [pipeline for pipeline in pipelines if pipeline.kind is PipelineKind.FABRICATION]
        obstacle = self._obstacle(container)
        reasons = [] if obstacle is not None else explained(self._runner.live[key])
        earned = await self._database.read(
            lambda c: earnings(
                c,
                player_id,
                container_id=key,
                since=container.created_at,
                until=container.stopped_at,
                now=self._clock.now(),
            )
        )
        return WorkStatus(
            container=container,
            system=system_of(container.config),
            credits=balance,
            earnings=earned,
            revised=revised,
            observed_revision=container.observed_revision,
            min_balance=revised.config.min_balance,
            pipelines=tuple(pipelines),
            draining=max(0, len(fabrications) - revised.config.max_pipelines),
            tasks=tuple(tasks),
            completed=completed,
            factories=tuple(factories),
            idle_reasons=_idle_reasons(reasons) if obstacle is None else (obstacle.text,),
            unready=_unready(factories, reasons, (obstacle or absent(container)).text),
            last_decision=await self._database.read(lambda c: store.last_decision(c, key)),
        )

    async def pipelines(
        self, player_id: PlayerId, container_id: str, *, include_ended: bool, limit: int
    ) -> list[PipelineReport]:
        """Pipelines with what the ledger says of each, oldest first."""
        container = await self.coordinator(player_id, container_id)

        def read(connection: sa.Connection) -> list[PipelineReport]:
            found = store.find_pipelines(connection, container.id, include_ended=include_ended, limit=limit)
            return [_report(connection, pipeline) for pipeline in found]

        return await self._database.read(read)

    async def pipeline(self, player_id: PlayerId, pipeline_id: str) -> PipelineReport:
        """One pipeline of any coordinator of the player; raises Missing."""

        def read(connection: sa.Connection) -> PipelineReport:
            found = store.find_pipeline(connection, player_id, pipeline_id)
            if found is None:
                raise Missing(f"there is no pipeline {pipeline_id}; see: spacetraders manufacturing pipelines --all")
            return _report(connection, found)

        return await self._database.read(read)

    async def tasks(
        self, player_id: PlayerId, container_id: str, wanted: TaskFilter, *, limit: int
    ) -> list[tuple[Task, Prediction | None]]:
        """Tasks, oldest first, each with what it promised; each that waits with the reason as it is this moment."""
        container = await self.coordinator(player_id, container_id)

        def read(connection: sa.Connection) -> list[tuple[Task, Prediction | None]]:
            found = store.find_tasks(connection, container.id, wanted, limit=limit)
            promised = predictions.predictions_of(connection, [task.id for task in found])
            return [(task, promised.get(task.id)) for task in found]

        found = await self._database.read(read)
        if not any(task.status.is_waiting for task, _ in found):
            return found
        obstacle = self._obstacle(container)
        reasons = [] if obstacle is not None else explained(self._runner.live[container.id])
        texts = {each.name: each.reason.text for each in reasons}
        return [
            (replace(task, waiting_for=_why(task, texts, obstacle)) if task.status.is_waiting else task, prediction)
            for task, prediction in found
        ]

    async def _credits(self, container: Container) -> int:
        """The player's credits; the ledger's last balance if its universe has ended."""
        if container.status is not ContainerStatus.ABANDONED:
            return (await self._session_of(container.player_id)).gateway.credits
        return await self._database.read(lambda c: ledger_store.last_balance(c, container.player_id)) or 0

    async def coordinator(self, player_id: PlayerId, container_id: str) -> Container:
        """The player's coordinator; the only running one if none is named."""
        found = await self._database.read(lambda c: container_store.list_containers(c, player_id))
        coordinators = [container for container in found if container.type == COORDINATOR]
        if container_id:
            coordinators = [container for container in coordinators if container.id == container_id]
        elif len(coordinators) > 1:
            coordinators = [container for container in coordinators if container.status.is_unfinished] or coordinators
        if not coordinators:
            wanted = f"no coordinator {container_id}" if container_id else "no coordinator was ever started"
            raise Missing(f"{wanted} of player {player_id}; see: spacetraders container list")
        if len(coordinators) > 1:
            choices = ", ".join(container.id for container in coordinators)
            raise Refused.of("container_id", container_id, f"one of {choices}")
        return self._supervisor.with_current_status(coordinators[0])

    def _obstacle(self, container: Container) -> Reason | None:
        """Why a coordinator as a whole does not work, which goes before the reasons of its tasks; None if it does."""
        if container.status is ContainerStatus.RUNNING and (scope := self.halted_by(container)):
            return halted(container, scope)
        return None if container.id in self._runner.live else absent(container)


def _report(connection: sa.Connection, pipeline: Pipeline) -> PipelineReport:
    own = TaskFilter(pipeline_id=pipeline.id, statuses=())
    return PipelineReport(
        pipeline=pipeline,
        money=accounts.money_of(connection, "pipeline_id", pipeline.id),
        tasks=tuple(store.find_tasks(connection, pipeline.container_id, own)),
        comparison=predictions.compared_of_pipeline(connection, pipeline.id),
    )


def _idle_reasons(found: list[Explanation]) -> tuple[str, ...]:
    """Why the coordinator does not do more: its bottleneck, then what stands still, most telling first."""
    reason_texts = [each.reason.text for each in found if each.is_busy]
    return (*reason_texts, *(each.text for each in ranked(found)))[:REASONS_SHOWN]


def _unready(factories: Sequence[FactoryState], explained: list[Explanation], missing: str) -> dict[str, str]:
    """By name, why each factory that is not ready is not; `missing` if there is no explanation."""
    reasons = {each.name: each.reason.text for each in explained if each.subject is Subject.FACTORY}
    return {name: reasons.get(name, missing) for state in factories if (name := f"{state.good} at {state.factory}")}


def _why(task: Task, reasons: Mapping[str, str], obstacle: Reason | None) -> str:
    """Why a task waits: from the running coordinator; else as last stored, or what keeps the whole coordinator."""
    if obstacle is not None and obstacle.rule == HALTED:
        return obstacle.text
    return reasons.get(task.id) or task.waiting_for or (obstacle.text if obstacle is not None else "")
