"""Earnings as they travel on the wire."""

from starfoundry.kernel.instants import rfc3339
from starfoundry.ledger.earnings import Earnings
from starfoundry.wire import daemon_pb2 as pb


def earnings_message(earned: Earnings) -> pb.Earnings:
    """The message; an empty `hour_from` says that no hour of the clock has ended since the beginning."""
    return pb.Earnings(
        since=rfc3339(earned.since),
        total=earned.total,
        total_seconds=int(earned.seconds),
        hour=earned.hour or 0,
        hour_from=rfc3339(earned.hour_from),
        day=earned.day,
        day_seconds=int(earned.day_seconds),
    )
