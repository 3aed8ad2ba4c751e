"""How old what is known is, and what a place is good for."""

from datetime import UTC, datetime, timedelta

import pytest

from starfoundry.kernel.ids import Good
from starfoundry.market.domain.model import Sighting
from starfoundry.market.domain.price_age import age_seconds, last_seen
from tests.market.stalls import A1, B7, FUEL, IRON, MACHINERY, RESTED, a_place, a_quote

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def seen(waypoint, good, minutes_ago):
    at = NOON - timedelta(minutes=minutes_ago)
    return Sighting(waypoint=waypoint, quote=a_quote(good), seen_at=at, curve=RESTED)


def test_a_market_was_seen_when_its_freshest_good_was():
    sightings = [seen(A1, IRON, 30), seen(A1, FUEL, 10), seen(A1, MACHINERY, 20), seen(B7, IRON, 90)]

    assert last_seen(sightings) == {A1: NOON - timedelta(minutes=10), B7: NOON - timedelta(minutes=90)}


@pytest.mark.parametrize(("seconds_ago", "age"), [(0, 0.0), (90, 90.0), (-5, 0.0)])
def test_nothing_is_younger_than_now_whatever_the_clocks_do(seconds_ago, age):
    assert age_seconds(NOON - timedelta(seconds=seconds_ago), NOON) == age


def test_a_place_is_a_market_if_it_trades_anything():
    assert a_place().has_market
    assert not a_place(exports=(), exchange=()).has_market


@pytest.mark.parametrize(
    ("trades", "sells"),
    [({"exchange": (FUEL,)}, True), ({"exports": (FUEL,)}, True), ({"imports": (FUEL,)}, False), ({}, False)],
)
def test_fuel_is_counted_on_where_it_is_made_or_passed_on_and_not_where_it_is_used(trades, sells):
    assert a_place(**({"exports": (), "exchange": ()} | trades)).sells_fuel is sells


@pytest.mark.parametrize(("good", "does"), [(MACHINERY, True), (FUEL, True), (IRON, True), (Good("GOLD"), False)])
def test_a_place_trades_what_it_makes_uses_or_passes_on(good, does):
    assert a_place(imports=(IRON,)).trades(good) is does
