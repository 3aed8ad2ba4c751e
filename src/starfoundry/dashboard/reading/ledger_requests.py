"""Ledger requests of the page: pages of entries, sums by a key, and every entry."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from starfoundry.dashboard.async_client import AsyncDaemonClient
from starfoundry.terminal.rendering.message_json import plain
from starfoundry.wire import daemon_pb2 as pb

Query = Mapping[str, str]

ENTRIES_SHOWN = 200
ENTRIES_AT_A_TIME = 5_000

_NARROWING = ("kind", "container_id", "good", "since", "until", "ship")


async def entries(link: AsyncDaemonClient, player_id: int, query: Query, before: int) -> dict[str, Any]:
    """A page of the entries that match, newest first, of those before `before` (0: from the newest)."""
    request = pb.ListLedgerRequest(
        player_id=player_id, limit=ENTRIES_SHOWN, before_sequence=before, **_narrowed(query, _NARROWING)
    )
    return plain(await link.call("ListLedger", request))


async def sums(link: AsyncDaemonClient, player_id: int, query: Query) -> dict[str, Any]:
    """The entries that match, added up by a key; a kind is no filter of sums."""
    narrowed = _narrowed(query, [name for name in _NARROWING if name != "kind"])
    request = pb.SummarizeLedgerRequest(player_id=player_id, by=query.get("by", ""), **narrowed)
    return plain(await link.call("SummarizeLedger", request))


async def every_entry(link: AsyncDaemonClient, player_id: int, query: Query) -> AsyncIterator[Sequence[pb.LedgerEntry]]:
    """Every entry that matches, newest first, many at a time."""
    before, has_more = 0, True
    while has_more:
        request = pb.ListLedgerRequest(
            player_id=player_id, limit=ENTRIES_AT_A_TIME, before_sequence=before, **_narrowed(query, _NARROWING)
        )
        answer = await link.call("ListLedger", request)
        yield answer.entries
        has_more = answer.has_more
        before = answer.entries[-1].sequence if answer.entries else 0


def _narrowed(query: Query, names: Any) -> dict[str, str]:  # noqa: ANN401  (any names)
    return {name: query[name] for name in names if query.get(name)}
