"""Rows of predicted trips, and their comparison with the ledger. Every function works on a given connection."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from starfoundry.kernel.ids import PlayerId
from starfoundry.ledger.domain.model import TRADE_KINDS, LedgerFilter
from starfoundry.ledger.domain.prediction import NO_TRIPS, Comparison, Prediction, UnitPrices, sum_of
from starfoundry.store.inserts import insert_into
from starfoundry.store.tables.schema import containers, ledger, trip_predictions

_COLUMNS = trip_predictions.c
_PROFIT = _COLUMNS.revenue - _COLUMNS.cost - _COLUMNS.fuel
_FORGET = sa.delete(trip_predictions).where(_COLUMNS.task_id == sa.bindparam("key"))
_INSERT = insert_into(trip_predictions)
_END = (
    sa.update(trip_predictions).where(_COLUMNS.task_id == sa.bindparam("key")).values(ended_at=sa.bindparam("ended_at"))
)


def record(connection: sa.Connection, prediction: Prediction) -> None:
    """Store what a trip is expected to do as its ship is sent; it replaces that of an earlier attempt."""
    connection.execute(_FORGET, {"key": prediction.task_id})
    connection.execute(_INSERT, {each.name: getattr(prediction, each.name) for each in fields(prediction)})


def end(connection: sa.Connection, task_id: str, at: datetime) -> None:
    """A trip is done: from now on it is compared with what came of it."""
    connection.execute(_END, {"key": task_id, "ended_at": at})


def predictions_of(connection: sa.Connection, task_ids: Sequence[str]) -> dict[str, Prediction]:
    """The predictions of these tasks by task, as far as a ship was ever sent for them."""
    rows = connection.execute(sa.select(trip_predictions).where(_COLUMNS.task_id.in_(task_ids)))
    return {row["task_id"]: _prediction(row) for row in rows.mappings()}


def unit_prices(connection: sa.Connection, task_ids: Iterable[str]) -> dict[str, UnitPrices]:
    """The prices that the trips of these tasks were expected to have, by task, as far as they were predicted."""
    columns = (_COLUMNS.task_id, _COLUMNS.good, _COLUMNS.units, _COLUMNS.cost, _COLUMNS.revenue)
    wanted = (_COLUMNS.task_id.in_(sorted(set(task_ids))), _COLUMNS.units > 0)
    return {
        row.task_id: UnitPrices(
            good=row.good, paid=row.cost / row.units or None, received=row.revenue / row.units or None
        )
        for row in connection.execute(sa.select(*columns).where(*wanted))
    }


def _prediction(row: Mapping[Any, Any]) -> Prediction:
    return Prediction(**row)


def compared(
    connection: sa.Connection, player_id: PlayerId, wanted: LedgerFilter, key: sa.ColumnElement[str]
) -> dict[str, Comparison]:
    """The trips that ended in a stretch of time, added up by a column of the book or of the predictions.

    What a trip brought is everything that was booked for its task, whenever that was; so the two figures are of the
    same trips.
    """
    rows = connection.execute(
        sa.select(
            sa.func.min(key).label("key"),
            sa.func.min(_PROFIT).label("predicted"),
            sa.func.sum(ledger.c.amount).label("realised"),
        )
        .join(containers, containers.c.id == _COLUMNS.container_id)
        .join(ledger, ledger.c.task_id == _COLUMNS.task_id)
        .where(
            containers.c.player_id == player_id,
            ledger.c.kind.in_([kind.value for kind in TRADE_KINDS]),
            _COLUMNS.ended_at.is_not(None),
            *_narrowed(wanted),
        )
        .group_by(_COLUMNS.task_id)
    )
    found: dict[str, Comparison] = {}
    for row in rows:
        found[row.key] = found.get(row.key, NO_TRIPS) + Comparison(1, int(row.predicted), int(row.realised))
    return found


def compared_of_pipeline(connection: sa.Connection, pipeline_id: str) -> Comparison:
    """The trips of one pipeline that are done."""
    rows = connection.execute(
        sa.select(sa.func.min(_PROFIT).label("predicted"), sa.func.sum(ledger.c.amount).label("realised"))
        .join(ledger, ledger.c.task_id == _COLUMNS.task_id)
        .where(_COLUMNS.pipeline_id == pipeline_id, _COLUMNS.ended_at.is_not(None))
        .group_by(_COLUMNS.task_id)
    )
    return sum_of(Comparison(1, int(row.predicted), int(row.realised)) for row in rows)


def _narrowed(wanted: LedgerFilter) -> list[sa.ColumnElement[bool]]:
    texts = ((_COLUMNS.container_id, wanted.container_id), (_COLUMNS.good, wanted.good), (_COLUMNS.ship, wanted.ship))
    bounds = [] if wanted.since is None else [_COLUMNS.ended_at >= wanted.since]
    bounds += [] if wanted.until is None else [_COLUMNS.ended_at < wanted.until]
    return [*(column == text for column, text in texts if text), *bounds]
