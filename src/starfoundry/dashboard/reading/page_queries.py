"""Single requests of a page by address: their parameters, the daemon call behind each, and its answer as JSON."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import msgspec

from starfoundry.dashboard import coordinator_state
from starfoundry.dashboard.async_client import AsyncDaemonClient
from starfoundry.dashboard.reading import ledger_requests, trip_hours
from starfoundry.dashboard.views.registry import views
from starfoundry.dashboard.views.subscription import Asked
from starfoundry.kernel.errors import Refused
from starfoundry.terminal.rendering.message_json import plain
from starfoundry.wire import daemon_pb2 as pb

DECISIONS_SHOWN = 20
OPPORTUNITIES_SHOWN = 60
POINTS_SHOWN = 5_000
HOURS_MAX = 168

PlayerNumber = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1, description="number of the player")]
Number = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Time = Annotated[str, msgspec.Meta(description="a time in UTC, or a duration back from now such as 24h")]

Query = Mapping[str, str]
Parameters = TypeVar("Parameters")


class OfPlayer(msgspec.Struct, frozen=True, kw_only=True):
    """The player."""

    player_id: PlayerNumber


class HistoryQuery(OfPlayer, frozen=True, kw_only=True):
    """A page of the revisions of a coordinator, those before a revision; 0 is from the newest."""

    container_id: str
    before: Number = 0


class EffectQuery(OfPlayer, frozen=True, kw_only=True):
    """A revision of a coordinator."""

    container_id: str
    revision: Number


class WhyQuery(OfPlayer, frozen=True, kw_only=True):
    """A ship, task, good, factory or container; empty is everything that waits."""

    subject: str = ""


class PricesQuery(OfPlayer, frozen=True, kw_only=True):
    """A good, and since when."""

    good: str
    since: Time = ""


class EntryFilter(OfPlayer, frozen=True, kw_only=True):
    """Which entries of the ledger; empty is any."""

    container_id: str = ""
    good: str = ""
    ship: str = ""
    since: Time = ""
    until: Time = ""


class SumsQuery(EntryFilter, frozen=True, kw_only=True):
    """Which entries of the ledger are summed, and by what."""

    by: str = ""


class EntriesQuery(EntryFilter, frozen=True, kw_only=True):
    """Which entries of the ledger."""

    kind: str = ""


class LedgerQuery(EntriesQuery, frozen=True, kw_only=True):
    """A page of the entries that match, those before an entry; 0 is from the newest."""

    before: Number = 0


class IncidentsQuery(OfPlayer, frozen=True, kw_only=True):
    """Since when."""

    since: Time = ""


class ActivityQuery(OfPlayer, frozen=True, kw_only=True):
    """The number of hours."""

    hours: Annotated[int, msgspec.Meta(ge=1, le=HOURS_MAX)] = 24


def read(query: Query, kind: type[Parameters]) -> Parameters:
    """The parameters of a request; raises Refused naming one that is missing or wrong."""
    try:
        return msgspec.convert(dict(query), kind, strict=False)
    except msgspec.ValidationError as error:
        raise Refused(f"the address is no request of this kind: {error}") from None


async def history(link: AsyncDaemonClient, asked: HistoryQuery) -> dict[str, Any]:
    """Revisions of a coordinator, newest first."""
    return await coordinator_state.history(link, asked.container_id, asked.player_id, asked.before)


async def effect(link: AsyncDaemonClient, asked: EffectQuery) -> dict[str, Any]:
    """What a revision did: its immediate effects, its decisions, and what was earned under it."""
    request = pb.GetConfigEffectRequest(
        container_id=asked.container_id, player_id=asked.player_id, revision=asked.revision, limit=DECISIONS_SHOWN
    )
    return plain(await link.call("GetConfigEffect", request))


async def why(link: AsyncDaemonClient, asked: WhyQuery) -> dict[str, Any]:
    """Why something waits, or what it does."""
    request = pb.ExplainWorkRequest(player_id=asked.player_id, subject=asked.subject)
    return plain(await link.call("ExplainWork", request))


async def opportunities(link: AsyncDaemonClient, asked: OfPlayer) -> dict[str, Any]:
    """What could be made, the best first, and why it is not."""
    request = pb.ScanOpportunitiesRequest(player_id=asked.player_id, limit=OPPORTUNITIES_SHOWN)
    return plain(await link.call("ScanOpportunities", request))


async def prices(link: AsyncDaemonClient, asked: PricesQuery) -> dict[str, Any]:
    """The prices of a good at each market that trades it, whenever one was seen to change."""
    request = pb.ListPriceHistoryRequest(
        player_id=asked.player_id, good=asked.good, since=asked.since, limit=POINTS_SHOWN
    )
    return plain(await link.call("ListPriceHistory", request))


async def ledger(link: AsyncDaemonClient, asked: LedgerQuery) -> dict[str, Any]:
    """A page of ledger entries, newest first."""
    return await ledger_requests.entries(link, asked.player_id, words_of(asked), asked.before)


async def sums(link: AsyncDaemonClient, asked: SumsQuery) -> dict[str, Any]:
    """Sums of ledger entries."""
    return await ledger_requests.sums(link, asked.player_id, words_of(asked))


async def incidents(link: AsyncDaemonClient, asked: IncidentsQuery) -> dict[str, Any]:
    """Warnings, errors and other incidents, newest first."""
    answer = plain(await link.call("GetReport", pb.GetReportRequest(player_id=asked.player_id, since=asked.since)))
    return {name: answer[name] for name in INCIDENT_FIELDS}


async def activity(link: AsyncDaemonClient, asked: ActivityQuery) -> dict[str, Any]:
    """What ships did in the last hours: by hour, the average number of ships of each kind."""
    return await trip_hours.by_hour(link, asked.player_id, asked.hours)


async def view(link: AsyncDaemonClient, asked: Asked) -> dict[str, Any]:
    """Everything that a view of the page shows now, by parts."""
    parts = await coordinator_state.look(link, asked)
    return {**parts, **await coordinator_state.viewed(link, asked, parts, views())}


INCIDENT_FIELDS = ("since", "incidents", "incidents_in_all")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageQuestion:
    """A request that only reads. `answer` is the message that it returns as JSON, and `only` some of its fields."""

    ask: Callable[[AsyncDaemonClient, Any], Awaitable[dict[str, Any]]]
    query: type[Any]
    answer: Any = None
    only: tuple[str, ...] = ()

    async def answered(self, link: AsyncDaemonClient, query: Query) -> dict[str, Any]:
        """The answer; raises Refused for parameters that are wrong."""
        return await self.ask(link, read(query, self.query))


QUESTIONS: Mapping[str, PageQuestion] = {
    "history": PageQuestion(ask=history, query=HistoryQuery, answer=pb.ListConfigRevisionsResponse),
    "effect": PageQuestion(ask=effect, query=EffectQuery, answer=pb.ConfigEffect),
    "why": PageQuestion(ask=why, query=WhyQuery, answer=pb.ExplainWorkResponse),
    "opportunities": PageQuestion(ask=opportunities, query=OfPlayer, answer=pb.ScanOpportunitiesResponse),
    "prices": PageQuestion(ask=prices, query=PricesQuery, answer=pb.ListPriceHistoryResponse),
    "ledger": PageQuestion(ask=ledger, query=LedgerQuery, answer=pb.ListLedgerResponse),
    "sums": PageQuestion(ask=sums, query=SumsQuery, answer=pb.SummarizeLedgerResponse),
    "incidents": PageQuestion(ask=incidents, query=IncidentsQuery, answer=pb.Report, only=INCIDENT_FIELDS),
    "activity": PageQuestion(ask=activity, query=ActivityQuery),
    "view": PageQuestion(ask=view, query=Asked),
}


def words_of(asked: msgspec.Struct) -> dict[str, str]:
    """Parameters as a query has them."""
    return {name: str(value) for name, value in msgspec.structs.asdict(asked).items()}
