"""Summaries of the ledger by any key."""

import enum
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from starfoundry.kernel.ids import PlayerId
from starfoundry.ledger.domain.model import TRADE_KINDS, EntryKind, LedgerFilter, Summary, SummaryLine
from starfoundry.ledger.domain.prediction import NO_TRIPS, Comparison, sum_of
from starfoundry.ledger.storage import predictions
from starfoundry.ledger.storage.store import filter_conditions, last_balance
from starfoundry.store.tables.schema import ledger, trip_predictions

HOUR = timedelta(hours=1)
_HOUR_FORMAT = "%Y-%m-%d %H"


class SummaryKey(enum.Enum):
    """The keys of summary lines. A chain is one product of one factory, over all of its pipelines."""

    KIND = "kind"
    GOOD = "good"
    CHAIN = "chain"
    CONTAINER = "container"
    SHIP = "ship"
    HOUR = "hour"
    PIPELINE = "pipeline"
    TRIP = "trip"


def summarize(
    connection: sa.Connection,
    player_id: PlayerId,
    wanted: LedgerFilter,
    by: SummaryKey,
    *,
    now: datetime | None = None,
) -> Summary:
    """The matching entries added up by `by`, most profitable line first; by hour in order of time.

    Every hour has a line, from that of the first entry to the one of `now`, or to the end of the filter.

    With a filter other than for time the opening balance is 0: the lines are then a part of the ledger, not a
    period of it.
    """
    where = filter_conditions(player_id, wanted)
    totals = {
        EntryKind(kind): amount
        for kind, amount in connection.execute(
            sa.select(ledger.c.kind, sa.func.sum(ledger.c.amount)).where(*where).group_by(ledger.c.kind)
        )
    }
    profit = sum(totals.get(kind, 0) for kind in TRADE_KINDS)
    spent_on_ships = -totals.get(EntryKind.SHIP_PURCHASE, 0)
    opening = _opening(connection, player_id, wanted, totals.get(EntryKind.OPENING, 0))
    adjustments = totals.get(EntryKind.ADJUSTMENT, 0)
    compared = predictions.compared(connection, player_id, wanted, _trip_key_of(by))
    lines = _with_comparisons(_lines(connection, where, by), compared if by is not SummaryKey.KIND else {})
    if by is SummaryKey.HOUR:
        ordered = tuple(_every_hour(lines, end=min(filter(None, [now, wanted.until]), default=None)))
    else:
        ordered = tuple(sorted(lines, key=lambda line: (-line.net, line.key)))
    return Summary(
        lines=ordered,
        opening=opening,
        closing=opening + profit - spent_on_ships + adjustments,
        profit=profit,
        spent_on_ships=spent_on_ships,
        adjustments=adjustments,
        comparison=sum_of(compared.values()),
    )


def _opening(connection: sa.Connection, player_id: PlayerId, wanted: LedgerFilter, booked: int) -> int:
    """The balance before the first matching entry, or the one that the ledger was opened with."""
    if booked or wanted.since is None or not wanted.is_period:
        return booked
    first = sa.select(ledger.c.balance_after - ledger.c.amount).where(
        ledger.c.player_id == player_id, ledger.c.at >= wanted.since
    )
    before = connection.execute(first.order_by(ledger.c.at, ledger.c.sequence).limit(1)).scalar_one_or_none()
    return (last_balance(connection, player_id) or 0) if before is None else int(before)


def _lines(connection: sa.Connection, where: list[sa.ColumnElement[bool]], by: SummaryKey) -> list[SummaryLine]:
    key = _key_of(by)
    is_trade = ledger.c.kind.in_([kind.value for kind in TRADE_KINDS])
    rows = connection.execute(
        sa.select(
            key.label("key"),
            sa.func.sum(sa.case((ledger.c.amount > 0, ledger.c.amount), else_=0)).label("income"),
            sa.func.sum(sa.case((ledger.c.amount < 0, -ledger.c.amount), else_=0)).label("expense"),
            sa.func.count().label("entries"),
            sa.func.sum(ledger.c.units).label("units"),
            sa.func.sum(sa.case((is_trade, ledger.c.amount), else_=0)).label("profit"),
        )
        .where(*where)
        .group_by(key)
    )
    return [
        SummaryLine(
            key=row.key,
            income=row.income,
            expense=row.expense,
            entries=row.entries,
            units=row.units,
            profit=row.profit,
        )
        for row in rows
    ]


def _with_comparisons(lines: Iterable[SummaryLine], compared: Mapping[str, Comparison]) -> list[SummaryLine]:
    """The lines with the trips of their keys; a key whose trips alone lie in the stretch gets a line of its own."""
    found = {line.key: replace(line, comparison=compared.get(line.key, NO_TRIPS)) for line in lines}
    return [*found.values(), *(SummaryLine(key=key, comparison=compared[key]) for key in compared if key not in found)]


def _every_hour(lines: Iterable[SummaryLine], *, end: datetime | None) -> Iterator[SummaryLine]:
    """A line for each hour from the first that has entries to the last, or to the last that begins before `end`."""
    known = {datetime.strptime(line.key, _HOUR_FORMAT).replace(tzinfo=UTC): line for line in lines}
    if not known:
        return
    hour, last = min(known), max(known)
    while hour <= last or (end is not None and hour < end):
        yield replace(known.get(hour) or SummaryLine(key=""), key=hour.isoformat().replace("+00:00", "Z"))
        hour += HOUR


def _key_of(by: SummaryKey) -> sa.ColumnElement[str]:
    match by:
        case SummaryKey.KIND:
            return ledger.c.kind
        case SummaryKey.GOOD:
            return ledger.c.good
        case SummaryKey.CONTAINER:
            return ledger.c.container_id
        case SummaryKey.SHIP:
            return ledger.c.ship
        case SummaryKey.CHAIN:
            return ledger.c.chain
        case SummaryKey.PIPELINE:
            return ledger.c.pipeline_id
        case SummaryKey.TRIP:
            return ledger.c.task_id
        case SummaryKey.HOUR:
            return _hour_of(ledger.c.at)


def _trip_key_of(by: SummaryKey) -> sa.ColumnElement[str]:
    """The property that trips are added up by, of which each has one: a ship fuels for the good that it carries."""
    match by:
        case SummaryKey.GOOD:
            return trip_predictions.c.good
        case SummaryKey.SHIP:
            return trip_predictions.c.ship
        case SummaryKey.HOUR:
            return _hour_of(trip_predictions.c.ended_at)
        case _:
            return _key_of(by)


def _hour_of(column: sa.Column[datetime]) -> sa.ColumnElement[str]:
    return sa.func.substr(sa.cast(column, sa.Text), 1, len("2026-03-01 12"))
