"""The best fabrication, found without estimating those that cannot reach what is asked of it."""

from dataclasses import replace
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.supply import TradeKind
from starfoundry.manufacturing.domain.model import PipelineKind
from starfoundry.manufacturing.domain.recipe import Recipes
from starfoundry.manufacturing.planner.markets.board import board_of
from starfoundry.manufacturing.planner.pipelines import opportunities
from starfoundry.manufacturing.planner.pipelines.feeds import Feeds
from starfoundry.manufacturing.planner.pipelines.opportunities import best_fabrication, paying_chains
from starfoundry.manufacturing.planner.trips.input_values import input_values
from starfoundry.manufacturing.planner.view import Journey
from starfoundry.market.domain.model import Place
from tests.manufacturing import worlds

ORE, IRON, TOOLS, ARMS = (Good(name) for name in ("ORE", "IRON", "TOOLS", "ARMS"))
BASES = {ORE: 50, IRON: 150, TOOLS: 2_400, ARMS: 3_200}
RECIPES = Recipes({IRON: (ORE,), TOOLS: (IRON,), ARMS: (IRON, TOOLS)})
SPOTS = tuple(WaypointSymbol(f"X1-A-{number}") for number in range(5))
PLACES = tuple(Place(waypoint=spot, x=0, y=0, type="MOON", imports=tuple(BASES)) for spot in SPOTS)


@st.composite
def views(draw):
    """Five markets on a line with four goods, each made of others, at any stocks."""
    kinds = st.sampled_from((None, *TradeKind))
    seen = [
        worlds.sighting(spot, good, kind, base, draw(st.integers(-8, 6)))
        for good, base in BASES.items()
        for spot in SPOTS
        if (kind := draw(kinds)) is not None
    ]
    strategy = draw(st.sampled_from(("prefer-buy", "prefer-fabricate", "smart")))
    view = worlds.view(ManufacturingConfig(strategy=strategy, min_purchase_price=1), seen=seen)
    board = board_of(PLACES, seen, worlds.NOON, ())
    return replace(view, board=board, recipes=RECIPES, input_values=input_values(board, RECIPES), travel=along_the_line)


def along_the_line(_hull, origin, goal):
    far = abs(SPOTS.index(origin) - SPOTS.index(goal))
    return Journey(100.0 * far, 50 * far)


@given(views(), st.integers(0, 2_000_000))
def test_it_is_the_first_of_all_that_pay_if_that_reaches_what_is_asked(view, least):
    hull = worlds.hull(waypoint=SPOTS[0])
    first = next(iter(paying_chains(view, hull, (PipelineKind.FABRICATION,), Feeds(view, hull))), None)

    for asked in (least, 0 if first is None else first.per_hour):
        expected = first if first is not None and first.per_hour >= asked else None
        assert expected == best_fabrication(view, hull, Feeds(view, hull), asked)


def test_what_cannot_reach_what_is_asked_is_never_estimated():
    view, hull = worlds.view(seen=worlds.sightings(clothing=0.0)), worlds.hull()

    with mock.patch.object(opportunities, "_paying_at", wraps=opportunities._paying_at) as estimated:
        assert best_fabrication(view, hull, Feeds(view, hull), 10_000_000) is None
    assert not estimated.called
