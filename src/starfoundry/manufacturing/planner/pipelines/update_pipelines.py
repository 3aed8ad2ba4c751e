"""Update of every pipeline and waiting task from current data and settings: the first part of a turn."""

from collections.abc import Sequence
from datetime import timedelta

from starfoundry.kernel.reason import Reason
from starfoundry.kernel.supply import SupplyLevel
from starfoundry.manufacturing.domain.model import (
    Pipeline,
    PipelineKind,
    PipelineStatus,
    Task,
    TaskKind,
    TaskStatus,
)
from starfoundry.manufacturing.planner.actions import Action, AddTask, ChangeTask, EndPipeline
from starfoundry.manufacturing.planner.trips.eligibility import gate, holds_cargo_of
from starfoundry.manufacturing.planner.view import View
from starfoundry.manufacturing.reasons import trips

COLLECTION_PATIENCE = timedelta(minutes=30)
"""The longest time that a collection waits while not eligible; a new scan finds it again."""

LIQUIDATION_PATIENCE = timedelta(hours=1)
"""The longest time that cargo waits to be sold before its pipeline ends; cargo still aboard is found again."""

FABRICATION_PATIENCE = timedelta(hours=6)
"""The longest time of a fabrication: feeding lifts an export a level in about half an hour (M), from SCARCE in two."""


def review(view: View) -> tuple[View, list[Action]]:
    """The view after eligibility and endings were updated, and the actions for that."""
    actions: list[Action] = []
    for pipeline in view.pipelines:
        if pipeline.status is PipelineStatus.EXECUTING:
            view, more = _review_pipeline(view, pipeline)
            actions += more
    return view, actions


def _review_pipeline(view: View, pipeline: Pipeline) -> tuple[View, list[Action]]:
    ending = _ending(view, pipeline)
    if ending is None:
        return _review_gates(view, pipeline)
    return ended(view, pipeline, *ending)


def ended(view: View, pipeline: Pipeline, status: PipelineStatus, reason: str) -> tuple[View, list[Action]]:
    """The view once a pipeline with nothing in flight has ended, and what ends it and cancels its waiting tasks."""
    actions: list[Action] = []
    for task in view.tasks_of(pipeline.id):
        if task.status.is_waiting:
            cancelled = task.over(TaskStatus.CANCELLED, view.now, reason)
            view = view.with_task(cancelled)
            actions.append(ChangeTask(task=cancelled))
    over = pipeline.over(status, view.now, reason)
    return view.with_pipeline(over), [*actions, EndPipeline(pipeline=over)]


def _ending(view: View, pipeline: Pipeline) -> tuple[PipelineStatus, str] | None:
    """The pipeline's last status and the reason, or None while it continues. Work in flight is never interrupted."""
    tasks = view.tasks_of(pipeline.id)
    if any(task.status.is_in_flight for task in tasks):
        return None
    lifts = [task for task in tasks if task.kind is not TaskKind.ACQUIRE_DELIVER]
    if any(task.status is TaskStatus.COMPLETED for task in lifts):
        return PipelineStatus.COMPLETED, "its product was sold"
    failed = next((task for task in tasks if task.status is TaskStatus.FAILED), None)
    if failed is not None:
        return PipelineStatus.FAILED, f"{failed.kind.value} of {failed.good} failed: {failed.waiting_for}"
    if pipeline in view.draining():
        return PipelineStatus.CANCELLED, f"the capacity was lowered to {view.config.max_pipelines}"
    if pipeline.kind is PipelineKind.TRADE:
        return PipelineStatus.CANCELLED, f"its ship did not trade: {lifts[0].waiting_for or 'no ship could be sent'}"
    age = view.now - pipeline.created_at
    if pipeline.kind is PipelineKind.LIQUIDATION and (useless := _of_no_use(view, lifts, age)):
        return PipelineStatus.CANCELLED, useless
    shut = all(task.status is TaskStatus.PENDING for task in lifts)
    if pipeline.kind is PipelineKind.COLLECTION and shut and age > COLLECTION_PATIENCE:
        return PipelineStatus.CANCELLED, f"waited {_minutes(age)} minutes: {lifts[0].waiting_for}"
    if pipeline.kind is PipelineKind.FABRICATION and age > FABRICATION_PATIENCE:
        return PipelineStatus.CANCELLED, f"not done after {_minutes(age)} minutes"
    return None


def _of_no_use(view: View, lifts: Sequence[Task], age: timedelta) -> str:
    """Why waiting cargo cannot be sold: it is gone, another container has its ship, or no ship comes for it."""
    for task in lifts:
        if task.ship in view.elsewhere:
            return f"{task.ship} now works for another container"
        hull = next((each for each in view.idle if each.ship == task.ship), None)
        if hull is not None and not holds_cargo_of(hull, task):
            return f"{task.ship} holds no {task.good} any more"
    return f"waited {_minutes(age)} minutes: {lifts[0].waiting_for}" if age > LIQUIDATION_PATIENCE else ""


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


def _review_gates(view: View, pipeline: Pipeline) -> tuple[View, list[Action]]:
    actions: list[Action] = []
    drains = pipeline in view.draining()
    for task in view.tasks_of(pipeline.id):
        if not task.status.is_waiting:
            continue
        shut = held(view, task)
        judged = _opened(task) if shut is None else _held(task, shut.text)
        if judged != task:
            view = view.with_task(judged)
            actions.append(ChangeTask(task=judged))
    if pipeline.kind is PipelineKind.FABRICATION and not drains:
        for task in _feeds_again(view, pipeline):
            view = view.with_task(task)
            actions.append(AddTask(task=task))
    return view, actions


def held(view: View, task: Task) -> Reason | None:
    """Why a waiting task may not be given to a ship now; None if it may."""
    above = [pipeline.id for pipeline in view.draining()]
    if task.pipeline_id in above:
        return trips.draining(view.config.max_pipelines + 1 + above.index(task.pipeline_id), view.config)
    return gate(view, task)


def _opened(task: Task) -> Task:
    return task.ready() if task.status is TaskStatus.PENDING else task


def _held(task: Task, reason: str) -> Task:
    """The task as not eligible, unless it already has a reason of the same rule: changed figures are no change."""
    if task.status is TaskStatus.PENDING and _topic(task.waiting_for) == _topic(reason):
        return task
    return task.waiting(reason)


def _topic(reason: str) -> str:
    return reason.partition(":")[0]


def _feeds_again(view: View, pipeline: Pipeline) -> list[Task]:
    """The next trip for each input whose last trip is done, while the factory is not full of it."""
    if any(state.is_ready for state in view.factories if state.pipeline_id == pipeline.id):
        return []
    tasks = view.tasks_of(pipeline.id)
    feeds: list[Task] = []
    latest = {(task.good, task.target): task for task in tasks if task.kind is TaskKind.ACQUIRE_DELIVER}
    for last in latest.values():
        offer = view.board.offer(last.target, last.good)
        full = offer is not None and offer.curve.supply is not None and offer.curve.supply >= SupplyLevel.HIGH
        if last.status is TaskStatus.COMPLETED and not full:
            feeds.append(
                Task(
                    id=f"{pipeline.id}-t{len(tasks) + len(feeds) + 1}",
                    pipeline_id=pipeline.id,
                    container_id=pipeline.container_id,
                    kind=TaskKind.ACQUIRE_DELIVER,
                    status=TaskStatus.PENDING,
                    good=last.good,
                    source=last.source,
                    target=last.target,
                    revision=view.revision,
                    created_at=view.now,
                )
            )
    return feeds
