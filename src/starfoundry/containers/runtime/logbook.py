"""Logs of containers. Logging never waits; entries are written in order, a moment later, in batches."""

import asyncio
import enum
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Self

import sqlalchemy as sa

from starfoundry.kernel.errors import Refused, Unavailable
from starfoundry.kernel.ids import ContainerId
from starfoundry.kernel.ports import Clock
from starfoundry.store.engine import Database
from starfoundry.store.tables.schema import container_logs

FLUSH_SECONDS = 1.0
BATCH_ENTRIES = 500


class LogLevel(enum.IntEnum):
    """The severity of an entry."""

    DEBUG = 10
    INFO = 20
    WARNING = 30
    ERROR = 40

    @classmethod
    def parse(cls, text: str) -> Self:
        """The level named `text`, in any letter case. Raises Refused naming the choices."""
        try:
            return cls[text.strip().upper()]
        except KeyError:
            raise Refused.of("minimum_level", text, f"one of {', '.join(cls.__members__)}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One log entry. `id` grows with time; it is 0 until the entry is stored."""

    container_id: ContainerId
    at: datetime
    level: LogLevel
    message: str
    fields: Mapping[str, object]
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLimits:
    """The number of entries kept for each container, and of new ones after which they are counted again.

    While the database cannot be written, the oldest entries beyond `waiting` are dropped and counted.
    """

    kept: int = 20_000
    trim_every: int = 1_000
    waiting: int = 10_000


class Logbook:
    """Accepts entries at once and writes them in order."""

    def __init__(self, database: Database, clock: Clock, limits: LogLimits = LogLimits()) -> None:
        self._database = database
        self._clock = clock
        self._limits = limits
        self._waiting: deque[LogEntry] = deque()
        self._dropped = 0
        self._since_trim: dict[ContainerId, int] = {}
        self._writing = asyncio.Lock()
        self._flusher: asyncio.Task[None] | None = None

    def log(self, container_id: ContainerId, level: LogLevel, message: str, /, **fields: object) -> None:
        """Add an entry; `fields` are stored as JSON."""
        self._waiting.append(
            LogEntry(
                container_id=container_id,
                at=self._clock.now(),
                level=level,
                message=message,
                fields={name: _plain(value) for name, value in fields.items()},
            )
        )
        if len(self._waiting) > self._limits.waiting:
            self._waiting.popleft()
            self._dropped += 1
        if self._flusher is None:
            self._flusher = asyncio.create_task(self._flush_later(), name="logbook")

    async def flush(self) -> None:
        """Write everything logged before this call. Raises Unavailable and keeps what could not be written."""
        async with self._writing:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), BATCH_ENTRIES))]
                try:
                    await self._write(batch)
                except Unavailable:
                    self._waiting.extendleft(reversed(batch))
                    raise

    async def entries(
        self,
        container_id: ContainerId,
        *,
        limit: int = 100,
        minimum_level: LogLevel = LogLevel.INFO,
        after_id: int = 0,
    ) -> list[LogEntry]:
        """Entries of one container, oldest first: the newest `limit`, or the next `limit` after `after_id`.

        Following with the last id seen leaves no gap. Entries logged just before are included.
        """
        with suppress(Unavailable):  # stored entries can still be read
            await self.flush()
        levels = [level.name for level in LogLevel if level >= minimum_level]
        order = container_logs.c.id if after_id else container_logs.c.id.desc()
        statement = (
            sa.select(container_logs)
            .where(
                container_logs.c.container_id == container_id,
                container_logs.c.level.in_(levels),
                container_logs.c.id > after_id,
            )
            .order_by(order)
            .limit(limit)
        )
        found = await self._database.read(lambda connection: [_entry(row) for row in connection.execute(statement)])
        return found if after_id else found[::-1]

    async def _flush_later(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(FLUSH_SECONDS)
                try:
                    await self.flush()
                except Unavailable:
                    continue  # the disk may have space again in the next round
        finally:
            self._flusher = None

    async def _write(self, batch: list[LogEntry]) -> None:
        rows = [
            {
                "container_id": entry.container_id,
                "at": entry.at,
                "level": entry.level.name,
                "message": entry.message,
                "fields": dict(entry.fields),
            }
            for entry in self._with_loss_entry(batch)
        ]
        due = self._due_for_trim(batch)

        def work(connection: sa.Connection) -> None:
            connection.execute(sa.insert(container_logs), rows)
            for container_id in due:
                _trim(connection, container_id, self._limits.kept)

        await self._database.write(work)
        self._dropped = 0

    def _with_loss_entry(self, batch: list[LogEntry]) -> list[LogEntry]:
        if not self._dropped:
            return batch
        message = f"{self._dropped} log entries were dropped while the database could not be written"
        first = batch[0]
        notice = LogEntry(
            container_id=first.container_id, at=first.at, level=LogLevel.ERROR, message=message, fields={}
        )
        return [notice, *batch]

    def _due_for_trim(self, batch: list[LogEntry]) -> list[ContainerId]:
        """The containers whose entries should be counted again: at first, then at intervals."""
        due = []
        for entry in batch:
            count = self._since_trim.get(entry.container_id, self._limits.trim_every) + 1
            if count > self._limits.trim_every:
                due.append(entry.container_id)
                count = 0
            self._since_trim[entry.container_id] = count
        return due


def _trim(connection: sa.Connection, container_id: ContainerId, kept: int) -> None:
    mine = container_logs.c.container_id == container_id
    newest_too_many = (
        sa.select(container_logs.c.id).where(mine).order_by(container_logs.c.id.desc()).limit(1).offset(kept)
    )
    connection.execute(sa.delete(container_logs).where(mine, container_logs.c.id <= newest_too_many.scalar_subquery()))


def _entry(row: sa.Row[tuple[object, ...]]) -> LogEntry:
    return LogEntry(
        id=row.id,
        container_id=ContainerId(row.container_id),
        at=row.at,
        level=LogLevel[row.level],
        message=row.message,
        fields=row.fields,
    )


def _plain(value: object) -> object:
    """The value as JSON, with names for the members of an enum."""
    match value:
        case enum.Enum():
            return value.name
        case None | bool() | int() | float() | str():
            return value
        case Mapping():
            return {str(name): _plain(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case datetime():
            return value.isoformat()
        case _:
            return str(value)
