"""The index of sightings: in order and by good, and what was handed out never changes."""

import pytest

from starfoundry.game.market_law.law import curve_of
from starfoundry.market.domain.model import Sighting, by_good
from starfoundry.market.runtime.sighting_index import SightingIndex
from tests.ledger.bank import EPOCH
from tests.market.stalls import A1, B7, FUEL, IRON, MACHINERY, a_quote


def a_sighting(waypoint, good, ask=100):
    quote = a_quote(good, ask=ask)
    return Sighting(waypoint=waypoint, quote=quote, seen_at=EPOCH, curve=curve_of(quote))


@pytest.fixture
def index():
    """Three goods at two markets, seen in no order and asked for once."""
    index = SightingIndex()
    for sighting in (a_sighting(B7, IRON), a_sighting(A1, MACHINERY), a_sighting(B7, MACHINERY), a_sighting(A1, FUEL)):
        index.put(sighting)
    index.by_good()
    return index


def test_goods_are_in_the_order_in_which_they_are_seen_first_and_markets_by_symbol(index):
    found = {good: [each.waypoint for each in sightings] for good, sightings in index.by_good().items()}

    assert list(found.items()) == [(FUEL, [A1]), (MACHINERY, [A1, B7]), (IRON, [B7])]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda index: index.put(a_sighting(B7, MACHINERY, ask=70)), id="a price"),
        pytest.param(lambda index: index.put(a_sighting(A1, IRON)), id="a good more"),
        pytest.param(lambda index: index.keep_only(A1, {FUEL}), id="a good less"),
    ],
)
def test_a_change_shows_in_what_is_asked_for_next_and_not_in_what_was_asked_for_before(index, change):
    before = index.by_good()
    kept = {good: list(sightings) for good, sightings in before.items()}

    change(index)

    assert {good: list(sightings) for good, sightings in before.items()} == kept
    after = index.by_good()
    assert list(after.items()) == list(by_good(index.all()).items())
    assert after != before
