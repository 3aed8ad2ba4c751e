"""Running sums over tables that only grow: each read adds only the rows since the last one."""

from collections import Counter

import sqlalchemy as sa

from starfoundry.kernel.ids import PlayerId
from starfoundry.ledger.domain.model import EntryKind
from starfoundry.store.engine import Database
from starfoundry.store.tables.schema import container_logs, containers, ledger

ROWS_AT_ONCE = 20_000
"""So many rows are read in one piece, so that no other work of the database waits for long."""

LEVELS = ("WARNING", "ERROR")


class LedgerSums:
    """The sum of all entries, by player, container and kind."""

    def __init__(self, database: Database, rows_at_once: int = ROWS_AT_ONCE) -> None:
        self._database = database
        self._rows_at_once = rows_at_once
        self._last = 0
        self.by_kind: Counter[tuple[PlayerId, str, EntryKind]] = Counter()

    async def catch_up(self) -> None:
        """Add what was booked since."""
        while rows := await self._database.read(self._newer):
            for sequence, player_id, container_id, kind, amount in rows:
                self.by_kind[PlayerId(player_id), container_id, EntryKind(kind)] += amount
                self._last = sequence

    def _newer(self, connection: sa.Connection) -> list[sa.Row[int, int, str, str, int]]:
        columns = (ledger.c.sequence, ledger.c.player_id, ledger.c.container_id, ledger.c.kind, ledger.c.amount)
        newer = sa.select(*columns).where(ledger.c.sequence > self._last).order_by(ledger.c.sequence)
        return list(connection.execute(newer.limit(self._rows_at_once)).all())


class IncidentCounts:
    """Warnings and errors of containers since the first look, by player and level."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._last: int | None = None
        self.by_level: Counter[tuple[PlayerId, str]] = Counter()

    async def catch_up(self) -> None:
        """Add what was logged since."""
        newest, counted = await self._database.read(self._newer)
        self._last = newest
        for player_id, level, count in counted:
            self.by_level[PlayerId(player_id), level] += count

    def _newer(self, connection: sa.Connection) -> tuple[int, list[sa.Row[int, str, int]]]:
        newest: int = connection.execute(sa.select(sa.func.max(container_logs.c.id))).scalar_one() or 0
        if self._last is None:
            return newest, []
        counted = (
            sa.select(containers.c.player_id, container_logs.c.level, sa.func.count())
            .join(containers, containers.c.id == container_logs.c.container_id)
            .where(container_logs.c.id > self._last, container_logs.c.id <= newest, container_logs.c.level.in_(LEVELS))
            .group_by(containers.c.player_id, container_logs.c.level)
        )
        return newest, list(connection.execute(counted).all())
