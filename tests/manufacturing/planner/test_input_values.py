"""Worth of inputs to the factories that run short of them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starfoundry.game.market_law.law import LocalFit
from starfoundry.kernel.ids import Good
from starfoundry.kernel.supply import TradeKind
from starfoundry.manufacturing.domain.model import TaskKind, TaskStatus
from starfoundry.manufacturing.domain.recipe import Recipes
from starfoundry.manufacturing.planner.markets.board import board_of
from starfoundry.manufacturing.planner.trips.estimate import InputValue, worth_of
from starfoundry.manufacturing.planner.trips.input_values import input_values
from tests.manufacturing import worlds

RECIPES = Recipes({worlds.CLOTHING: (worlds.FABRICS,)})


def values(recipes=RECIPES, **stocks):
    return values_on(board_of(worlds.PLACES, worlds.sightings(**stocks), worlds.NOON, ()), recipes)


def values_on(board, recipes):
    return every_value(input_values(board, recipes), board)


def every_value(needs, board):
    keys = [(each.waypoint, each.quote.good) for each in board.seen()]
    return {key: given for key in keys if (given := needs.get(key, ()))}


def test_a_factory_gives_for_an_input_that_is_scarce():
    [value] = values(fed=-6.0)[worlds.FACTORY, worlds.FABRICS]

    assert value.per_unit > 0
    assert value.units > worlds.VOLUME  # what is missing to the edge of SCARCE, and what it uses in the hours ahead


def test_it_gives_nothing_for_an_input_that_lasts_for_hours():
    assert values(fed=-2.0) == {}


def test_it_gives_nothing_where_its_output_would_earn_nothing():
    assert values(fed=-6.0, shop=12.0) == {}


def test_an_output_that_is_drained_is_valued_as_it_will_be_once_it_is_fed():
    assert values(fed=-6.0, clothing=-8.0)[worlds.FACTORY, worlds.FABRICS][0].per_unit > 0


def test_an_output_is_worth_what_it_is_worth_as_an_input_in_its_turn():
    """Cotton makes fabrics, which make clothing: fabrics that earn nothing by themselves are made for the clothing."""
    cotton = Good("COTTON")
    seen = (
        *worlds.sightings(fabrics=-3.0, fed=-6.0),
        worlds.sighting(worlds.MILL, cotton, TradeKind.IMPORT, 100, -6.0),
    )
    board = board_of(worlds.PLACES, seen, worlds.NOON, ())
    chain = values_on(board, Recipes({worlds.CLOTHING: (worlds.FABRICS,), worlds.FABRICS: (cotton,)}))
    alone = values_on(board, Recipes({worlds.FABRICS: (cotton,)}))

    assert chain[worlds.MILL, cotton][0].per_unit > alone[worlds.MILL, cotton][0].per_unit


def test_a_ship_under_way_with_the_input_takes_the_need_away():
    coming = worlds.task(1, TaskKind.ACQUIRE_DELIVER, TaskStatus.EXECUTING, units_planned=200)
    board = board_of(worlds.PLACES, worlds.sightings(fed=-6.0), worlds.NOON, (coming,))

    assert values_on(board, RECIPES) == {}


def test_prices_that_the_law_does_not_explain_are_not_reckoned_with():
    seen = [each for each in worlds.sightings(fed=-6.0) if each.quote.good != worlds.FABRICS]
    odd = worlds.sighting(worlds.FACTORY, worlds.FABRICS, TradeKind.IMPORT, 2000, -6.0)
    fit = LocalFit(seen_ask=odd.quote.ask, seen_bid=odd.quote.bid, supply=odd.quote.supply, trade_volume=20)
    board = board_of(worlds.PLACES, [*seen, replace(odd, curve=fit)], worlds.NOON, ())

    assert values_on(board, RECIPES) == {}


def test_a_recipe_with_an_input_that_nobody_has_seen_is_not_reckoned_with():
    assert values(Recipes({worlds.CLOTHING: (worlds.FABRICS, Good("DYE"))}), fed=-6.0) == {}


@pytest.mark.parametrize(("units", "worth"), [(0, 0), (10, 1_000), (30, 3_000), (80, 3_000)])
def test_more_units_than_are_wanted_are_worth_no_more(units, worth):
    assert worth_of((InputValue(30, 100.0),), units) == worth


@given(st.floats(-9, -5.1), st.floats(-9, -5.1))
def test_the_emptier_the_input_the_less_each_unit_is_worth(one, other):
    """The same hours are won by more units."""
    less, more = sorted((one, other))
    [emptier], [fuller] = (values(fed=stock)[worlds.FACTORY, worlds.FABRICS] for stock in (less, more))

    assert emptier.per_unit <= fuller.per_unit
    assert emptier.units >= fuller.units


@given(st.lists(st.tuples(st.sampled_from(("sell", "feed", "buy")), st.integers(1, 60), st.booleans()), max_size=6))
def test_needs_kept_up_to_date_are_those_that_would_be_found_anew(trades):
    """Cotton makes fabrics, which make clothing; ships bring fabrics and cotton, and fetch fabrics."""
    cotton = Good("COTTON")
    seen = (
        *worlds.sightings(fabrics=-3.0, fed=-6.0),
        worlds.sighting(worlds.MILL, cotton, TradeKind.IMPORT, 100, -6.0),
    )
    board = board_of(worlds.PLACES, seen, worlds.NOON, ())
    recipes = Recipes({worlds.CLOTHING: (worlds.FABRICS,), worlds.FABRICS: (cotton,)})
    needs = input_values(board, recipes)
    places = {
        "sell": (worlds.FACTORY, worlds.FABRICS, 1),
        "feed": (worlds.MILL, cotton, 1),
        "buy": (worlds.MILL, worlds.FABRICS, -1),
    }

    for what, units, asks in trades:
        waypoint, good, sign = places[what]
        if asks:
            every_value(needs, board)
        board = board.claimed(waypoint, good, sign * units)
        needs = needs.after(board, (waypoint,), good)

    assert every_value(needs, board) == values_on(board, recipes)
