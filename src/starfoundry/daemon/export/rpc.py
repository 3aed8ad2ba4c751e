"""The gRPC method for exports: a whole table as a stream of batches, by column."""

import json
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from starfoundry.daemon.export.table_reader import ExportRequest, pieces
from starfoundry.daemon.export.tables import ColumnType, ExportedTable, table_named
from starfoundry.kernel.errors import Refused, Unavailable
from starfoundry.kernel.instants import rfc3339
from starfoundry.kernel.moments import parse_moment
from starfoundry.kernel.ports import Clock, Gate
from starfoundry.ledger.storage.store import ledger_owner
from starfoundry.store.engine import Database
from starfoundry.wire import daemon_pb2 as wire

EXPORTS_MAX = 4
"""Exports at a time; each reads the database as fast as its reader takes it."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class ExportRpc:
    """ExportTable."""

    def __init__(self, *, database: Database, gate: Gate, clock: Clock) -> None:
        self._database = database
        self._gate = gate
        self._clock = clock
        self._under_way = 0

    async def ExportTable(self, request: wire.ExportTableRequest, context: object) -> AsyncIterator[wire.ExportPiece]:
        """A piece without rows that tells the columns, then the rows. Raises Refused, Missing, Unavailable."""
        player_id = await self._gate.admit(request.player_id, context)
        table, now = table_named(request.table), self._clock.now()
        since, until = (
            parse_moment(text, field=field).resolve(now) if text else None
            for field, text in (("since", request.since), ("until", request.until))
        )
        if since is not None and until is not None and until <= since:
            raise Refused.of("until", request.until, f"later than since ({rfc3339(since)})")
        if self._under_way >= EXPORTS_MAX:
            raise Unavailable(f"{EXPORTS_MAX} exports are under way already; try again later")
        self._under_way += 1
        try:
            agent, universe = await self._database.read(lambda connection: ledger_owner(connection, player_id))
            columns = [
                wire.ExportColumn(name=each.name, type=each.type.value, unit=each.unit, meaning=each.meaning)
                for each in table.columns
            ]
            yield wire.ExportPiece(
                columns=columns, agent=agent, universe=universe, since=rfc3339(since), until=rfc3339(until)
            )
            wanted = ExportRequest(table=table, player_id=player_id, since=since, until=until)
            async for rows in pieces(self._database, wanted):
                yield wire.ExportPiece(rows=len(rows), values=_values(table, zip(*rows, strict=True)))
        finally:
            self._under_way -= 1


def _values(table: ExportedTable, columns: Iterable[tuple[Any, ...]]) -> list[wire.ExportValues]:
    found = []
    for column, values in zip(table.columns, columns, strict=True):
        unknown = [place for place, value in enumerate(values) if value is None]
        match column.type:
            case ColumnType.INTEGER:
                found.append(wire.ExportValues(integers=[value or 0 for value in values], unknown=unknown))
            case ColumnType.TIME:
                micros = [0 if value is None else (value - _EPOCH) // _MICROSECOND for value in values]
                found.append(wire.ExportValues(integers=micros, unknown=unknown))
            case ColumnType.JSON:
                texts = ["" if value is None else json.dumps(value, ensure_ascii=False) for value in values]
                found.append(wire.ExportValues(texts=texts, unknown=unknown))
            case ColumnType.TEXT:
                found.append(wire.ExportValues(texts=[value or "" for value in values], unknown=unknown))
    return found
