"""Health conditions of one player's ledger: calls in doubt, and unexplained differences."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from starfoundry.kernel.conditions import Condition
from starfoundry.kernel.ids import PlayerId
from starfoundry.ledger.runtime.gateway import MoneyGateway

IN_DOUBT = "call-in-doubt"
DIFFERENCE = "book-difference"

PRESENT = timedelta(hours=1)
"""A difference is booked as soon as it is found.

It counts as a problem for this long, after that only as information.
"""


def conditions_of(gateway: MoneyGateway, player_id: PlayerId, now: datetime) -> Iterator[Condition]:
    """The current conditions: each call in doubt, and each difference of this run."""
    for call in gateway.doubts():
        yield Condition(
            kind=IN_DOUBT,
            subject=call.ship,
            reason=f"{call.label} was sent {(now - call.sent_at).total_seconds():.0f} s ago and its outcome is unknown",
            next_step="wait: it is settled automatically, mostly within two minutes; then spacetraders ledger verify",
            since=call.sent_at,
            player_id=player_id,
        )
    for incident in gateway.incidents():
        yield Condition(
            kind=DIFFERENCE,
            subject="",
            reason=incident.text,
            next_step="spacetraders ledger verify",
            since=incident.at,
            degrades=now - incident.at < PRESENT,
            player_id=player_id,
        )
