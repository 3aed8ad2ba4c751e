"""Pruning of growing histories: the oldest rows are deleted in small batches, so that no other write waits long.

Rows that may still matter stay: calls whose outcome is unknown, work in progress, and anything that `verify` would
report. The ledger, the profit that was predicted for each trip in it, every revision of settings, and everything an
operator creates (players, containers, presets, names and notes of revisions) are kept for ever. All other tables have
one row for each existing thing and do not grow with time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import sqlalchemy as sa

from starfoundry.store.tables import counters
from starfoundry.store.tables.schema import (
    alert_deliveries,
    alerts,
    container_logs,
    decisions,
    factory_states,
    intents,
    ledger,
    market_history,
    pipelines,
    prunings,
    tasks,
    trip_predictions,
    work_counts,
)

BATCH_ROWS = 500

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The size of each history that is kept: rows younger than `days`, and of those the newest `rows`."""

    days: int = 30
    rows: int = 1_000_000

    def oldest(self, now: datetime) -> datetime:
        """Rows older than this time are out of bounds."""
        return now - timedelta(days=self.days)


class History(Protocol):
    """A table, or several, that only grow."""

    def prune_batch(self, connection: sa.Connection, bounds: Bounds, now: datetime) -> int:
        """Delete about BITE_ROWS of the oldest rows out of bounds; how many were deleted, 0 when none is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedRows:
    """Rows numbered in order of insertion. Their age counts from `since`; rows not matching `may_go` stay.

    The newest row stays whatever its age, so that no number is used twice.
    """

    table: sa.Table
    since: sa.Column[datetime]
    may_go: sa.ColumnElement[bool]

    def prune_batch(self, connection: sa.Connection, bounds: Bounds, now: datetime) -> int:
        """Delete a batch of the oldest rows. Only those are examined, since numbers grow with time."""
        number = self.table.c.id
        newest = connection.execute(sa.select(sa.func.max(number))).scalar_one()
        if newest is None:
            return 0
        may_go = sa.select(number, self.since.label("since")).where(number < newest, self.may_go)
        oldest = may_go.order_by(number).limit(BATCH_ROWS).subquery()
        is_out = sa.or_(oldest.c.since < bounds.oldest(now), oldest.c.id <= newest - bounds.rows)
        gone = connection.execute(sa.select(oldest.c.id).where(is_out)).scalars().all()
        if gone:
            connection.execute(sa.delete(self.table).where(number.in_(gone)))
            counters.add(connection, prunings, self.table.name, rows=len(gone))
        return len(gone)


class EndedPipelines:
    """Ended pipelines, each with its tasks and factory states, unless a call still refers to them."""

    def prune_batch(self, connection: sa.Connection, bounds: Bounds, now: datetime) -> int:
        """Delete those that ended first; their completed tasks stay counted."""
        until = max(bounds.oldest(now), self._newest_surplus_end(connection, bounds))
        gone: list[str] = []
        rows = 0
        for row in connection.execute(_ENDED, {"until": until}).all():
            if gone and rows + row.rows > BATCH_ROWS:
                break
            gone.append(row.id)
            rows += row.rows
        if gone:
            self._remove(connection, gone)
        return rows

    @staticmethod
    def _newest_surplus_end(connection: sa.Connection, bounds: Bounds) -> datetime:
        """The end time of the newest ended pipeline to delete so that `bounds.rows` are left."""
        has_ended = pipelines.c.ended_at.is_not(None)
        there = connection.execute(sa.select(sa.func.count()).where(has_ended)).scalar_one()
        if there <= bounds.rows:
            return NEVER
        ends = sa.select(pipelines.c.ended_at).where(has_ended).order_by(pipelines.c.ended_at)
        until: datetime = connection.execute(ends.offset(there - bounds.rows - 1).limit(1)).scalar_one()
        return until

    @staticmethod
    def _remove(connection: sa.Connection, gone: Sequence[str]) -> None:
        theirs = tasks.c.pipeline_id.in_(gone)
        completed = sa.select(tasks.c.container_id, sa.func.count()).where(theirs, tasks.c.status == "COMPLETED")
        for container_id, count in connection.execute(completed.group_by(tasks.c.container_id)).all():
            counters.add(connection, work_counts, container_id, completed_pruned=count)
        predicted = trip_predictions.c.pipeline_id.in_(gone)
        connection.execute(sa.update(trip_predictions).where(predicted).values(details={}))
        connection.execute(sa.delete(tasks).where(theirs))
        connection.execute(sa.delete(factory_states).where(factory_states.c.pipeline_id.in_(gone)))
        connection.execute(sa.delete(pipelines).where(pipelines.c.id.in_(gone)))


def _of_pipeline(table: sa.Table) -> sa.ScalarSelect[Any]:
    return sa.select(sa.func.count()).where(table.c.pipeline_id == pipelines.c.id).scalar_subquery()


_IS_DEAL = sa.and_(intents.c.state == "APPLIED", intents.c.kind.not_in(("JETTISON", "TRANSFER")))
_IS_BOOKED = sa.exists().where(ledger.c.intent_id == intents.c.id)
_IS_SETTLED = sa.and_(
    intents.c.state.not_in(("SENT", "IN_DOUBT")),
    sa.or_(sa.and_(_IS_DEAL, _IS_BOOKED), sa.not_(sa.or_(_IS_DEAL, _IS_BOOKED))),
)
"""The outcome of the call is known and agrees with the ledger; a call that disagrees stays for `verify` to report."""

_ENDED = (
    sa.select(
        pipelines.c.id,
        pipelines.c.ended_at,
        (1 + _of_pipeline(tasks) + _of_pipeline(factory_states)).label("rows"),
    )
    .where(
        pipelines.c.ended_at <= sa.bindparam("until"),
        ~sa.exists().where(
            tasks.c.pipeline_id == pipelines.c.id, tasks.c.status.in_(("PENDING", "READY", "ASSIGNED", "EXECUTING"))
        ),
        ~sa.exists().where(tasks.c.pipeline_id == pipelines.c.id, intents.c.task_id == tasks.c.id),
    )
    .order_by(pipelines.c.ended_at, pipelines.c.id)
    .limit(BATCH_ROWS // 2)
)
"""Ended pipelines that may be deleted, the earliest ended first, at least two rows each.

The task of a call is needed to check the call against the settings.
"""

HISTORIES: tuple[History, ...] = (
    *(
        NumberedRows(table=table, since=table.c.at, may_go=sa.true())
        for table in (market_history, decisions, container_logs)
    ),
    NumberedRows(table=intents, since=intents.c.resolved_at, may_go=_IS_SETTLED),
    NumberedRows(table=alert_deliveries, since=alert_deliveries.c.at, may_go=sa.true()),
    NumberedRows(table=alerts, since=alerts.c.closed_at, may_go=alerts.c.closed_at.is_not(None)),
    EndedPipelines(),
)
"""Everything that is pruned, calls before the work they belong to."""
