"""Entries of the ledger as files to download: CSV, and Parquet where pyarrow is there."""

import csv
import io
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from importlib.util import find_spec
from typing import Any

from starfoundry.dashboard.async_client import AsyncDaemonClient
from starfoundry.dashboard.ledger_requests import Query, every_entry
from starfoundry.kernel.errors import Unavailable
from starfoundry.wire import daemon_pb2 as pb

COLUMNS = {
    "sequence": "int64",
    "at": "timestamp",
    "kind": "string",
    "amount": "int64",
    "balance_after": "int64",
    "ship": "string",
    "waypoint": "string",
    "good": "string",
    "units": "int64",
    "container_id": "string",
    "pipeline_id": "string",
    "task_id": "string",
    "predicted_price": "float64",
}
"""The columns and their types in Parquet."""


def formats() -> list[str]:
    """The kinds of file that can be made."""
    return ["csv", "parquet"] if find_spec("pyarrow") else ["csv"]


async def as_csv(link: AsyncDaemonClient, player_id: int, query: Query) -> AsyncIterator[bytes]:
    """Every entry that matches as CSV, newest first, in pieces."""
    yield _lines([COLUMNS])
    async for entries in every_entry(link, player_id, query):
        yield _lines([_cell(each, name) for name in COLUMNS] for each in entries)


async def as_parquet(link: AsyncDaemonClient, player_id: int, query: Query) -> bytes:
    """Every entry that matches as a file of Parquet, newest first. Raises Unavailable without pyarrow."""
    try:
        import pyarrow as pa  # noqa: PLC0415  (an extra, and slow to import)
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError:
        raise Unavailable("Parquet needs pyarrow: pip install 'starfoundry[export]'; CSV needs nothing") from None
    types = {"timestamp": pa.timestamp("us", tz="UTC"), "string": pa.string(), "int64": pa.int64()}
    schema = pa.schema([(name, types.get(type_, pa.float64())) for name, type_ in COLUMNS.items()])
    file = io.BytesIO()
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        async for entries in every_entry(link, player_id, query):
            arrays = [pa.array([_value(each, name) for each in entries], schema.field(name).type) for name in COLUMNS]
            writer.write_table(pa.table(arrays, schema=schema))
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


def _lines(rows: Iterable[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
