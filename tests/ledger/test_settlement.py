"""The verdict on a call without an answer: told from what it would have changed, for every call and every price."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from starfoundry.game.model import TradeRecord
from starfoundry.kernel.ids import Good, PlayerId, ShipSymbol, WaypointSymbol
from starfoundry.ledger.domain.model import Applied, CallKind, Intent, Purpose
from starfoundry.ledger.domain.settlement import Evidence, discrepancy, settle

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SHIP = ShipSymbol("FOUNDRY-1")
IRON = Good("IRON")
HOME = WaypointSymbol("X1-AD75-A1")


def an_intent(kind: CallKind = CallKind.PURCHASE, *, units: int = 10, before: int = 5, price_seen: int = 100) -> Intent:
    return Intent(
        id=1,
        player_id=PlayerId(1),
        kind=kind,
        ship=SHIP,
        waypoint=HOME,
        good=IRON,
        units=units,
        before=before,
        credits_before=50_000,
        price_seen=price_seen,
        purpose=Purpose(),
        sent_at=NOON,
    )


def a_record(intent: Intent, *, price: int = 100, seconds: float = 1, **changes: Any) -> TradeRecord:
    record = TradeRecord(
        waypoint=HOME,
        ship=intent.ship,
        good=intent.good,
        is_purchase=intent.kind is not CallKind.SALE,
        units=intent.units,
        price=price,
        total=price * intent.units,
        at=intent.sent_at + timedelta(seconds=seconds),
    )
    return replace(record, **changes)


def moved(intent: Intent) -> int:
    """By how much the witness differs after the call."""
    return (
        intent.units if intent.kind in (CallKind.PURCHASE, CallKind.REFUEL, CallKind.SHIP_PURCHASE) else -intent.units
    )


intents = st.builds(
    lambda kind, units, spare, price: an_intent(kind, units=units, before=units + spare, price_seen=price),
    st.sampled_from(CallKind),
    st.integers(1, 240),
    st.integers(0, 300),
    st.integers(1, 40_000),
)


@given(intent=intents, price=st.integers(1, 40_000), has_record=st.booleans(), knows_credits=st.booleans())
def test_a_call_that_was_applied_is_told_applied_for_what_it_really_moved(intent, price, has_record, knows_credits):
    """Whatever the price became; with neither credits nor record the price seen is the best that is known."""
    total = price * intent.units if intent.kind.money_sign else 0
    evidence = Evidence(
        now=intent.before + moved(intent),
        records=(a_record(intent, price=price),) if has_record else (),
        credits_unbooked=total * intent.kind.money_sign if knows_credits else None,
    )

    settlement = settle(intent, evidence)

    expected = total if has_record or knows_credits else intent.price_seen * intent.units * abs(intent.kind.money_sign)
    assert (settlement.applied, settlement.units, settlement.total) == (True, intent.units, expected)
    assert settlement.doubt == ""


@given(intent=intents, credits_unbooked=st.sampled_from([0, None]))
def test_a_call_that_left_no_trace_is_told_not_applied_and_books_nothing(intent, credits_unbooked):
    settlement = settle(intent, Evidence(now=intent.before, credits_unbooked=credits_unbooked))

    assert (settlement.applied, settlement.total, settlement.doubt) == (False, 0, "")


def test_the_newest_trade_of_the_ship_is_the_call_and_older_equal_ones_are_not():
    """Tranches of equal size follow each other in seconds; each but the last is booked already."""
    intent = an_intent()
    records = (a_record(intent, price=106, seconds=1), a_record(intent, price=100, seconds=-3))

    assert settle(intent, Evidence(now=15, records=records)).total == 1_060


def test_trades_of_others_and_of_other_times_are_not_mistaken_for_the_call():
    intent = an_intent(price_seen=100)
    foreign = (
        a_record(intent, price=7, ship=ShipSymbol("OTHER-1")),
        a_record(intent, price=7, good=Good("COPPER")),
        a_record(intent, price=7, units=9),
        a_record(intent, price=7, is_purchase=False),
        a_record(intent, price=7, seconds=-6),
    )

    assert settle(intent, Evidence(now=15, records=foreign)).total == 1_000


def test_a_hold_that_shows_neither_all_nor_nothing_is_decided_by_the_money_and_reported():
    """Someone else had a hand in it."""
    intent = an_intent(units=10, before=5)

    paid = settle(intent, Evidence(now=9, credits_unbooked=-1_000))
    unpaid = settle(intent, Evidence(now=9, credits_unbooked=0))

    assert (paid.applied, paid.total) == (True, 1_000)
    assert (unpaid.applied, unpaid.total) == (False, 0)
    assert paid.doubt == unpaid.doubt == f"{intent.label} should have moved +10, but +4 was found"


def test_credits_that_moved_though_the_hold_did_not_are_reported():
    intent = an_intent()

    settlement = settle(intent, Evidence(now=5, credits_unbooked=-1_000))

    assert not settlement.applied
    assert settlement.doubt == f"{intent.label} should have moved +0 credits, -1,000 was found"


def test_credits_and_record_that_disagree_are_booked_by_the_record_and_reported():
    """The credits may also have been moved by a request that came twice; the record is of this very trade."""
    intent = an_intent()

    settlement = settle(intent, Evidence(now=15, records=(a_record(intent, price=100),), credits_unbooked=-1_100))

    assert settlement.total == 1_000
    assert settlement.doubt == f"{intent.label} should have moved -1,000 credits, -1,100 was found"


def test_a_tank_that_is_fuller_has_been_filled_whatever_the_amount():
    """The game rounds a market unit up, so a tank rarely rises by what was paid for."""
    intent = an_intent(CallKind.REFUEL, units=3, before=150, price_seen=72)

    assert settle(intent, Evidence(now=400)).total == 216
    assert not settle(intent, Evidence(now=150)).applied


# Answers


def an_answer(total: int = 1_000) -> Applied:
    return Applied(units=10, price=100, total=total, credits=49_000)


def test_an_answer_that_fits_its_call_is_not_remarked_on():
    intent = an_intent()

    assert discrepancy(intent, an_answer(), a_record(intent), 15) == ""


def test_what_does_not_fit_in_an_answer_is_said():
    intent = an_intent(units=10, before=5)

    assert "answered with 9 IRON" in discrepancy(intent, an_answer(), a_record(intent, units=9), 15)
    assert "answered with 10 COPPER" in discrepancy(intent, an_answer(), a_record(intent, good=Good("COPPER")), 15)
    assert "the other way" in discrepancy(intent, an_answer(), a_record(intent, is_purchase=False), 15)
    assert "should leave 15, the answer says 14" in discrepancy(intent, an_answer(), a_record(intent), 14)
    assert "answered with -5 credits" in discrepancy(intent, an_answer(total=-5), a_record(intent), 15)


def test_a_refuelling_is_free_to_count_its_units_as_it_likes_but_not_its_good():
    intent = replace(an_intent(CallKind.REFUEL, units=3), good=Good("FUEL"))

    assert discrepancy(intent, an_answer(), a_record(intent, units=4), 400) == ""
    assert "answered with IRON" in discrepancy(intent, an_answer(), a_record(intent, good=IRON), 400)
