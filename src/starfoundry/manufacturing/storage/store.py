"""Rows of pipelines, tasks, factory states and decisions. Every function works on a given connection."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa

from starfoundry.kernel.ids import ContainerId, PlayerId, Revision
from starfoundry.kernel.supply import SupplyLevel
from starfoundry.ledger.domain.model import Purpose
from starfoundry.ledger.storage import predictions
from starfoundry.manufacturing.domain.model import (
    FactoryState,
    Pipeline,
    PipelineKind,
    PipelineStatus,
    Task,
    TaskFilter,
    TaskKind,
    TaskStatus,
)
from starfoundry.manufacturing.storage import accounts
from starfoundry.store.inserts import insert_into
from starfoundry.store.tables import counters, schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One journal entry: the decision, its subject, its facts, and the configuration revision."""

    container_id: ContainerId
    revision: Revision
    at: datetime
    kind: str
    subject: str
    facts: Mapping[str, object]


def _updating(table: sa.Table, *columns: str) -> sa.Update:
    """An update of these columns of the row whose id is `key`; built once, since building costs more than running."""
    return (
        table.update().where(table.c.id == sa.bindparam("key")).values({name: sa.bindparam(name) for name in columns})
    )


_INSERT_PIPELINE = schema.pipelines.insert()
_UPDATE_PIPELINE = _updating(schema.pipelines, "status", "reason", "ended_at")
_INSERT_TASK = schema.tasks.insert()
_TASK_CHANGES = (
    *("status", "source", "target", "ship", "units_planned", "units_bought", "units_sold", "cost", "revenue"),
    *("fuel_cost", "attempts", "waiting_for", "revision", "ended_at"),
)
_UPDATE_TASK = _updating(schema.tasks, *_TASK_CHANGES)
_UPDATE_FROM_LEDGER = (
    schema.tasks.update()
    .where(schema.tasks.c.id == sa.bindparam("key"), schema.tasks.c.status == sa.bindparam("completed"))
    .values(
        cost=sa.bindparam("cost"),
        revenue=sa.bindparam("revenue"),
        fuel_cost=sa.bindparam("fuel"),
        units_bought=sa.bindparam("bought"),
        units_sold=sa.bindparam("sold"),
    )
)
_INSERT_DECISION = insert_into(schema.decisions, "id")


def insert_pipeline(connection: sa.Connection, pipeline: Pipeline) -> None:
    """Store a newly opened pipeline, and count it."""
    connection.execute(_INSERT_PIPELINE, _row(pipeline))
    counters.add(connection, schema.work_counts, pipeline.container_id, pipelines_opened=1)


def update_pipeline(connection: sa.Connection, pipeline: Pipeline) -> None:
    """Store a pipeline's end; its other fields do not change."""
    changes = {"status": pipeline.status.value, "reason": pipeline.reason, "ended_at": pipeline.ended_at}
    connection.execute(_UPDATE_PIPELINE, {"key": pipeline.id, **changes})


def insert_task(connection: sa.Connection, task: Task) -> None:
    """Store a new task."""
    connection.execute(_INSERT_TASK, _row(task))


def update_task(connection: sa.Connection, task: Task) -> None:
    """Store a task's new state."""
    row = _row(task)
    connection.execute(_UPDATE_TASK, {"key": task.id, **{name: row[name] for name in _TASK_CHANGES}})
    if task.status is TaskStatus.COMPLETED and task.ended_at is not None:
        update_from_ledger(connection, task.id)
        predictions.end(connection, task.id, task.ended_at)


def update_from_ledger(connection: sa.Connection, task_id: str) -> None:
    """Update the figures of a completed task from the ledger, in the transaction that books a call of it or ends it.

    A call may be booked after its task was completed: one in doubt by a ship that failed while another did the
    task. An active task is skipped: it reads the ledger at its end.
    """
    money = accounts.money_of(connection, "task_id", task_id)
    figures = {"cost": money.cost, "revenue": money.revenue, "fuel": money.fuel}
    figures |= {"bought": money.units_bought, "sold": money.units_sold}
    connection.execute(_UPDATE_FROM_LEDGER, {"key": task_id, "completed": TaskStatus.COMPLETED.value, **figures})


