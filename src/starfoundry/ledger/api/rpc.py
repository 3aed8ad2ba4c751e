"""gRPC methods for the ledger: its entries, and its sums by any key."""

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from starfoundry.kernel.errors import Refused
from starfoundry.kernel.instants import rfc3339
from starfoundry.kernel.moments import parse_moment
from starfoundry.kernel.ports import Clock, Gate
from starfoundry.ledger.api.proto_mapping import earnings_message, entry_message, line_message
from starfoundry.ledger.domain.model import EntryKind, LedgerEntry, LedgerFilter, Summary
from starfoundry.ledger.domain.prediction import UnitPrices
from starfoundry.ledger.storage import predictions, store
from starfoundry.ledger.storage.earnings import Earnings, earnings, opened_at
from starfoundry.ledger.storage.summary import SummaryKey, summarize
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
        if request.before_sequence < 0:
            raise Refused.of("before_sequence", request.before_sequence, "an entry's sequence, or 0")
        now = self._clock.now()
        wanted = replace(_asked_for(request, now), kind=_kind(request.kind), before=request.before_sequence)
        limit = request.limit or ENTRIES_DEFAULT

        def look(connection: sa.Connection) -> tuple[tuple[LedgerEntry, ...], dict[str, UnitPrices], tuple[str, str]]:
            found = store.entries(connection, player_id, wanted, limit=limit + 1)
            predicted = predictions.unit_prices(connection, (entry.purpose.task_id for entry in found))
            return found, predicted, store.ledger_owner(connection, player_id)

        found, predicted, (agent, universe) = await self._database.read(look)
        return wire.ListLedgerResponse(
            entries=[entry_message(entry, predicted.get(entry.purpose.task_id)) for entry in found[:limit]],
            agent=agent,
            universe=universe,
            has_more=len(found) > limit,
            since=rfc3339(wanted.since),
            until=rfc3339(wanted.until),
        )

    async def SummarizeLedger(
        self, request: wire.SummarizeLedgerRequest, context: object
    ) -> wire.SummarizeLedgerResponse:
        """The sums of the entries that match."""
        player_id = await self._gate.admit(request.player_id, context)
        by = _key(request.by)
        now = self._clock.now()
        wanted = _asked_for(request, now)

        def look(connection: sa.Connection) -> tuple[Summary, tuple[str, str], Earnings]:
            since = opened_at(connection, player_id) or now
            earned = earnings(connection, player_id, container_id=wanted.container_id, since=since, now=now)
            return (
                summarize(connection, player_id, wanted, by, now=now),
                store.ledger_owner(connection, player_id),
                earned,
            )

        summary, (agent, universe), earned = await self._database.read(look)
        begins = max(filter(None, [earned.since, wanted.since]))
        ends = min(filter(None, [now, wanted.until]))
        return wire.SummarizeLedgerResponse(
            lines=[line_message(line) for line in summary.lines],
            opening=summary.opening,
            closing=summary.closing,
            profit=summary.profit,
            spent_on_ships=summary.spent_on_ships,
            since=rfc3339(wanted.since),
            until=rfc3339(wanted.until),
            as_of=rfc3339(now),
            seconds=max(0, int((ends - begins).total_seconds())),
            earnings=earnings_message(earned),
            agent=agent,
            universe=universe,
            trips=summary.comparison.trips,
            predicted=summary.comparison.predicted,
            realised=summary.comparison.realised,
        )


def _asked_for(request: wire.ListLedgerRequest | wire.SummarizeLedgerRequest, now: datetime) -> LedgerFilter:
    """The filter of either request. Raises Refused for an invalid time, or an end that is not after the start."""
    since, until = (
        parse_moment(text, field=field).resolve(now) if text else None
        for field, text in (("since", request.since), ("until", request.until))
    )
    if since is not None and until is not None and until <= since:
        raise Refused.of("until", request.until, f"later than since ({rfc3339(since)})")
    return LedgerFilter(
        container_id=request.container_id,
        good=request.good.upper(),
        ship=request.ship.upper(),
        since=since,
        until=until,
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
