"""Figures of a run from the ledger: completed trips, supply levels bought at, markets sold at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from starfoundry.store.tables.schema import intents, ledger, tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFigures:
    """Trips by kind, units bought by the supply level seen, credits of sales by market."""

    trips: Mapping[str, int]
    bought_at: Mapping[str, int]
    sold_at: Mapping[str, int]


def ledger_figures(connection: sa.Connection, since: datetime) -> LedgerFigures:
    """The figures from a moment on."""
    completed = (tasks.c.status == "COMPLETED") & (tasks.c.ended_at >= since)
    bought = (intents.c.kind == "PURCHASE") & (intents.c.state == "APPLIED") & (intents.c.sent_at >= since)
    sold = (ledger.c.kind == "SALE") & (ledger.c.at >= since)
    return LedgerFigures(
        trips=_summed(connection, tasks.c.kind, sa.func.count(), completed),
        bought_at=_summed(connection, intents.c.supply_seen, sa.func.sum(intents.c.units), bought),
        sold_at=_summed(connection, ledger.c.waypoint, sa.func.sum(ledger.c.amount), sold),
    )


def _summed(
    connection: sa.Connection, key: sa.Column[Any], figure: sa.ColumnElement[Any], wanted: sa.ColumnElement[bool]
) -> dict[str, int]:
    rows = connection.execute(sa.select(key, figure).where(wanted).group_by(key).order_by(key))
    return {str(name): int(value) for name, value in rows}
