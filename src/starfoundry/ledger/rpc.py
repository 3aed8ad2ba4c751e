"""The door to the book: its entries, and its sums by whatever key is asked for."""

from datetime import UTC, datetime

from starfoundry.kernel.errors import Refused
from starfoundry.kernel.instants import rfc3339
from starfoundry.kernel.ports import Gate
from starfoundry.ledger import store
from starfoundry.ledger.model import Entry, EntryKind, LedgerFilter, SummaryLine
from starfoundry.ledger.summary import SummaryKey, summarize
from starfoundry.store.engine import Database
from starfoundry.wire import daemon_pb2 as wire

ENTRIES_DEFAULT = 50
ENTRIES_MAX = 5_000


class LedgerRpc:
    """ListLedger and SummarizeLedger."""

    def __init__(self, *, database: Database, gate: Gate) -> None:
        self._database = database
        self._gate = gate

    async def ListLedger(self, request: wire.ListLedgerRequest, context: object) -> wire.ListLedgerResponse:
        """The newest entries that match, newest first."""
        player_id = await self._gate.admit(request.player_id, context)
        if not 0 <= request.limit <= ENTRIES_MAX:
            raise Refused.of("limit", request.limit, f"1 to {ENTRIES_MAX}, or 0 for {ENTRIES_DEFAULT}")
        wanted = LedgerFilter(
            kind=_kind(request.kind),
            container_id=request.container_id,
            good=request.good.upper(),
            since=_since(request.since),
        )
        limit = request.limit or ENTRIES_DEFAULT
        found = await self._database.read(lambda connection: store.entries(connection, player_id, wanted, limit=limit))
        agent, universe = await self._database.read(lambda connection: store.era(connection, player_id))
        return wire.ListLedgerResponse(entries=[_entry(entry) for entry in found], agent=agent, universe=universe)

    async def SummarizeLedger(
        self, request: wire.SummarizeLedgerRequest, context: object
    ) -> wire.SummarizeLedgerResponse:
        """A stretch of the book, added up."""
        player_id = await self._gate.admit(request.player_id, context)
        by = _key(request.by)
        wanted = LedgerFilter(container_id=request.container_id, since=_since(request.since))
        summary = await self._database.read(lambda connection: summarize(connection, player_id, wanted, by))
        agent, universe = await self._database.read(lambda connection: store.era(connection, player_id))
        return wire.SummarizeLedgerResponse(
            lines=[_line(line) for line in summary.lines],
            opening=summary.opening,
            closing=summary.closing,
            profit=summary.profit,
            spent_on_ships=summary.spent_on_ships,
            since=request.since,
            agent=agent,
            universe=universe,
        )


def _kind(text: str) -> EntryKind | None:
    if not text:
        return None
    try:
        return EntryKind[text.strip().upper()]
    except KeyError:
        raise Refused.of("kind", text, f"one of {', '.join(EntryKind.__members__)}") from None


def _key(text: str) -> SummaryKey:
    try:
        return SummaryKey(text.strip().lower() or SummaryKey.KIND.value)
    except ValueError:
        raise Refused.of("by", text, f"one of {', '.join(key.value for key in SummaryKey)}") from None


def _since(text: str) -> datetime | None:
    """A moment in RFC 3339; one without a zone is taken as UTC, as all our times are."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Refused.of("since", text, "a time such as 2026-03-01T12:00:00Z") from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _entry(entry: Entry) -> wire.LedgerEntry:
    return wire.LedgerEntry(
        sequence=entry.sequence,
        at=rfc3339(entry.at),
        kind=entry.kind.value,
        amount=entry.amount,
        balance_after=entry.balance_after,
        ship=entry.ship,
        waypoint=entry.waypoint,
        good=entry.good,
        units=entry.units,
        container_id=entry.purpose.container_id,
        pipeline_id=entry.purpose.pipeline_id,
        task_id=entry.purpose.task_id,
    )


def _line(line: SummaryLine) -> wire.LedgerLine:
    return wire.LedgerLine(
        key=line.key, income=line.income, expense=line.expense, net=line.net, entries=line.entries, units=line.units
    )
