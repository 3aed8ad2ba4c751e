"""Learned movement of a good: when it steps, by how much, and where its stock will stand."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from starfoundry.game.market_law.stock import MarketStock
from starfoundry.kernel.supply import Activity, TradeKind
from starfoundry.market.domain.movement import (
    Movement,
    expected_ticks,
    initial_movement,
    learn,
    restored,
    ticks_between,
    with_activity,
)
from starfoundry.market.domain.tick_period import TickPeriod
from starfoundry.market.domain.ticks import Ticks

MINUTE = 60.0
PERIOD = 30 * MINUTE


def an_export(units: int = 0, volume: int = 20) -> MarketStock:
    """MACHINERY at its factory."""
    return MarketStock(kind=TradeKind.EXPORT, base=2_400, steepness=8, trade_volume=volume, units=units)


def an_import(units: int = 0, volume: int = 20) -> MarketStock:
    """MACHINERY where it is used."""
    return msgspec.structs.replace(an_export(units, volume), kind=TradeKind.IMPORT)


def watched(
    stock: MarketStock, step: float, *, readings: int, every: float, activity: Activity = Activity.WEAK
) -> tuple[Movement, MarketStock, float]:
    """A good read every so often, whose stock moves by `step` volumes at 10, 40, 70 … minutes: what was learned."""
    movement, now = initial_movement(stock.kind, activity, PERIOD), 0.0
    sign = 1 if stock.kind is TradeKind.EXPORT else -1
    start = stock.units
    for _ in range(readings):
        later = now + every
        ticks = int((later - 10 * MINUTE) // PERIOD) + 1 if later >= 10 * MINUTE else 0
        read = stock.with_units(start + sign * round(ticks * step * stock.trade_volume))
        movement, stock, now = learn(movement, stock, now, read, later), read, later
    return movement, stock, now


def test_a_good_read_often_tells_its_step_and_its_next_tick():
    movement, _, now = watched(an_export(-80), 0.5, readings=18, every=5 * MINUTE)

    assert movement.step == pytest.approx(0.5, abs=0.01)
    assert movement.ticks is not None
    low, high = movement.ticks.first_after(now)
    assert low < 100 * MINUTE < high
    assert high - low < 12 * MINUTE


def test_a_forecast_adds_the_steps_that_are_due_until_then():
    movement, stock, now = watched(an_export(-80), 0.5, readings=18, every=5 * MINUTE)

    soon = movement.forecast(stock, now, now + 2 * MINUTE)
    later = movement.forecast(stock, now, now + 65 * MINUTE)

    assert soon.units == stock.units
    assert later.units - stock.units == pytest.approx(2 * 0.5 * 20, abs=3)
    assert later.low <= later.units <= later.high


def test_imports_empty_and_exports_fill_up_to_where_they_rest():
    fed = watched(an_import(20), 0.4, readings=12, every=10 * MINUTE)
    made = watched(an_export(-20), 0.4, readings=12, every=10 * MINUTE)

    for (movement, stock, now), end in ((fed, -9), (made, 8)):
        assert movement.forecast(stock, now, now + 100 * 3600).units == end * stock.trade_volume


def test_a_restricted_good_keeps_its_own_step_and_takes_a_fifth_of_it():
    movement, _, _ = watched(an_export(-80), 0.5, readings=18, every=5 * MINUTE)

    starved = with_activity(movement, Activity.RESTRICTED)

    assert starved.step == movement.step
    assert starved.step_now == pytest.approx(movement.step_now / 5)


def test_a_step_seen_while_restricted_is_a_fifth_of_the_good_s_own():
    movement, _, _ = watched(an_export(-80), 0.2, readings=18, every=5 * MINUTE, activity=Activity.RESTRICTED)

    assert movement.step == pytest.approx(1.0, abs=0.05)


def test_a_change_against_the_direction_is_somebody_s_trade_and_teaches_nothing():
    movement = initial_movement(TradeKind.EXPORT, Activity.WEAK, PERIOD)

    assert learn(movement, an_export(0), 0.0, an_export(-12), 600.0) == movement


def test_readings_across_a_growth_of_the_volume_are_not_compared():
    movement = initial_movement(TradeKind.EXPORT, Activity.WEAK, PERIOD)

    assert learn(movement, an_export(0, 20), 0.0, an_export(10, 22), 600.0) == movement


def test_a_good_at_rest_says_nothing_of_its_ticks():
    movement, _, now = watched(an_export(-80), 0.5, readings=18, every=5 * MINUTE)
    full = an_export(160)

    assert learn(movement, full, now, full, now + 60 * MINUTE).ticks == movement.ticks


def test_a_tick_that_does_not_come_is_learned_anew():
    movement, stock, now = watched(an_export(-80), 0.5, readings=18, every=5 * MINUTE)

    assert learn(movement, stock, now, stock, now + 29 * MINUTE).ticks is None


def test_the_server_s_period_is_learned_from_ticks_noticed_far_apart():
    """Three hours, six periods of thirty minutes, seen through windows of five minutes each."""
    period = TickPeriod(seconds=1_850.0)
    before, stock, _ = watched(an_export(-140), 0.5, readings=18, every=5 * MINUTE)
    for ticks in range(1, 12):
        read = stock.with_units(stock.units + 10)
        moment = 70 * MINUTE + ticks * PERIOD
        after = learn(before, stock, moment - 2 * MINUTE, read, moment + 2 * MINUTE)
        period = period.learn(before, after)
        before, stock = after, read

    assert period.seconds == pytest.approx(PERIOD, abs=20)


def test_what_was_learned_survives_being_stored():
    movement, _, _ = watched(an_export(-80), 0.5, readings=18, every=5 * MINUTE)
    again = restored(TradeKind.EXPORT, Activity.WEAK, movement.to_map())

    assert again.step == pytest.approx(movement.step, abs=0.001)
    assert again.ticks is not None
    assert movement.ticks is not None
    assert (again.ticks.low, again.ticks.high) == pytest.approx((movement.ticks.low, movement.ticks.high), abs=1)


@pytest.mark.parametrize("stored", [None, "", [], {}, {"step": "much"}, {"step": -1, "spread": 1}])
def test_what_was_stored_and_cannot_be_read_is_learned_anew(stored: object):
    assert restored(TradeKind.IMPORT, None, stored) == initial_movement(TradeKind.IMPORT, None)


@given(st.floats(0, 50 * 3600), st.floats(0, 30 * 3600), st.booleans())
def test_as_many_ticks_are_expected_as_periods_pass(start: float, span: float, is_watched: bool):
    movement = initial_movement(TradeKind.EXPORT, Activity.WEAK, PERIOD)
    if is_watched:
        movement, _, now = watched(an_export(-80), 0.5, readings=18, every=5 * MINUTE)
        start += now

    ticks, doubt = ticks_between(movement, start, start + span)

    assert ticks == pytest.approx(span / PERIOD, abs=1.5)
    assert doubt >= 0


@given(
    st.none() | st.tuples(st.floats(-9_000, 9_000), st.floats(0, 3_000)),
    st.floats(0, 20_000),
    st.floats(0, 100_000),
)
def test_the_number_of_ticks_alone_is_that_with_its_doubt_to_the_last_bit(seen, start, span):
    ticks = None if seen is None else Ticks(seen[0], seen[0] + seen[1], PERIOD)
    movement = replace(initial_movement(TradeKind.EXPORT, Activity.WEAK), ticks=ticks)

    assert expected_ticks(movement, start, start + span) == ticks_between(movement, start, start + span)[0]
