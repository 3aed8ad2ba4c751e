"""The door to the book: its entries, and its sums by whatever key is asked for."""

from datetime import datetime

from starfoundry.kernel.errors import Refused
from starfoundry.kernel.instants import rfc3339
from starfoundry.kernel.moments import parse_moment
from starfoundry.kernel.ports import Clock, Gate
from starfoundry.ledger import store
from starfoundry.ledger.model import Entry, EntryKind, LedgerFilter, SummaryLine
from starfoundry.ledger.summary import SummaryKey, summarize
from starfoundry.store.engine import Database
from starfoundry.wire import daemon_pb2 as wire

ENTRIES_DEFAULT = 50
ENTRIES_MAX = 5_000


class LedgerRpc:
    """ListLedger and SummarizeLedger."""

    def __init__(self, *, database: Database, gate: Gate, clock: Clock) -> None:
        self._database = database
        self._gate = gate
        self._clock = clock

    async def ListLedger(self, request: wire.ListLedgerRequest, context: object) -> wire.ListLedgerResponse:
        """The newest entries that match, newest first."""
        player_id = await self._gate.admit(request.player_id, context)
        if not 0 <= request.limit <= ENTRIES_MAX:
            raise Refused.of("limit", request.limit, f"1 to {ENTRIES_MAX}, or 0 for {ENTRIES_DEFAULT}")
        wanted = LedgerFilter(
            kind=_kind(request.kind),
            container_id=request.container_id,
            good=request.good.upper(),
            since=self._moment("since", request.since),
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
        wanted = LedgerFilter(container_id=request.container_id, since=self._moment("since", request.since))
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

    def _moment(self, field: str, text: str) -> datetime | None:
        """The moment that a text names by our own clock; None for an empty text."""
        return parse_moment(text, field=field).resolve(self._clock.now()) if text else None


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
