"""The till: book and game agree to the credit after every booking, whatever happens in between."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from starfoundry.kernel.ids import PlayerId
from starfoundry.ledger.domain.balance import Balance, Booking
from starfoundry.ledger.domain.model import CallKind, EntryKind
from tests.ledger.test_settlement import an_intent

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def an_open_till(credits_reported: int = 100_000) -> Balance:
    balance = Balance(PlayerId(1))
    balance.resume(None)
    balance.apply_booking(balance.booking(None, None, credits_reported, NOON), None)
    return balance


def amounts(booking: Booking) -> list[tuple[EntryKind, int]]:
    return [(entry.kind, entry.amount) for entry in booking.entries]


steps = st.lists(
    st.tuples(
        st.sampled_from(CallKind),
        st.integers(0, 20_000),
        st.sampled_from([0, 0, 0, 500, -40]),  # what somebody else did meanwhile
    ),
    max_size=30,
)


@given(opening=st.integers(0, 10**9), steps=steps)
def test_the_balances_form_a_chain_that_ends_at_what_the_game_says(opening, steps):
    balance = Balance(PlayerId(1))
    balance.resume(None)
    first = balance.booking(None, None, opening, NOON)
    balance.apply_booking(first, None)
    entries = list(first.entries)
    told = opening

    for number, (kind, total, stray) in enumerate(steps, start=1):
        intent = replace(an_intent(kind), id=number)
        told += total * kind.money_sign + stray
        booking = balance.booking(intent, total, told, NOON)
        assert bool(booking.incident) == bool(stray), "a stray credit is an incident, and nothing else is"
        balance.apply_booking(booking, intent)
        entries += booking.entries

    total_booked = 0
    for entry in entries:
        total_booked += entry.amount
        assert entry.balance_after == total_booked
    assert total_booked == told == balance.credits


def test_a_difference_is_left_alone_while_another_call_in_doubt_may_explain_it():
    balance = an_open_till()
    doubtful, other = replace(an_intent(), id=1), replace(an_intent(), id=2)
    balance.doubt(doubtful)

    meanwhile = balance.booking(other, 1_000, 98_000, NOON)
    balance.apply_booking(meanwhile, other)
    settled = balance.booking(doubtful, 1_000, 98_000, NOON)

    assert amounts(meanwhile) == [(EntryKind.PURCHASE, -1_000)]
    assert balance.unexplained(doubtful, 98_000) == -1_000
    assert amounts(settled) == [(EntryKind.PURCHASE, -1_000)]
    assert settled.balance == 98_000


def test_what_is_left_when_the_last_doubt_is_settled_is_adjusted():
    balance = an_open_till()
    doubtful = replace(an_intent(), id=1)
    balance.doubt(doubtful)

    settled = balance.booking(doubtful, None, 99_300, NOON)
    balance.apply_booking(settled, doubtful)

    assert amounts(settled) == [(EntryKind.ADJUSTMENT, -700)]
    assert balance.spendable == balance.credits == 99_300


def test_the_credits_say_nothing_of_one_doubt_while_there_is_another():
    balance = an_open_till()
    one, two = replace(an_intent(), id=1), replace(an_intent(), id=2)
    balance.doubt(one)
    balance.doubt(two)

    assert balance.unexplained(one, 98_000) is None


def test_sales_in_doubt_are_not_counted_on():
    """Money that may have come in is not money."""
    balance = an_open_till()
    balance.doubt(replace(an_intent(CallKind.SALE, units=10, price_seen=100), id=1))

    assert balance.spendable == 100_000


def test_a_book_that_goes_on_is_adjusted_to_what_the_game_says():
    balance = Balance(PlayerId(1))
    balance.resume(90_000)

    assert amounts(balance.booking(None, None, 91_000, NOON)) == [(EntryKind.ADJUSTMENT, 1_000)]
    assert amounts(balance.booking(None, None, 90_000, NOON)) == []
