"""The tree of a good's supply chain, and the place in it that holds the chain back."""

from dataclasses import replace

from hypothesis import given

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.kernel.supply import Activity, SupplyLevel
from starfoundry.manufacturing.domain.recipe import Recipes
from starfoundry.manufacturing.planner.explain.supply_chain import ChainRole, supply_chain
from tests.manufacturing import worlds
from tests.manufacturing.test_explanation import views

OUTPUT = (ChainRole.FACTORY, worlds.CLOTHING, worlds.FACTORY)
INPUT = (ChainRole.INPUT, worlds.FABRICS, worlds.FACTORY)
SOURCE = (ChainRole.FACTORY, worlds.FABRICS, worlds.MILL)
BUYER = (ChainRole.BUYER, worlds.CLOTHING, worlds.SHOP)


def chain(config=None, **stocks):
    return supply_chain(worlds.view(config, seen=worlds.sightings(**stocks)), worlds.CLOTHING)


def held_back(found):
    (bottleneck,) = found.bottlenecks
    return bottleneck.node.key


def test_below_a_factory_stand_its_inputs_and_below_each_who_sells_it():
    found = chain()

    (factory,) = found.sellers
    assert [node.key for node in factory.every()] == [OUTPUT, INPUT, SOURCE]
    assert [node.key for node in found.buyers] == [BUYER]


def test_an_input_that_is_short_while_somebody_has_it_is_what_a_ship_has_to_bring():
    found = chain(fed=-6.0, fabrics=3.0)

    assert held_back(found) == INPUT
    assert "a ship has to bring it" in found.bottlenecks[0].sentence


def test_who_sells_an_input_is_the_bottleneck_where_it_has_too_little():
    assert held_back(chain(fed=-6.0, fabrics=-5.0)) == SOURCE


def test_the_level_in_force_decides_what_is_too_little():
    strict = ManufacturingConfig(
        acquire_min_start_supply=SupplyLevel.ABUNDANT, acquire_min_execute_supply=SupplyLevel.ABUNDANT
    )

    assert held_back(chain(strict, fed=-6.0, fabrics=3.0)) == SOURCE


def test_a_factory_that_is_fed_and_below_the_level_is_held_back_by_its_own_pace():
    assert held_back(chain(fed=-2.0, clothing=-1.0)) == OUTPUT


def test_a_buyer_that_has_enough_holds_a_full_factory_back():
    assert held_back(chain(fed=-2.0, clothing=6.0, shop=2.0)) == BUYER


def test_nothing_holds_back_what_is_made_and_bought():
    assert chain(fed=-2.0, clothing=6.0, shop=-4.0).bottlenecks == ()


def test_a_factory_is_shown_once_with_its_inputs_even_in_a_circle():
    seen = replace(
        worlds.view(), recipes=Recipes({worlds.CLOTHING: (worlds.FABRICS,), worlds.FABRICS: (worlds.CLOTHING,)})
    )

    nodes = [node for top in supply_chain(seen, worlds.CLOTHING).sellers for node in top.every()]

    assert [node.is_above for node in nodes if node.key == OUTPUT] == [False, True]


@given(views())
def test_each_bottleneck_is_a_place_of_the_tree_and_names_its_good(given_):
    view, _ = given_
    found = supply_chain(view, worlds.CLOTHING)

    places = {node.key for top in (*found.sellers, *found.buyers) for node in top.every()}
    assert {each.node.key for each in found.bottlenecks} <= places
    assert all(each.node.good in each.sentence for each in found.bottlenecks)
    assert len(found.bottlenecks) <= sum(node.role is ChainRole.FACTORY for node in found.sellers)


def test_a_restricted_factory_whose_inputs_do_not_explain_it_says_so():
    first, *others = worlds.sightings(clothing=1.0, fed=-2.0)
    slow = replace(first, quote=replace(first.quote, activity=Activity.RESTRICTED))

    found = supply_chain(worlds.view(seen=(slow, *others)), worlds.CLOTHING)

    assert held_back(found) == OUTPUT
    assert "nothing seen of its inputs explains it" in found.bottlenecks[0].sentence
