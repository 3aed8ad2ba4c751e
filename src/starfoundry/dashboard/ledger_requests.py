"""Ledger requests of the page: pages of entries, sums by a key, and CSV."""

import csv
import io
from collections.abc import AsyncIterator, Mapping
from typing import Any

from starfoundry.dashboard.async_client import AsyncDaemonClient
from starfoundry.terminal.rendering.message_json import plain
from starfoundry.wire import daemon_pb2 as pb

ENTRIES_SHOWN = 200
ENTRIES_AT_A_TIME = 5_000

COLUMNS = (
    *("sequence", "at", "kind", "amount", "balance_after", "ship", "waypoint", "good", "units"),
    *("container_id", "pipeline_id", "task_id"),
)
_NARROWING = ("kind", "container_id", "good", "since", "until", "ship")


async def entries(link: AsyncDaemonClient, player_id: int, query: Mapping[str, str], before: int) -> dict[str, Any]:
    """A page of the entries that match, newest first, of those before `before` (0: from the newest)."""
    request = pb.ListLedgerRequest(
        player_id=player_id, limit=ENTRIES_SHOWN, before_sequence=before, **_narrowed(query, _NARROWING)
    )
    return plain(await link.call("ListLedger", request))


async def sums(link: AsyncDaemonClient, player_id: int, query: Mapping[str, str]) -> dict[str, Any]:
    """The entries that match, added up by a key; a kind is no filter of sums."""
    narrowed = _narrowed(query, [name for name in _NARROWING if name != "kind"])
    request = pb.SummarizeLedgerRequest(player_id=player_id, by=query.get("by", ""), **narrowed)
    return plain(await link.call("SummarizeLedger", request))


async def as_csv(link: AsyncDaemonClient, player_id: int, query: Mapping[str, str]) -> AsyncIterator[bytes]:
    """Every entry that matches as CSV, newest first, in pieces."""
    yield _lines([COLUMNS])
    before, has_more = 0, True
    while has_more:
        request = pb.ListLedgerRequest(
            player_id=player_id, limit=ENTRIES_AT_A_TIME, before_sequence=before, **_narrowed(query, _NARROWING)
        )
        told = await link.call("ListLedger", request)
        yield _lines([[getattr(each, name) for name in COLUMNS] for each in told.entries])
        has_more = told.has_more
        before = told.entries[-1].sequence if told.entries else 0


def _lines(rows: Any) -> bytes:  # noqa: ANN401  (rows of any values)
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _narrowed(query: Mapping[str, str], names: Any) -> dict[str, str]:  # noqa: ANN401  (any names)
    return {name: query[name] for name in names if query.get(name)}
