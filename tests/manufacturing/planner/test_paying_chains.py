"""The chains that a turn may open: those of the scan that are not refused."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.reason import Reason
from starfoundry.kernel.supply import TradeKind
from starfoundry.manufacturing.domain.recipe import Recipes
from starfoundry.manufacturing.planner.markets.board import board_of
from starfoundry.manufacturing.planner.pipelines.feeds import Feeds
from starfoundry.manufacturing.planner.pipelines.opportunities import KINDS, opportunities, paying_chains
from tests.manufacturing import worlds

STOCKS = st.sampled_from((-8.0, -5.0, -3.0, 0.0, 2.0, 4.0, 7.0))


@st.composite
def views(draw):
    """Clothing that is made of fabrics, with any stocks, ages, strategies and limits."""
    seen = worlds.sightings(clothing=draw(STOCKS), shop=draw(STOCKS), fabrics=draw(STOCKS), fed=draw(STOCKS))
    config = ManufacturingConfig(
        strategy=draw(st.sampled_from(("prefer-buy", "prefer-fabricate", "smart"))),
        min_purchase_price=draw(st.sampled_from((100, 2_000))),
        market_max_age=draw(st.sampled_from((30, 180))),
        blocked_goods=draw(st.sampled_from(((), (worlds.CLOTHING,), (worlds.FABRICS,)))),
    )
    return worlds.view(config, seen=seen, now=worlds.NOON + timedelta(hours=draw(st.sampled_from((0, 1)))))


@given(views())
def test_they_are_those_of_the_scan_that_are_not_refused(view):
    found = paying_chains(view, worlds.hull(), KINDS, Feeds(view, worlds.hull()))

    assert found == [chance for chance in opportunities(view, worlds.hull()) if chance.refusal is None]


COTTON, FIELD = Good("COTTON"), WaypointSymbol("X1-A-P")


def feeds_of_clothing(strategy):
    """The trips that supply the factory with fabrics, whose maker is itself short of cotton and has few of them."""
    shop, mill = worlds.PLACES[1:]
    field = replace(shop, waypoint=FIELD, imports=(), exports=(COTTON,))
    places = (worlds.PLACES[0], shop, replace(mill, imports=(COTTON,)), field)
    seen = (
        *worlds.sightings(clothing=-4.0, fabrics=1.0, fed=-3.0),
        worlds.sighting(FIELD, COTTON, TradeKind.EXPORT, 2000, 5.0),
        worlds.sighting(worlds.MILL, COTTON, TradeKind.IMPORT, 2000, -4.0),
    )
    view = worlds.view(ManufacturingConfig(strategy=strategy), seen=seen)
    recipes = Recipes({worlds.CLOTHING: (worlds.FABRICS,), worlds.FABRICS: (COTTON,)})
    view = replace(view, board=board_of(places, seen, view.now, ()), recipes=recipes)
    found = Feeds(view, worlds.hull()).supplies([worlds.FABRICS], worlds.FACTORY)
    assert not isinstance(found, Reason), found.text
    return [(feed.good, feed.source, feed.target) for feed in found]


def test_the_maker_of_an_input_is_fed_too_where_the_strategy_says_so():
    bought = (worlds.FABRICS, worlds.MILL, worlds.FACTORY)

    assert feeds_of_clothing("prefer-fabricate") == [(COTTON, FIELD, worlds.MILL), bought]
    assert feeds_of_clothing("prefer-buy") == [bought]


@pytest.mark.parametrize("other", [WaypointSymbol("X1-A-R"), WaypointSymbol("X1-A-T")])
def test_a_chain_sells_where_that_pays_best_whichever_buyer_comes_first(other):
    seen = (*worlds.sightings(shop=-4.0), worlds.sighting(other, worlds.CLOTHING, TradeKind.IMPORT, 4000, -2.0))
    places = (*worlds.PLACES, replace(worlds.PLACES[1], waypoint=other))
    view = replace(worlds.view(seen=seen), board=board_of(places, seen, worlds.NOON, ()))

    (best,) = paying_chains(view, worlds.hull(), KINDS, Feeds(view, worlds.hull()))
    assert best.sell_market == worlds.SHOP
