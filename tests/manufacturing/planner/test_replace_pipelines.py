"""A fabrication is replaced by a much better one, between trips and once it has had its time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.supply import TradeKind
from starfoundry.manufacturing.domain.model import PipelineStatus, TaskKind, TaskStatus
from starfoundry.manufacturing.domain.recipe import Recipes
from starfoundry.manufacturing.planner.actions import ChangeTask, EndPipeline, OpenPipeline
from starfoundry.manufacturing.planner.markets.board import board_of
from starfoundry.manufacturing.planner.pipelines.replace_pipelines import replacement
from starfoundry.manufacturing.planner.plan import decide
from starfoundry.manufacturing.planner.view import Journey
from starfoundry.market.domain.model import Place
from tests.manufacturing import worlds

DRUGS, POLYMER = Good("DRUGS"), Good("POLYMER")
LAB, CLINIC, PLANT = WaypointSymbol("X1-A-L"), WaypointSymbol("X1-A-C"), WaypointSymbol("X1-A-P")
PLACES = (
    *worlds.PLACES,
    Place(waypoint=LAB, x=0, y=0, type="PLANET", exports=(DRUGS,), imports=(POLYMER,)),
    Place(waypoint=CLINIC, x=0, y=0, type="MOON", imports=(DRUGS,)),
    Place(waypoint=PLANT, x=0, y=0, type="MOON", exports=(POLYMER,)),
)
OLD = worlds.NOON - timedelta(hours=1)


def view(*, drugs=9_000, created_at=OLD, tasks=(), config=None, factories=()):
    """A clothing pipeline is open and the only one that may be; drugs of that base price could be made as well."""
    seen = (
        *worlds.sightings(clothing=0.0, shop=-2.0, fabrics=2.0, fed=-3.0),
        worlds.sighting(LAB, DRUGS, TradeKind.EXPORT, drugs, 0.0),
        worlds.sighting(CLINIC, DRUGS, TradeKind.IMPORT, drugs, -6.0),
        worlds.sighting(PLANT, POLYMER, TradeKind.EXPORT, 200, 4.0),
        worlds.sighting(LAB, POLYMER, TradeKind.IMPORT, 200, -3.0),
    )
    config = config or ManufacturingConfig(max_pipelines=1, trade_max_ships=0)
    pipelines = (worlds.pipeline(created_at=created_at),)
    made = worlds.view(config, seen=seen, pipelines=pipelines, tasks=tasks, factories=factories, idle=(worlds.hull(),))
    recipes = Recipes({worlds.CLOTHING: (worlds.FABRICS,), DRUGS: (POLYMER,)})
    return replace(made, board=board_of(PLACES, seen, worlds.NOON, tasks), recipes=recipes)


def ended(view):
    return [each.pipeline for each in replacement(view, worlds.hull())[1] if isinstance(each, EndPipeline)]


def test_a_pipeline_is_replaced_by_one_that_promises_far_more_and_says_by_which():
    waiting = worlds.task()
    actions = decide(view(tasks=(waiting,)), worlds.COORDINATOR, worlds.hull())

    [gone] = [each.pipeline for each in actions if isinstance(each, EndPipeline)]
    [opened] = [each.pipeline for each in actions if isinstance(each, OpenPipeline)]
    assert (gone.status, gone.good) == (PipelineStatus.CANCELLED, worlds.CLOTHING)
    assert gone.reason.startswith("replaced by DRUGS: ")
    assert opened.good == DRUGS
    cancelled = [each.task.id for each in actions if isinstance(each, ChangeTask) and each.task.status.is_over]
    assert cancelled == [waiting.id]


@pytest.mark.parametrize(
    "kept",
    [
        view(drugs=6_000),
        view(created_at=worlds.NOON - timedelta(minutes=29)),
        view(tasks=(worlds.task(1, TaskKind.ACQUIRE_DELIVER, TaskStatus.EXECUTING, ship="SHIP-9"),)),
        view(factories=(replace(worlds.factory(), ready_since=OLD),)),
        view(config=ManufacturingConfig(max_pipelines=2)),
    ],
    ids=["hardly better", "too young", "a trip under way", "output ready", "room for both"],
)
def test_a_pipeline_is_kept(kept):
    assert ended(kept) == []


def test_one_pipeline_at_a_time_is_replaced():
    two = replace(view(config=ManufacturingConfig(max_pipelines=2)))
    second = replace(worlds.pipeline(2, created_at=OLD), good=worlds.FABRICS, factory=worlds.MILL)

    assert len(ended(replace(two, pipelines=(*two.pipelines, second)))) == 1


@pytest.mark.parametrize(("seconds", "count"), [(300, 1), (400, 0)])
def test_a_pipeline_that_promises_nothing_more_is_replaced_by_one_that_earns_the_switch_back(seconds, count):
    """Twice nothing is nothing: what a slower fleet would gain does not pay for what was fed."""
    config = ManufacturingConfig(
        max_pipelines=1, trade_max_ships=0, min_purchase_price=1, blocked_goods=(worlds.CLOTHING,)
    )
    seen = replace(view(drugs=40, config=config), travel=lambda *_way: Journey(seconds, 100))

    assert len(ended(seen)) == count
