"""The board computes what it is asked for, and the order of the questions changes no answer."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from starfoundry.game.market_law.law import MarketStock
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.manufacturing.planner.markets.board import Board, board_of
from tests.manufacturing import worlds


def stock(board: Board, key: tuple[WaypointSymbol, Good]) -> MarketStock:
    offer = board.offer(*key)
    assert offer is not None
    assert isinstance(offer.curve, MarketStock)
    assert offer.curve is offer.curve
    return offer.curve


KEYS = [(each.waypoint, each.quote.good) for each in worlds.sightings()]


@given(
    st.lists(st.tuples(st.sampled_from(KEYS), st.integers(-60, 60), st.lists(st.sampled_from(KEYS))), max_size=5),
    st.integers(0, 7_200),
)
def test_a_curve_asked_for_early_is_the_one_asked_for_late(trades, seconds):
    """A board that is asked between the trades comes to what one says that is asked once, at the end."""
    now = worlds.NOON + timedelta(seconds=seconds)
    asked, silent = (board_of(worlds.PLACES, worlds.sightings(), now, ()) for _ in range(2))
    moved = dict.fromkeys(KEYS, 0)
    for (waypoint, good), units, questions in trades:
        for key in questions:
            stock(asked, key)
        asked, silent = (board.claimed(waypoint, good, units) for board in (asked, silent))
        moved[waypoint, good] += units

    for seen in worlds.sightings():
        key = (seen.waypoint, seen.quote.good)
        expected = seen.curve_at(now)
        assert isinstance(expected, MarketStock)
        assert stock(asked, key) == stock(silent, key) == expected.with_units(expected.units + moved[key])


def test_a_board_before_a_trade_stays_as_it_was():
    before = board_of(worlds.PLACES, worlds.sightings(), worlds.NOON, ())
    units = stock(before, KEYS[0]).units

    after = before.claimed(*KEYS[0], -20)

    assert stock(before, KEYS[0]).units == units
    assert stock(after, KEYS[0]).units == units - 20


def test_what_was_never_seen_has_no_offer():
    board = board_of(worlds.PLACES, worlds.sightings(), worlds.NOON, ())

    assert board.offer(WaypointSymbol("X1-A-Z"), worlds.CLOTHING) is None
    assert board.offer(worlds.FACTORY, Good("DYE")) is None
    assert board.sinks(Good("DYE")) == ()
    assert board.claimed(worlds.FACTORY, Good("DYE"), 5) is board
