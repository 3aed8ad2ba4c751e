"""The work of one coordinator: its pipelines, tasks and factories, in memory and in SQL.

Every change is committed before it is visible in memory, so that no action depends on something that a crash could
undo.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial

import sqlalchemy as sa

from starfoundry.config.domain.model import Revised
from starfoundry.config.domain.validation import objection
from starfoundry.config.service.config_bus import BUILT_IN_DEFAULTS_REVISION
from starfoundry.config.service.revert_refused import RevertedRevision, revert_refused
from starfoundry.config.storage import store as config_store
from starfoundry.config.storage.history import CONFIGURATION_APPLIED, REFUSED
from starfoundry.containers.storage import store as containers_store
from starfoundry.kernel.errors import Stale
from starfoundry.kernel.ids import ContainerId, Revision
from starfoundry.kernel.ports import Clock
from starfoundry.ledger.storage import predictions
from starfoundry.manufacturing.domain.model import FactoryState, Pipeline, PipelineKind, Task
from starfoundry.manufacturing.planner.actions import (
    Action,
    AddTask,
    AssignShip,
    ChangeTask,
    EndPipeline,
    OpenPipeline,
)
from starfoundry.manufacturing.planner.explain.decided_trip import decided_trips
from starfoundry.manufacturing.planner.trips.readiness import FactoryStateTracker
from starfoundry.manufacturing.storage import accounts, store
from starfoundry.manufacturing.storage.decided_trips import prediction_of
from starfoundry.manufacturing.storage.store import Decision
from starfoundry.store.engine import Database

Change = Callable[[sa.Connection], None]


class Overtaken(Stale):
    """A turn that would start work was decided under a revision that is no longer in force."""


class WorkState:
    """The work of one container. `tracker` observes the factories of its fabrications."""

    def __init__(
        self, container_id: ContainerId, database: Database, clock: Clock, tracker: FactoryStateTracker
    ) -> None:
        self._container_id = container_id
        self._database = database
        self._clock = clock
        self.tracker = tracker
        self._pipelines: dict[str, Pipeline] = {}
        self._tasks: dict[str, Task] = {}
        self.next_pipeline = 1

    async def load(self) -> None:
        """Load the stored work, at the beginning of every run."""
        container_id = self._container_id
        pipelines, tasks = await self._database.read(lambda c: store.load_active(c, container_id))
        factories = await self._database.read(lambda c: store.load_factories(c, container_id))
        self.next_pipeline = 1 + await self._database.read(lambda c: store.count_pipelines(c, container_id))
        self._pipelines = {pipeline.id: pipeline for pipeline in pipelines}
        self._tasks = {task.id: task for task in tasks}
        for state in factories:
            self.tracker.put(state)

    def pipelines(self) -> tuple[Pipeline, ...]:
        """The active pipelines, in the order they were opened."""
        return tuple(self._pipelines.values())

    def tasks(self) -> tuple[Task, ...]:
        """Every task of those pipelines, ended ones included."""
        return tuple(self._tasks.values())

    def task(self, task_id: str) -> Task:
        """One task in its current state."""
        return self._tasks[task_id]

    async def apply(
        self, actions: Sequence[Action], revision: Revision, *, first_under: Decision | None = None
    ) -> None:
        """Commit a turn's actions and their journal entries in one transaction, then show them in memory.

        `first_under` is the journal entry of a revision's first turn; the revision's acknowledgement is stored
        with it. Raises Overtaken, with nothing done, if ships are to be sent and the transaction finds another
        revision in force, so that no work starts by outdated levels.
        """
        changes: list[Change] = []
        for action in actions:
            changes += self._changes(action)
        for trip in decided_trips(actions):
            prediction = prediction_of(trip, self._clock.now())
            changes.append(partial(predictions.record, prediction=prediction))
        decisions = [self._decision(action, revision) for action in actions]
        if first_under is not None:
            decisions.append(first_under)
        if not decisions:
            return
        starts = any(isinstance(action, AssignShip) for action in actions)

        def commit(connection: sa.Connection) -> None:
            if starts:
                self._require_in_force(connection, revision)
            for change in changes:
                change(connection)
            store.record(connection, decisions)
            if first_under is not None:
                containers_store.set_observed(connection, self._container_id, revision)

        await self._database.write(commit)
        for action in actions:
            self._show(action)

    async def revert_refused(self, in_force: Revised, known_goods: AbstractSet[str]) -> RevertedRevision:
        """Refuse the revisions that name unknown goods, and restore the settings in force, in one transaction."""
        at = self._clock.now()

        def commit(connection: sa.Connection) -> RevertedRevision:
            taken = revert_refused(connection, self._container_id, in_force, partial(objection, known=known_goods), at)
            lines = [
                self.line(REFUSED, self._container_id, {"reason": reason}, revision)
                for revision, reason in taken.refused.items()
            ]
            store.record(connection, lines)
            return taken

        return await self._database.write(commit)

    async def change_task(self, task: Task, kind: str, facts: dict[str, object]) -> Task:
        """Commit a worker's change of its task with a journal entry; returns the task."""
        decision = self.line(kind, task.id, facts, task.revision)

        def commit(connection: sa.Connection) -> None:
            store.update_task(connection, task)
            store.record(connection, [decision])

        await self._database.write(commit)
        self._tasks[task.id] = task
        return task

    async def delivered(self, task: Task) -> None:
        """Count an input that reached its factory."""
        for state in self.tracker.of_pipeline(task.pipeline_id):
            if state.factory == task.target:
                fed = state.with_delivery(task.good, task.units_sold)
                await self.keep_factories((fed,))
                self.tracker.put(fed)

    async def keep_factories(self, states: Sequence[FactoryState]) -> None:
        """Store states that the tracker already holds; each only repeats a market reading, so it may follow later."""

        def commit(connection: sa.Connection) -> None:
            for state in states:
                store.save_factory(connection, self._container_id, state)

        if states:
            await self._database.write(commit)

    async def money_of(self, task_id: str) -> accounts.Money:
        """The cost and income of a task so far, from the ledger."""
        return await self._database.read(lambda connection: accounts.money_of(connection, "task_id", task_id))

    def _require_in_force(self, connection: sa.Connection, revision: Revision) -> None:
        in_force = config_store.load(connection, self._container_id).revision
        if revision not in (in_force, BUILT_IN_DEFAULTS_REVISION):
            raise Overtaken(f"decided under revision {revision}, and revision {in_force} is in force now")

    def _changes(self, action: Action) -> list[Change]:
        match action:
            case OpenPipeline(pipeline=pipeline, tasks=tasks):
                changes: list[Change] = [lambda c: store.insert_pipeline(c, pipeline)]
                changes += [lambda c, task=task: store.insert_task(c, task) for task in tasks]  # type: ignore[misc]
                if pipeline.kind is PipelineKind.FABRICATION:
                    changes.append(lambda c: store.save_factory(c, self._container_id, _factory(pipeline)))
                return changes
            case EndPipeline(pipeline=pipeline):
                return [lambda c: store.update_pipeline(c, pipeline)]
            case AddTask(task=task):
                return [lambda c: store.insert_task(c, task)]
            case ChangeTask(task=task) | AssignShip(task=task):
                return [lambda c: store.update_task(c, task)]

    def _show(self, action: Action) -> None:
        match action:
            case OpenPipeline(pipeline=pipeline, tasks=tasks):
                self._pipelines[pipeline.id] = pipeline
                self.next_pipeline += 1
                self._tasks.update({task.id: task for task in tasks})
                if pipeline.kind is PipelineKind.FABRICATION:
                    self.tracker.put(_factory(pipeline))
            case EndPipeline(pipeline=pipeline):
                del self._pipelines[pipeline.id]
                self.tracker.forget_pipeline(pipeline.id)
                self._tasks = {key: task for key, task in self._tasks.items() if task.pipeline_id != pipeline.id}
            case AddTask(task=task) | ChangeTask(task=task) | AssignShip(task=task):
                if task.pipeline_id in self._pipelines:
                    self._tasks[task.id] = task

    def _decision(self, action: Action, revision: Revision) -> Decision:
        match action:
            case OpenPipeline(pipeline=pipeline, facts=facts):
                seen = {"good": pipeline.good, "factory": pipeline.factory, "sell_market": pipeline.sell_market}
                return self.line("pipeline opened", pipeline.id, {**seen, **facts}, revision)
            case EndPipeline(pipeline=pipeline):
                ending = {"status": pipeline.status.value, "reason": pipeline.reason}
                return self.line("pipeline ended", pipeline.id, ending, revision)
            case AddTask(task=task):
                return self.line("task added", task.id, {"good": task.good, "kind": task.kind.value}, revision)
            case ChangeTask(task=task):
                change = {"status": task.status.value, "waiting_for": task.waiting_for}
                return self.line("task judged", task.id, change, revision)
            case AssignShip(task=task, prospect=prospect):
                facts = {
                    "ship": task.ship,
                    "good": task.good,
                    "source": task.source,
                    "target": task.target,
                    "units": prospect.units,
                    "cost": prospect.cost,
                    "revenue": prospect.revenue,
                    "profit": prospect.profit,
                    "per_hour": prospect.per_hour,
                }
                return self.line("ship assigned", task.id, facts, revision)

    def applied_entry(self, revised: Revised, effects: Sequence[str]) -> Decision:
        """The journal entry that a revision is applied from now on, with its immediate effects."""
        facts = {"config": revised.config.to_map(), "effects": list(effects)}
        return self.line(CONFIGURATION_APPLIED, self._container_id, facts, revised.revision)

    def line(self, kind: str, subject: str, facts: Mapping[str, object], revision: Revision) -> Decision:
        """A journal entry of this container at this moment."""
        return Decision(
            container_id=self._container_id,
            revision=revision,
            at=self._clock.now(),
            kind=kind,
            subject=subject,
            facts=facts,
        )


def _factory(pipeline: Pipeline) -> FactoryState:
    return FactoryState(pipeline_id=pipeline.id, factory=pipeline.factory, good=pipeline.good)
