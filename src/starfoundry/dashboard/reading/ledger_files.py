"""Entries of the ledger as files to download: CSV, and Parquet where pyarrow is there."""

import io
from collections.abc import AsyncIterator
from datetime import datetime
from importlib.util import find_spec
from typing import Any

from starfoundry.dashboard.async_client import AsyncDaemonClient
from starfoundry.dashboard.reading.ledger_requests import Query, every_entry
from starfoundry.terminal.rendering.table_files.csv_lines import csv_lines
from starfoundry.terminal.rendering.table_files.parquet import arrow_type, require_pyarrow
from starfoundry.wire import daemon_pb2 as pb

COLUMNS = {
    "sequence": "INTEGER",
    "at": "TIME",
    "kind": "TEXT",
    "amount": "INTEGER",
    "balance_after": "INTEGER",
    "ship": "TEXT",
    "waypoint": "TEXT",
    "good": "TEXT",
    "units": "INTEGER",
    "container_id": "TEXT",
    "pipeline_id": "TEXT",
    "task_id": "TEXT",
    "predicted_price": "NUMBER",
}
"""The columns and their types in Parquet."""


def formats() -> list[str]:
    """The kinds of file that can be made."""
    return ["csv", "parquet"] if find_spec("pyarrow") else ["csv"]


async def as_csv(link: AsyncDaemonClient, player_id: int, query: Query) -> AsyncIterator[bytes]:
    """Every entry that matches as CSV, newest first, in pieces."""
    yield csv_lines([COLUMNS]).encode()
    async for entries in every_entry(link, player_id, query):
        yield csv_lines([_cell(each, name) for name in COLUMNS] for each in entries).encode()


async def as_parquet(link: AsyncDaemonClient, player_id: int, query: Query) -> bytes:
    """Every entry that matches as a file of Parquet, newest first. Raises Unavailable without pyarrow."""
    arrow, parquet = require_pyarrow()
    schema = arrow.schema([(name, arrow_type(arrow, type_)) for name, type_ in COLUMNS.items()])
    file = io.BytesIO()
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        async for entries in every_entry(link, player_id, query):
            arrays = [
                arrow.array([_value(each, name) for each in entries], schema.field(name).type) for name in COLUMNS
            ]
            writer.write_table(arrow.table(arrays, schema=schema))
    return file.getvalue()


def _cell(entry: pb.LedgerEntry, name: str) -> Any:  # noqa: ANN401  (of any type)
    """The value as CSV has it; empty for a price that was not predicted."""
    return "" if name == "predicted_price" and not entry.HasField("predicted_price") else getattr(entry, name)


def _value(entry: pb.LedgerEntry, name: str) -> Any:  # noqa: ANN401  (of any type)
    """The value as Parquet has it; None for an empty one."""
    found = _cell(entry, name)
    if found == "":
        return None
    return datetime.fromisoformat(found) if name == "at" else found
