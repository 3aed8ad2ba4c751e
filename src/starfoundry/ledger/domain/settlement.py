"""Settlement of unanswered calls from evidence read afterwards, and the check whether an answer is consistent.

The game keeps no record of requests. The evidence is what a call would have changed: the hold, the tank, or the list of
ships. Credits and the market's recent trades give the price.
"""

from dataclasses import dataclass
from datetime import timedelta

from starfoundry.game.model import TradeRecord
from starfoundry.ledger.domain.model import Applied, CallKind, Intent

CLOCK_SKEW_MAX = timedelta(seconds=5)
"""The most by which the server's clock may be behind ours for a recorded trade still to be ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The facts read once the call can no longer be applied.

    `now` is the value of `Intent.before`, read again. `records` are the trades that the market remembers, empty if
    it could not be asked. `credits_unbooked` is the difference between our credits and the ledger; None if other
    calls in doubt may have caused it too.
    """

    now: int
    records: tuple[TradeRecord, ...] = ()
    credits_unbooked: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """The outcome. `total` and `price` are 0 unless the call was applied and moves money.

    `doubt` says what is inconsistent.
    """

    applied: bool
    units: int = 0
    total: int = 0
    price: int = 0
    doubt: str = ""


def settle(intent: Intent, evidence: Evidence) -> Settlement:
    """Whether `intent` was applied, and for how much.

    The changed value decides. If it shows neither all nor nothing, someone else changed it too; then the money and
    the market's record decide, and the settlement says so.
    """
    moved = evidence.now - intent.before
    record = _own_record(intent, evidence.records)
    if intent.kind is CallKind.REFUEL:
        applied, doubt = moved > 0, ""
    elif moved in (0, _expected_move(intent)):
        applied, doubt = moved != 0, ""
    else:
        applied = record is not None or _paid(intent, evidence) > 0
        doubt = f"{intent.label} should have moved {_expected_move(intent):+}, but {moved:+} was found"
    if not applied:
        return Settlement(applied=False, doubt=doubt or _money_doubt(intent, evidence))
    if intent.kind.money_sign == 0:
        return Settlement(applied=True, units=intent.units, doubt=doubt)
    # The market's record comes before the credits: a request that arrived twice may have moved the credits too.
    total = record.total if record else _paid(intent, evidence) or intent.price_seen * intent.units
    return Settlement(
        applied=True,
        units=intent.units,
        total=total,
        price=record.price if record else total // max(1, intent.units),
        doubt=doubt or _money_doubt(intent, evidence, total),
    )


def discrepancy(intent: Intent, answer: Applied, record: TradeRecord | None, now: int | None) -> str:
    """The inconsistencies of an answer; empty if there are none. `now` is the answer's value of `Intent.before`."""
    if record is not None and (record.good, record.units) != (intent.good, intent.units):
        if intent.kind is not CallKind.REFUEL:
            return f"{intent.label} was answered with {record.units} {record.good}"
        if record.good != intent.good:
            return f"{intent.label} was answered with {record.good}"
    if record is not None and record.is_purchase == (intent.kind is CallKind.SALE):
        return f"{intent.label} was answered with a trade the other way"
    if intent.kind is not CallKind.REFUEL and now is not None and now - intent.before != _expected_move(intent):
        return f"{intent.label} should leave {intent.before + _expected_move(intent)}, the answer says {now}"
    if answer.total < 0:
        return f"{intent.label} was answered with {answer.total:,} credits"
    return ""


def _expected_move(intent: Intent) -> int:
    """The change of the observed value if the call is applied in full."""
    match intent.kind:
        case CallKind.PURCHASE | CallKind.SHIP_PURCHASE | CallKind.REFUEL:
            return intent.units
        case CallKind.SALE | CallKind.JETTISON | CallKind.TRANSFER:
            return -intent.units


def _own_record(intent: Intent, records: tuple[TradeRecord, ...]) -> TradeRecord | None:
    """The newest trade that can be this call; the ship has not traded since."""
    own = [
        record
        for record in records
        if record.ship == intent.ship
        and record.good == intent.good
        and record.is_purchase == (intent.kind is not CallKind.SALE)
        and (record.units == intent.units or intent.kind is CallKind.REFUEL)
        and record.at >= intent.sent_at - CLOCK_SKEW_MAX
    ]
    return max(own, key=lambda record: record.at, default=None)


def _paid(intent: Intent, evidence: Evidence) -> int:
    """The amount by which the credits changed, in the expected direction; 0 if they show nothing."""
    return max(0, (evidence.credits_unbooked or 0) * intent.kind.money_sign)


def _money_doubt(intent: Intent, evidence: Evidence, total: int = 0) -> str:
    unexplained = evidence.credits_unbooked
    if unexplained is None or unexplained == total * intent.kind.money_sign:
        return ""
    return f"{intent.label} should have moved {total * intent.kind.money_sign:+,} credits, {unexplained:+,} was found"
