"""Every idle ship, waiting task and unready factory has a reason, and the reason is the one that decides."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.config.domain.validation import change_warnings
from starfoundry.kernel.errors import Missing
from starfoundry.kernel.supply import SupplyLevel, TradeKind
from starfoundry.manufacturing.domain.model import FactoryState, PipelineKind, TaskKind, TaskStatus
from starfoundry.manufacturing.planner.actions import AssignShip
from starfoundry.manufacturing.planner.explain.subject_names import of_place_or_good
from starfoundry.manufacturing.planner.explanation import of_chains, of_factories, of_ships, of_task, of_tasks
from starfoundry.manufacturing.planner.markets.board import board_of
from starfoundry.manufacturing.planner.plan import turn
from starfoundry.manufacturing.reasons.remedies import passing
from tests.manufacturing import worlds

LEVELS = list(SupplyLevel)
AWAY = "X1-A-AWAY"


@st.composite
def configurations(draw):
    start, execute = sorted(draw(st.lists(st.sampled_from(LEVELS), min_size=2, max_size=2)), reverse=True)
    buy, buy_execute = sorted(draw(st.lists(st.sampled_from(LEVELS), min_size=2, max_size=2)), reverse=True)
    return ManufacturingConfig(
        max_pipelines=draw(st.integers(0, 2)),
        max_workers=draw(st.integers(1, 3)),
        collect_min_start_supply=start,
        collect_min_execute_supply=execute,
        acquire_min_start_supply=buy,
        acquire_min_execute_supply=buy_execute,
        min_purchase_price=draw(st.sampled_from([0, 1000, 4500, 10**9])),
        min_balance=draw(st.sampled_from([0, 300_000])),
        max_api_share=draw(st.sampled_from([50, 100])),
        market_max_age=draw(st.sampled_from([30, 180])),
        chain_stop_loss=draw(st.sampled_from([0, 250_000])),
        trade_max_ships=draw(st.sampled_from([0, 1, 1000])),
        trade_min_margin=draw(st.sampled_from([0, 40, 1000])),
        blocked_goods=draw(st.sampled_from([(), (), (), ("CLOTHING",), ("FABRICS",), ("CLOTHING", "FABRICS")])),
    )


@st.composite
def sights(draw):
    stocks = st.sampled_from([-5.0, -4.0, -2.0, 0.0, 2.0, 3.0, 5.0])
    age = timedelta(minutes=draw(st.sampled_from([0, 45, 240])))
    seen = worlds.sightings(clothing=draw(stocks), shop=draw(stocks), fabrics=draw(stocks), fed=draw(stocks), age=age)
    return tuple(each for each in seen if draw(st.integers(0, 7)))


@st.composite
def works(draw):
    """Pipelines of any kind, with tasks in any state that is legal for them."""
    pipelines, tasks, factories = [], [], []
    for number in range(1, draw(st.integers(0, 3)) + 1):
        kind = draw(st.sampled_from([PipelineKind.FABRICATION, PipelineKind.COLLECTION]))
        made = worlds.pipeline(number, kind, created_at=worlds.NOON - timedelta(minutes=draw(st.integers(0, 20))))
        pipelines.append(made)
        kinds = [TaskKind.COLLECT_SELL]
        if kind is PipelineKind.FABRICATION:
            kinds.append(TaskKind.ACQUIRE_DELIVER)
            state = worlds.factory(number)
            factories.append(replace(state, supply=draw(st.sampled_from([None, *LEVELS]))))
        for index, of_kind in enumerate(kinds, start=1):
            status = draw(st.sampled_from([TaskStatus.PENDING, TaskStatus.READY, TaskStatus.EXECUTING]))
            ship = f"BUSY-{number}{index}" if status is TaskStatus.EXECUTING else ""
            tasks.append(worlds.task(index, of_kind, status, of=number, ship=ship))
        if kind is PipelineKind.FABRICATION and draw(st.booleans()):
            lost = {"cost": 20_000, "revenue": 1_000, "ended_at": worlds.NOON}
            tasks.append(worlds.task(9, TaskKind.ACQUIRE_DELIVER, TaskStatus.COMPLETED, of=number, **lost))
    return {"pipelines": tuple(pipelines), "tasks": tuple(tasks), "factories": tuple(factories)}


@st.composite
def fleets(draw):
    hulls = []
    for number in range(draw(st.integers(0, 3))):
        cargo = draw(st.sampled_from([(), (), (), (("CLOTHING", 5),), (("UNKNOWN_GOOD", 3),)]))
        place = draw(st.sampled_from([worlds.SHOP, worlds.MILL, AWAY]))
        hulls.append(worlds.hull(f"SHIP-{number}", place, cargo=cargo))
    return tuple(hulls)


def nowhere_from_away(hull, origin, goal):
    return None if AWAY in (origin, goal) else worlds.everywhere_in_five_minutes(hull, origin, goal)


@st.composite
def views(draw):
    config, seen, work = draw(configurations()), draw(sights()), draw(works())
    factories = [state.judged(config.collect_min_start_supply, worlds.NOON) for state in work["factories"]]
    work["factories"] = tuple(factories)
    spendable = draw(st.sampled_from([100, 20_000, 1_000_000])) - config.min_balance
    view = worlds.view(config, seen=seen, idle=draw(fleets()), spendable=spendable, **work)
    skipped = [{}, {(worlds.FACTORY, worlds.CLOTHING): 90.0}, {(worlds.MILL, worlds.FABRICS): 90.0}]
    cooling = draw(st.sampled_from(skipped))
    share = draw(st.sampled_from([0.1, 0.8]))
    return replace(view, travel=nowhere_from_away, cooling=cooling, api_share=share), seen


def decided(view):
    return turn(view, worlds.COORDINATOR, worlds.hull())


@given(views())
def test_each_idle_ship_waiting_task_and_unready_factory_has_a_reason_with_its_rule(given_):
    view, _ = given_
    now = decided(view)

    waiting = {task.id for task in view.tasks if task.status.is_waiting}
    unready = {f"{state.good} at {state.factory}" for state in view.factories if not state.is_ready}
    said = [*of_tasks(now), *of_ships(now), *of_factories(now), *of_chains(now)]

    assert {each.name for each in of_tasks(now)} == waiting
    assert {each.name for each in of_ships(now)} == {hull.ship for hull in view.idle}
    assert {each.name for each in of_factories(now)} == unready
    for each in said:
        for reason in (each.reason, *each.behind):
            assert reason.rule
            assert reason.text
            assert reason.remedy


@given(views())
def test_who_is_said_to_stand_still_is_sent_nowhere_by_that_turn(given_):
    view, _ = given_
    now = decided(view)
    sent = {action.task.ship for action in now.actions if isinstance(action, AssignShip)}

    for each in of_ships(now):
        assert (each.reason.rule == "decided_next") is (each.name in sent)


def markets_full(seen, *, factor=1):
    """The same markets with everything in plenty at its source and wanted at its buyer, seen now."""
    fresh = []
    for each in seen:
        level = 6.0 if each.quote.kind is TradeKind.EXPORT else -6.0
        base = 4000 * (factor if each.quote.kind is TradeKind.IMPORT else 1)
        fresh.append(worlds.sighting(each.waypoint, each.quote.good, each.quote.kind, base, level))
    return tuple(fresh)


def without(reason, view, seen):
    """The view once the named obstacle, and nothing but that, is gone; None for one that only time removes."""
    if reason.would_pass:
        values = passing(reason, view.config)
        if not values:  # to start buying at SCARCE is refused, whoever asks
            assert (reason.rule, reason.figures["supply"]) == ("supply_below_start", "SCARCE")
        return replace(view, config=replace(view.config, **values)) if values else None
    changes: dict[str, Callable[[], dict[str, Any]]] = {
        "requests_short": lambda: {"api_share": 0.0},
        "too_little_money": lambda: {"spendable": 10**9},
        "source_rests": lambda: {"cooling": {}},
        "out_of_reach": lambda: {"travel": worlds.everywhere_in_five_minutes},
        "no_free_ship": lambda: {"idle": (*view.idle, worlds.hull("SHIP-NEW"))},
        "does_not_pay": lambda: {"board": on_board(markets_full(seen, factor=50), view)},
        "never_seen": lambda: {"board": on_board(worlds.sightings(), view)},
        "no_buyer": lambda: {"board": on_board(worlds.sightings(), view)},
    }
    return replace(view, **changes[reason.rule]()) if reason.rule in changes else None


def on_board(seen, view):
    return board_of(worlds.PLACES, seen, view.now, view.tasks)


@given(views())
def test_a_waiting_task_is_held_by_its_rule_no_more_once_the_obstacle_is_gone(given_):
    """Asked of the decision itself: the same turn on the same state, that one thing apart."""
    view, seen = given_
    now = decided(view)
    for task in now.after.tasks:
        if not task.status.is_waiting or task.id not in {each.id for each in view.tasks}:
            continue
        reason = of_task(now, task)
        changed = without(reason, view, seen)
        if changed is None:
            continue
        again = decided(changed)
        then = next((each for each in again.after.tasks if each.id == task.id), None)
        if then is not None and then.status.is_waiting:
            after = of_task(again, then)
            assert (after.rule, after.figures) != (reason.rule, reason.figures)


@given(views())
def test_an_idle_ship_is_held_by_its_rule_no_more_once_the_obstacle_is_gone(given_):
    view, seen = given_
    for each in of_ships(decided(view)):
        changed = without(each.reason, view, seen)
        if changed is not None:
            then = next(other for other in of_ships(decided(changed)) if other.name == each.name)
            assert (then.reason.rule, then.reason.figures) != (each.reason.rule, each.reason.figures)


@given(views())
def test_an_unready_factory_is_ready_under_the_level_that_would_let_it_pass(given_):
    view, _ = given_
    unready = [state for state in view.factories if not state.is_ready]
    for state, each in zip(unready, of_factories(decided(view)), strict=True):
        for level in each.reason.would_pass.values():
            assert not state.judged(view.config.collect_min_start_supply, view.now).is_ready
            assert state.judged(level, view.now).is_ready


@given(views())
def test_the_settings_that_would_let_it_pass_are_ones_that_can_be_set(given_):
    view, _ = given_
    now = decided(view)
    for each in [*of_tasks(now), *of_ships(now), *of_factories(now), *of_chains(now)]:
        for reason in (each.reason, *each.behind):
            values = passing(reason, view.config)
            assert bool(reason.setting) or not values
            after = replace(view.config, **values)
            change_warnings(view.config, after, values)


@pytest.mark.parametrize(
    ("settings", "rule", "setting"),
    [
        ({"max_workers": 1}, "workers_busy", "max_workers"),
        ({"max_api_share": 10}, "requests_short", "max_api_share"),
    ],
)
def test_a_ready_task_without_a_ship_names_the_setting_that_keeps_every_ship(settings, rule, setting):
    busy = worlds.task(2, status=TaskStatus.EXECUTING, ship="SHIP-2", units_planned=20)
    view = worlds.view(
        ManufacturingConfig(**settings),
        pipelines=(worlds.pipeline(kind=PipelineKind.COLLECTION),),
        tasks=(worlds.task(status=TaskStatus.READY), busy),
        idle=(worlds.hull(),),
    )
    now = decided(replace(view, api_share=0.2))

    ready = next(each for each in of_tasks(now) if each.name == "abc-p1-t1")
    [ship] = of_ships(now)
    assert (ready.reason.rule, ready.reason.setting) == (rule, setting)
    assert (ship.reason.rule, ship.reason.setting) == (rule, setting)


def test_an_idle_ship_without_a_task_names_what_holds_the_tasks_back():
    strict = worlds.view(
        ManufacturingConfig(trade_max_ships=0),
        seen=worlds.sightings(clothing=3.0),
        pipelines=(worlds.pipeline(kind=PipelineKind.COLLECTION),),
        tasks=(worlds.task(),),
        idle=(worlds.hull(),),
    )

    [ship] = of_ships(decided(strict))

    assert ship.reason.rule == "no_ready_task"
    assert "supply_below_start" in {each.rule for each in ship.behind}


def test_cargo_waits_for_the_one_ship_that_holds_it_though_another_is_idle():
    task = worlds.task(1, TaskKind.LIQUIDATE, TaskStatus.READY, ship="SHIP-9")
    config = ManufacturingConfig(trade_max_ships=0, max_pipelines=0)
    view = worlds.view(
        config, pipelines=(worlds.pipeline(kind=PipelineKind.LIQUIDATION),), tasks=(task,), idle=(worlds.hull(),)
    )

    reason = of_task(decided(view), task)

    assert (reason.rule, reason.figures["ship"]) == ("ship_not_free", "SHIP-9")


def test_a_good_that_is_sold_and_nowhere_made_is_told_from_one_that_there_is_not():
    known = of_place_or_good(worlds.PLACES, "fabrics", [])
    with pytest.raises(Missing, match="there is no ship, task, pipeline, good, waypoint or container unobtainium"):
        of_place_or_good(worlds.PLACES, "unobtainium", [])

    assert (known.good, known.state) == (worlds.FABRICS, "NOT_OPEN")


def test_behind_an_unready_factory_are_the_reasons_of_the_trips_that_would_feed_it_and_no_others():
    """Its collection waits too, but for the factory itself."""
    waiting = (worlds.task(1, TaskKind.ACQUIRE_DELIVER), worlds.task(2))
    unready = FactoryState(pipeline_id="abc-p1", factory=worlds.FACTORY, good=worlds.CLOTHING)
    seen = worlds.sightings(clothing=-4.0, fabrics=-4.0)
    view = worlds.view(seen=seen, pipelines=(worlds.pipeline(),), tasks=waiting, factories=(unready,))

    (explained,) = of_factories(turn(view, worlds.COORDINATOR, worlds.hull()))
    (behind,) = explained.behind

    assert worlds.FACTORY in explained.reason.text
    assert worlds.MILL in behind.text
