"""Single requests of a page by address: the daemon call behind each, and its answer as JSON."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starfoundry.dashboard import coordinator_state, trip_hours
from starfoundry.dashboard.async_client import AsyncDaemonClient
from starfoundry.dashboard.requests import ledger_requests
from starfoundry.kernel.errors import Refused
from starfoundry.terminal.rendering.message_json import plain
from starfoundry.wire import daemon_pb2 as pb

INT32_MAX = 2**31 - 1
INT64_MAX = 2**63 - 1
"""The largest numbers that the wire holds."""

DECISIONS_SHOWN = 20
OPPORTUNITIES_SHOWN = 60
POINTS_SHOWN = 5_000
HOURS_MAX = 168

Query = Mapping[str, str]
Answer = Callable[[AsyncDaemonClient, Query], Awaitable[dict[str, Any]]]


def player_of(query: Query) -> int:
    """The player that is asked about; raises Refused for no number."""
    return number(query.get("player_id", ""), INT32_MAX)


def number(text: str, largest: int) -> int:
    """The number; raises Refused for anything else, or a larger one."""
    if not (text.isascii() and text.isdecimal() and int(text[:20]) <= largest):
        raise Refused.of("number", text, f"a whole number up to {largest}")
    return int(text)


async def history(link: AsyncDaemonClient, query: Query) -> dict[str, Any]:
    """Revisions of a coordinator."""
    before = number(query.get("before", "0"), INT64_MAX)
    return await coordinator_state.history(link, query.get("container_id", ""), player_of(query), before)


async def effect(link: AsyncDaemonClient, query: Query) -> dict[str, Any]:
    """What a revision did: what followed from it at once, its decisions, and what was earned under it."""
    request = pb.GetConfigEffectRequest(
        container_id=query.get("container_id", ""),
        player_id=player_of(query),
        revision=number(query.get("revision", ""), INT64_MAX),
        limit=DECISIONS_SHOWN,
    )
    return plain(await link.call("GetConfigEffect", request))


async def why(link: AsyncDaemonClient, query: Query) -> dict[str, Any]:
    """Why something stands still, or what it does."""
    request = pb.ExplainWorkRequest(player_id=player_of(query), subject=query.get("subject", ""))
    return plain(await link.call("ExplainWork", request))


async def opportunities(link: AsyncDaemonClient, query: Query) -> dict[str, Any]:
    """What could be made, the best first, and why it is not."""
    request = pb.ScanOpportunitiesRequest(player_id=player_of(query), limit=OPPORTUNITIES_SHOWN)
    return plain(await link.call("ScanOpportunities", request))


async def prices(link: AsyncDaemonClient, query: Query) -> dict[str, Any]:
    """What a good cost at each market that trades it, whenever it was seen to change."""
    request = pb.ListPriceHistoryRequest(
        player_id=player_of(query), good=query.get("good", ""), since=query.get("since", ""), limit=POINTS_SHOWN
    )
    return plain(await link.call("ListPriceHistory", request))


async def ledger(link: AsyncDaemonClient, query: Query) -> dict[str, Any]:
    """A page of the book."""
    return await ledger_requests.entries(link, player_of(query), query, number(query.get("before", "0"), INT64_MAX))


async def sums(link: AsyncDaemonClient, query: Query) -> dict[str, Any]:
    """The book added up."""
    return await ledger_requests.sums(link, player_of(query), query)


async def incidents(link: AsyncDaemonClient, query: Query) -> dict[str, Any]:
    """What went wrong since then, newest first."""
    request = pb.GetReportRequest(player_id=player_of(query), since=query.get("since", ""))
    told = plain(await link.call("GetReport", request))
    return {name: told[name] for name in ("since", "incidents", "incidents_in_all")}


async def activity(link: AsyncDaemonClient, query: Query) -> dict[str, Any]:
    """What ships did in the last hours."""
    return await trip_hours.by_hour(link, player_of(query), max(1, number(query.get("hours", "24"), HOURS_MAX)))


QUESTIONS: Mapping[str, Answer] = {
    "history": history,
    "effect": effect,
    "why": why,
    "opportunities": opportunities,
    "prices": prices,
    "ledger": ledger,
    "sums": sums,
    "incidents": incidents,
    "activity": activity,
}
