"""One turn: what is opened, started, held back and drained, under which settings."""

from dataclasses import replace
from datetime import timedelta

import pytest

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.kernel.supply import SupplyLevel
from starfoundry.manufacturing.domain.model import PipelineKind, PipelineStatus, TaskKind, TaskStatus
from starfoundry.manufacturing.planner.actions import AddTask, AssignShip, ChangeTask, EndPipeline, OpenPipeline
from starfoundry.manufacturing.planner.plan import decide
from tests.manufacturing import worlds

ALLOWED = ManufacturingConfig(trade_max_ships=0)  # pipelines alone


def decided(view):
    return decide(view, worlds.COORDINATOR, worlds.hull())


def of_type(actions, kind):
    return [action for action in actions if isinstance(action, kind)]


def opened(actions):
    return [action.pipeline.kind for action in of_type(actions, OpenPipeline)]


def collected(actions):
    chains = [action.pipeline for action in of_type(actions, OpenPipeline)]
    return [pipeline.good for pipeline in chains if pipeline.kind is PipelineKind.COLLECTION]


def test_a_full_factory_is_collected_at_once():
    actions = decided(worlds.view(idle=(worlds.hull(),)))

    [sent] = of_type(actions, AssignShip)
    assert opened(actions) == [PipelineKind.COLLECTION]
    assert (sent.task.kind, sent.task.ship, sent.task.revision) == (TaskKind.COLLECT_SELL, "SHIP-1", 7)
    assert sent.prospect.profit > 40_000


def test_a_factory_below_the_start_level_is_fed_instead():
    actions = decided(worlds.view(seen=worlds.sightings(clothing=0.0), idle=(worlds.hull(),)))

    [sent] = of_type(actions, AssignShip)
    assert opened(actions) == [PipelineKind.FABRICATION]
    assert sent.task.kind is TaskKind.ACQUIRE_DELIVER


def test_loosening_the_start_level_collects_what_was_waited_for():
    """HIGH is not enough by default; with the start level at HIGH the same look sends a ship."""
    seen = worlds.sightings(clothing=3.0)
    strict = worlds.view(seen=seen, idle=(worlds.hull(),))
    loose = worlds.view(
        ALLOWED.with_collect_supply_thresholds(SupplyLevel.HIGH, SupplyLevel.HIGH), seen=seen, idle=(worlds.hull(),)
    )

    assert "CLOTHING" not in collected(decided(strict))
    assert "CLOTHING" in collected(decided(loose))


def test_tightening_a_level_shuts_the_gate_of_a_waiting_task_in_the_same_turn():
    ready = worlds.task(status=TaskStatus.READY)
    view = worlds.view(
        ALLOWED,
        seen=worlds.sightings(clothing=3.0),
        pipelines=(worlds.pipeline(kind=PipelineKind.COLLECTION),),
        tasks=(ready,),
        idle=(worlds.hull(),),
    )

    actions = decided(view)

    [judged] = of_type(actions, ChangeTask)
    assert judged.task.status is TaskStatus.PENDING
    assert "is HIGH, a start needs ABUNDANT" in judged.task.waiting_for
    assert not of_type(actions, AssignShip)


@pytest.mark.parametrize(("fed", "more"), [(1.0, 0), (0.0, 1)], ids=["HIGH", "MODERATE"])
def test_a_factory_is_fed_again_until_its_stock_of_the_input_is_high(fed, more):
    done = worlds.task(1, TaskKind.ACQUIRE_DELIVER, TaskStatus.COMPLETED)
    seen = worlds.sightings(clothing=-4.0, fed=fed)
    view = worlds.view(seen=seen, pipelines=(worlds.pipeline(),), tasks=(done, worlds.task(2)))

    assert [action.task.good for action in of_type(decided(view), AddTask)] == [worlds.FABRICS] * more


def test_no_capacity_opens_no_fabrication_and_still_collects():
    idle = (worlds.hull(),)
    none = ALLOWED.with_max_pipelines(0)

    assert opened(decided(worlds.view(none, seen=worlds.sightings(clothing=0.0), idle=idle))) == []
    assert opened(decided(worlds.view(none, idle=idle))) == [PipelineKind.COLLECTION]


