"""Costs and income of tasks, pipelines, containers and ships, from the ledger."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from starfoundry.kernel.ids import PlayerId
from starfoundry.store.tables import schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """The cost and income of a task or pipeline by the ledger, in credits; units as traded."""

    cost: int = 0
    revenue: int = 0
    fuel: int = 0
    units_bought: int = 0
    units_sold: int = 0

    @property
    def profit(self) -> int:
        """Sales minus goods and fuel."""
        return self.revenue - self.cost - self.fuel


def money_of(connection: sa.Connection, column: str, key: str) -> Money:
    """The ledger's figures for one task, pipeline or container; `column` is the ledger's column that names it."""
    return _money(connection.execute(_SUMS_OF[column], {"key": key}))


def money_of_ship(connection: sa.Connection, player_id: PlayerId, ship: str, *, since: datetime | None = None) -> Money:
    """The ledger's figures for all tasks of a ship, or only those `since` a time."""
    table = schema.ledger.c
    of_tasks = (table.player_id == player_id, table.ship == ship, table.task_id != "")
    return _money(connection.execute(_sums(*of_tasks, *([] if since is None else [table.at >= since]))))


def expected_profits(connection: sa.Connection, task_ids: Sequence[str]) -> dict[str, tuple[str, int]]:
    """By task, its pipeline and the profit that was expected of that when it was opened."""
    tasks, pipelines = schema.tasks.c, schema.pipelines.c
    wanted = sa.select(tasks.id, tasks.pipeline_id, pipelines.expected_profit)
    rows = connection.execute(
        wanted.join(schema.pipelines, pipelines.id == tasks.pipeline_id).where(tasks.id.in_(task_ids))
    )
    return {row.id: (row.pipeline_id, int(row.expected_profit)) for row in rows}


def _sums(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Amounts and units by kind of entry."""
    table = schema.ledger
    return (
        sa.select(table.c.kind, sa.func.sum(table.c.amount).label("amount"), sa.func.sum(table.c.units).label("units"))
        .where(*conditions)
        .group_by(table.c.kind)
    )


_SUMS_OF = {
    column: _sums(schema.ledger.c[column] == sa.bindparam("key"))
    for column in ("task_id", "pipeline_id", "container_id")
}


def _money(sums: Iterable[sa.Row[Any]]) -> Money:
    amounts = {row.kind: (int(row.amount), int(row.units)) for row in sums}
    bought, sold, fuel = (amounts.get(kind, (0, 0)) for kind in ("PURCHASE", "SALE", "REFUEL"))
    return Money(cost=-bought[0], units_bought=bought[1], revenue=sold[0], units_sold=sold[1], fuel=-fuel[0])
