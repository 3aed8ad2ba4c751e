"""Reader of exported tables in batches, so that no other database work waits long."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from starfoundry.daemon.export.tables import DECISIONS, LEDGER, MARKET_HISTORY, TASKS, ExportedTable
from starfoundry.kernel.ids import PlayerId
from starfoundry.store.engine import Database
from starfoundry.store.tables.schema import containers, decisions, ledger, market_history, tasks

PIECE_ROWS = 2_000

Rows = Sequence[Sequence[Any]]

_STORED = {LEDGER.name: ledger, TASKS.name: tasks, MARKET_HISTORY.name: market_history, DECISIONS.name: decisions}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """The rows to export: one player's rows of a table, from `since` on and before `until`; None is no bound."""

    table: ExportedTable
    player_id: PlayerId
    since: datetime | None = None
    until: datetime | None = None


async def pieces(database: Database, wanted: ExportRequest) -> AsyncIterator[Rows]:
    """The rows, at most PIECE_ROWS at a time, each once. Those that come meanwhile may be in it or not."""
    query = _query(wanted)
    key = _STORED[wanted.table.name].c[wanted.table.key]
    place = [column.name for column in wanted.table.columns].index(wanted.table.key)
    after: Any = None
    while True:
        rows = await _read(database, query if after is None else query.where(key > after))
        if rows:
            yield rows
        if len(rows) < PIECE_ROWS:
            return
        after = rows[-1][place]


async def _read(database: Database, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
    return await database.read(lambda connection: connection.execute(query).all())


def _query(wanted: ExportRequest) -> sa.Select[Any]:
    stored, table = _STORED[wanted.table.name], wanted.table
    query = sa.select(*(stored.c[column.name] for column in table.columns)).order_by(stored.c[table.key])
    # Plus nothing: no index may serve here, so that rows are read in the order of their key, not sorted for each piece.
    if "player_id" in stored.c:
        query = query.where(stored.c.player_id + 0 == wanted.player_id)
    else:
        mine = sa.select(containers.c.id).where(containers.c.player_id == wanted.player_id)
        query = query.where((stored.c.container_id + "").in_(mine))
    if wanted.since is not None:
        query = query.where(stored.c[table.at] >= wanted.since)
    if wanted.until is not None:
        query = query.where(stored.c[table.at] < wanted.until)
    return query.limit(PIECE_ROWS)