def test_lowering_the_capacity_drains_the_youngest_and_kills_nothing_in_flight():
    older, younger = worlds.pipeline(1), worlds.pipeline(2)
    flying = worlds.task(1, TaskKind.ACQUIRE_DELIVER, TaskStatus.EXECUTING, of=2, ship="SHIP-2", units_planned=20)
    waiting = worlds.task(2, status=TaskStatus.READY, of=2)
    view = worlds.view(ALLOWED.with_max_pipelines(1), pipelines=(older, younger), tasks=(flying, waiting))

    actions = decided(view)

    touched = [action.task.id for action in of_type(actions, ChangeTask)]
    assert not of_type(actions, EndPipeline)
    assert flying.id not in touched
    assert [a.task.waiting_for for a in of_type(actions, ChangeTask) if a.task.id == waiting.id] == [
        "its pipeline is draining"
    ]


def test_a_drained_pipeline_ends_and_says_why():
    view = worlds.view(
        ALLOWED.with_max_pipelines(0),
        pipelines=(worlds.pipeline(),),
        tasks=(worlds.task(status=TaskStatus.PENDING),),
    )

    [ended] = of_type(decided(view), EndPipeline)

    assert ended.pipeline.status is PipelineStatus.CANCELLED
    assert ended.pipeline.reason == "the capacity was lowered to 0"


def test_no_more_ships_work_than_the_settings_allow():
    busy = worlds.task(status=TaskStatus.EXECUTING, ship="SHIP-2", units_planned=20)
    view = worlds.view(
        ALLOWED.with_max_workers(1),
        pipelines=(worlds.pipeline(kind=PipelineKind.COLLECTION),),
        tasks=(busy,),
        idle=(worlds.hull(),),
    )

    assert not of_type(decided(view), AssignShip)


def test_a_market_not_seen_lately_starts_nothing():
    """The predecessor read markets of any age."""
    view = worlds.view(seen=worlds.sightings(age=timedelta(hours=4)), idle=(worlds.hull(),))

    assert not of_type(decided(view), AssignShip)


def test_a_part_full_hold_is_sold_before_anything_is_bought():
    loaded = worlds.hull(cargo=(("CLOTHING", 5),))

    [sent] = of_type(decided(worlds.view(idle=(loaded,))), AssignShip)

    assert (sent.task.kind, sent.task.target) == (TaskKind.LIQUIDATE, worlds.SHOP)


def test_a_product_below_the_least_price_is_left_alone():
    dear = replace(ALLOWED, min_purchase_price=100_000)

    assert opened(decided(worlds.view(dear, idle=(worlds.hull(),)))) == []


def test_money_spoken_for_is_not_planned_with_again():
    view = worlds.view(idle=(worlds.hull(),), spendable=500)

    assert not of_type(decided(view), AssignShip)


def test_a_sold_product_completes_its_pipeline():
    sold = worlds.task(status=TaskStatus.COMPLETED)
    view = worlds.view(pipelines=(worlds.pipeline(kind=PipelineKind.COLLECTION),), tasks=(sold,))

    [ended] = of_type(decided(view), EndPipeline)

    assert ended.pipeline.status is PipelineStatus.COMPLETED


def test_a_failed_task_ends_its_pipeline_and_frees_the_slot():
    """The predecessor's slots leaked for ever."""
    failed = worlds.task(status=TaskStatus.FAILED, waiting_for="supply too low")
    view = worlds.view(
        ALLOWED.with_max_pipelines(1),
        seen=worlds.sightings(clothing=0.0),
        pipelines=(worlds.pipeline(),),
        tasks=(failed,),
    )

    actions = decided(view)

    assert [a.pipeline.status for a in of_type(actions, EndPipeline)] == [PipelineStatus.FAILED]
    assert opened(actions) == [PipelineKind.FABRICATION]


def test_the_same_look_gives_the_same_decisions():
    view = worlds.view(idle=(worlds.hull("SHIP-1"), worlds.hull("SHIP-2")))

    assert decided(view) == decided(view)


def test_a_task_keeps_its_reason_while_only_the_figures_change_and_takes_the_next_rule():
    low = worlds.view(
        ALLOWED, seen=worlds.sightings(clothing=0.0), pipelines=(worlds.pipeline(),), tasks=(worlds.task(),)
    )
    [held] = of_type(decided(low), ChangeTask)
    rule, _, figures = held.task.waiting_for.partition(":")

    def change_of(waiting_for):
        task = replace(worlds.task(), waiting_for=waiting_for)
        return [each.task.waiting_for for each in of_type(decided(replace(low, tasks=(task,))), ChangeTask)]

    assert figures
    assert change_of(f"{rule}: it was worse") == []
    assert change_of("another rule: it was worse") == [held.task.waiting_for]
