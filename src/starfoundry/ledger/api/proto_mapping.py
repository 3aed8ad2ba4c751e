"""Protobuf messages for ledger entries, summary lines and earnings."""

from starfoundry.kernel.instants import rfc3339
from starfoundry.ledger.domain.model import EntryKind, LedgerEntry, SummaryLine
from starfoundry.ledger.domain.prediction import UnitPrices
from starfoundry.ledger.storage.earnings import Earnings
from starfoundry.wire import daemon_pb2 as pb


def earnings_message(earned: Earnings) -> pb.Earnings:
    """The message; an empty `hour_from` means that no clock hour has ended since the beginning."""
    return pb.Earnings(
        since=rfc3339(earned.since),
        total=earned.total,
        total_seconds=int(earned.seconds),
        hour=earned.hour or 0,
        hour_from=rfc3339(earned.hour_from),
        day=earned.day,
        day_seconds=int(earned.day_seconds),
    )


def entry_message(entry: LedgerEntry, predicted: UnitPrices | None = None) -> pb.LedgerEntry:
    """The message of an entry, with the price that was predicted for its trip where one was."""
    return pb.LedgerEntry(
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
        predicted_price=_predicted_price(entry, predicted),
    )


def _predicted_price(entry: LedgerEntry, predicted: UnitPrices | None) -> float | None:
    if predicted is None or predicted.good != entry.good:
        return None
    return {EntryKind.PURCHASE: predicted.paid, EntryKind.SALE: predicted.received}.get(entry.kind)


def line_message(line: SummaryLine) -> pb.LedgerLine:
    """The message of a summary line."""
    return pb.LedgerLine(
        key=line.key,
        income=line.income,
        expense=line.expense,
        net=line.net,
        entries=line.entries,
        units=line.units,
        profit=line.profit,
        trips=line.comparison.trips,
        predicted=line.comparison.predicted,
        realised=line.comparison.realised,
    )