def booked_late(connection: sa.Connection, purpose: Purpose) -> None:
    """Update the task of a call that was booked long after it was sent."""
    update_from_ledger(connection, purpose.task_id)


def save_factory(connection: sa.Connection, container_id: ContainerId, state: FactoryState) -> None:
    """Store a factory's state as a pipeline observes it."""
    table = schema.factory_states
    row = {
        "supply": state.supply.name if state.supply is not None else "",
        "ready": state.is_ready,
        "ready_since": state.ready_since,
        "delivered": dict(state.delivered),
    }
    key = (
        (table.c.container_id == container_id)
        & (table.c.pipeline_id == state.pipeline_id)
        & (table.c.factory == state.factory)
        & (table.c.good == state.good)
    )
    if connection.execute(table.update().where(key), row).rowcount == 0:
        connection.execute(
            table.insert(),
            {
                "container_id": container_id,
                "pipeline_id": state.pipeline_id,
                "factory": state.factory,
                "good": state.good,
                **row,
            },
        )


def record(connection: sa.Connection, decisions: Iterable[Decision]) -> None:
    """Append decisions to the journal, in order."""
    for decision in decisions:
        connection.execute(_INSERT_DECISION, _row(decision))


def last_decision(connection: sa.Connection, container_id: ContainerId) -> Decision | None:
    """The newest decision of a container, among those of its newest revision that has any."""
    table = schema.decisions.c
    newest = sa.select(schema.decisions).where(table.container_id == container_id)
    # In the order of the index, so that a long journal is not read.
    row = connection.execute(newest.order_by(table.revision.desc(), table.id.desc()).limit(1)).mappings().one_or_none()
    if row is None:
        return None
    return Decision(**{name: row[name] for name in ("container_id", "revision", "at", "kind", "subject", "facts")})


def load_active(connection: sa.Connection, container_id: ContainerId) -> tuple[list[Pipeline], list[Task]]:
    """The active pipelines, oldest first, and all of their tasks."""
    pipelines = find_pipelines(connection, container_id, include_ended=False)
    table = schema.tasks
    rows = connection.execute(
        sa.select(table)
        .where(table.c.pipeline_id.in_([pipeline.id for pipeline in pipelines]))
        .order_by(table.c.created_at, table.c.id)
    )
    return pipelines, [_task(row) for row in rows.mappings()]


def cancel_all(connection: sa.Connection, container_id: ContainerId, *, reason: str, at: datetime) -> None:
    """End all open pipelines and tasks of a container."""
    for table, reason_column in ((schema.pipelines, "reason"), (schema.tasks, "waiting_for")):
        connection.execute(
            sa.update(table)
            .where(table.c.container_id == container_id, table.c.ended_at.is_(None))
            .values({"status": "CANCELLED", "ended_at": at, reason_column: reason})
        )


def find_pipelines(
    connection: sa.Connection, container_id: ContainerId, *, include_ended: bool, limit: int = 0
) -> list[Pipeline]:
    """Pipelines of a container, oldest first; with a limit, the newest ones."""
    table = schema.pipelines
    query = sa.select(table).where(table.c.container_id == container_id)
    if not include_ended:
        query = query.where(table.c.status == PipelineStatus.EXECUTING.value)
    query = query.order_by(table.c.created_at.desc(), sa.func.length(table.c.id).desc(), table.c.id.desc())
    rows = connection.execute(query.limit(limit) if limit else query)
    return [_pipeline(row) for row in rows.mappings()][::-1]


def find_tasks(
    connection: sa.Connection, container_id: ContainerId, wanted: TaskFilter, *, limit: int = 0
) -> list[Task]:
    """Tasks of a container, oldest first; with a limit, the newest ones."""
    table = schema.tasks
    query = sa.select(table).where(table.c.container_id == container_id, *_conditions(wanted))
    query = query.order_by(table.c.created_at.desc(), table.c.id.desc())
    rows = connection.execute(query.limit(limit) if limit else query)
    return [_task(row) for row in rows.mappings()][::-1]


def find_pipeline(connection: sa.Connection, player_id: PlayerId, pipeline_id: str) -> Pipeline | None:
    """One pipeline of any container of a player."""
    row = _row_of_player(connection, schema.pipelines, player_id, pipeline_id)
    return None if row is None else _pipeline(row)


def find_named(connection: sa.Connection, player_id: PlayerId, work_id: str, *, limit: int) -> list[Task]:
    """The task of that id, or the newest tasks of the pipeline of that id, oldest first."""
    task = find_task(connection, player_id, work_id)
    if task is not None:
        return [task]
    pipeline = find_pipeline(connection, player_id, work_id)
    if pipeline is None:
        return []
    return find_tasks(connection, pipeline.container_id, TaskFilter(pipeline_id=work_id, statuses=()), limit=limit)


def find_task(connection: sa.Connection, player_id: PlayerId, task_id: str) -> Task | None:
    """One task of any container of a player."""
    row = _row_of_player(connection, schema.tasks, player_id, task_id)
    return None if row is None else _task(row)


def _row_of_player(connection: sa.Connection, table: sa.Table, player_id: PlayerId, key: str) -> sa.RowMapping | None:
    owner = schema.containers.c
    mine = sa.select(owner.id).where(owner.player_id == player_id)
    wanted = sa.select(table).where(table.c.id == key, table.c.container_id.in_(mine))
    return connection.execute(wanted).mappings().one_or_none()


def _conditions(wanted: TaskFilter) -> list[sa.ColumnElement[bool]]:
    table = schema.tasks.c
    texts = ((table.pipeline_id, wanted.pipeline_id), (table.ship, wanted.ship), (table.good, wanted.good))
    conditions = [column == text for column, text in texts if text]
    named = ((table.status, wanted.statuses), (table.kind, wanted.kinds))
    return [*conditions, *(column.in_([each.value for each in words]) for column, words in named if words)]


def load_factories(connection: sa.Connection, container_id: ContainerId) -> list[FactoryState]:
    """The factory states of the active pipelines."""
    table = schema.factory_states
    rows = connection.execute(
        sa.select(table)
        .join(schema.pipelines, schema.pipelines.c.id == table.c.pipeline_id)
        .where(table.c.container_id == container_id, schema.pipelines.c.status == PipelineStatus.EXECUTING.value)
        .order_by(table.c.pipeline_id, table.c.factory, table.c.good)
    )
    return [
        FactoryState(
            pipeline_id=row.pipeline_id,
            factory=row.factory,
            good=row.good,
            supply=SupplyLevel[row.supply] if row.supply else None,
            ready_since=row.ready_since,
            delivered=row.delivered,
        )
        for row in rows
    ]


def count_pipelines(connection: sa.Connection, container_id: ContainerId) -> int:
    """The number of pipelines that the container has opened, pruned ones included.

    The next one is numbered one higher.
    """
    return _counted(connection, container_id, schema.work_counts.c.pipelines_opened)


def count_completed(connection: sa.Connection, container_id: ContainerId) -> int:
    """The number of completed tasks, pruned ones included."""
    table = schema.tasks
    here = sa.select(sa.func.count()).where(
        table.c.container_id == container_id, table.c.status == TaskStatus.COMPLETED.value
    )
    pruned = _counted(connection, container_id, schema.work_counts.c.completed_pruned)
    return int(connection.execute(here).scalar_one()) + pruned


def _counted(connection: sa.Connection, container_id: ContainerId, column: sa.Column[int]) -> int:
    row = sa.select(column).where(schema.work_counts.c.container_id == container_id)
    return connection.execute(row).scalar_one_or_none() or 0


def _row(value: Pipeline | Task | Decision) -> dict[str, Any]:
    """The columns of a value: its fields, with enum members by name."""
    row = {field.name: getattr(value, field.name) for field in fields(value)}
    return {name: item.value if isinstance(item, Enum) else item for name, item in row.items()}


def _pipeline(row: Mapping[Any, Any]) -> Pipeline:
    return Pipeline(**{**row, "kind": PipelineKind(row["kind"]), "status": PipelineStatus(row["status"])})


def _task(row: Mapping[Any, Any]) -> Task:
    return Task(**{**row, "kind": TaskKind(row["kind"]), "status": TaskStatus(row["status"])})
