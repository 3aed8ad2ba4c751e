"""Trade lanes: which a free ship takes, and which rule keeps it from one."""

from dataclasses import replace
from datetime import timedelta

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.kernel.reason import Reason
from starfoundry.kernel.supply import Activity, SupplyLevel
from starfoundry.manufacturing.domain.model import PipelineKind, TaskKind, TaskStatus
from starfoundry.manufacturing.planner.actions import AssignShip, OpenPipeline
from starfoundry.manufacturing.planner.assignments import assignments, trip_of
from starfoundry.manufacturing.planner.pipelines.update_pipelines import review
from starfoundry.manufacturing.planner.ranking.scan_ranking import scanned
from starfoundry.manufacturing.planner.trips.input_values import input_values
from starfoundry.manufacturing.planner.trips.trades import Sale
from starfoundry.market.domain.movement import initial_movement
from starfoundry.market.domain.ticks import Ticks
from tests.manufacturing import worlds


def view(config=None, **stocks):
    seen = worlds.view(config, seen=worlds.sightings(**stocks), idle=(worlds.hull(),))
    return replace(seen, input_values=input_values(seen.board, seen.recipes))


def best(seen):
    return trip_of(seen, seen.idle[0])


def test_a_free_ship_takes_the_lane_that_pays_most_for_its_time():
    trade = best(view(clothing=1.0, fabrics=1.0))

    assert isinstance(trade, Sale)
    assert (trade.good, trade.source.waypoint, trade.sink.waypoint) == (worlds.CLOTHING, worlds.FACTORY, worlds.SHOP)
    assert trade.prospect.per_hour == trade.prospect.profit * 3600 // int(trade.prospect.seconds)


def test_a_lane_is_a_pipeline_of_one_task_that_leaves_with_its_ship():
    _, actions = assignments(view(clothing=1.0), worlds.COORDINATOR)

    opened, sent = actions
    assert isinstance(opened, OpenPipeline)
    assert isinstance(sent, AssignShip)
    assert opened.pipeline.kind is PipelineKind.TRADE
    assert (sent.task.id, sent.task.kind, sent.task.status) == (
        opened.tasks[0].id,
        TaskKind.TRADE,
        TaskStatus.ASSIGNED,
    )


def test_the_sale_of_a_ships_leftover_cargo_is_given_to_no_other_ship():
    leftover = worlds.task(1, TaskKind.LIQUIDATE, TaskStatus.READY, ship="SHIP-9", source=worlds.FACTORY)

    _, actions = assignments(replace(view(clothing=1.0), tasks=(leftover,)), worlds.COORDINATOR)

    assert [action.task.kind for action in actions if isinstance(action, AssignShip)] == [TaskKind.TRADE]


def test_what_a_factory_gives_for_an_input_makes_its_lane_the_best():
    fed = best(view(clothing=-1.0, fed=-6.0))
    unfed = best(view(clothing=-1.0, fed=-3.5))

    assert isinstance(fed, Sale)
    assert fed.good == worlds.FABRICS
    assert fed.prospect.bonus > 0
    assert not isinstance(unfed, Sale) or unfed.prospect.bonus == 0


def test_the_price_is_the_one_to_expect_on_arrival():
    """The factory fills up by a transaction while the ship flies to it, so the trip costs less than it would now."""
    still = worlds.sightings(clothing=1.0, shop=-6.0, fabrics=-3.0)
    now = worlds.NOON.timestamp()
    moves = replace(
        initial_movement(still[0].quote.kind, Activity.STRONG),
        spread=0.01,
        ticks=Ticks(now - 1_700, now - 1_699, 1_850),
    )
    moving = (replace(still[0], movement=moves), *still[1:])
    trades = [best(worlds.view(seen=seen, idle=(worlds.hull(),))) for seen in (still, moving)]

    assert [trade.good for trade in trades] == [worlds.CLOTHING, worlds.CLOTHING]
    now_price, then_price = (trade.prospect.cost / trade.prospect.units for trade in trades)
    assert then_price < now_price


def rule_of(found):
    assert isinstance(found, Reason)
    return found.rule, found.setting


def test_each_setting_keeps_a_ship_from_a_lane_and_is_named():
    trading = worlds.task(1, TaskKind.TRADE, TaskStatus.EXECUTING, ship="SHIP-9")
    limited = replace(view(ManufacturingConfig(trade_max_ships=1)), tasks=(trading,))
    thin = view(ManufacturingConfig(trade_min_margin=1000))
    strict = ManufacturingConfig(
        trade_min_start_supply=SupplyLevel.ABUNDANT, trade_min_execute_supply=SupplyLevel.ABUNDANT
    )

    assert rule_of(best(limited)) == ("traders_busy", "trade_max_ships")
    assert rule_of(best(thin)) == ("margin_too_thin", "trade_min_margin")
    assert rule_of(best(view(strict, clothing=1.0, fabrics=1.0))) == ("supply_below_start", "trade_min_start_supply")


def test_a_tranche_below_the_least_margin_is_left_in_the_market():
    wide, narrow = (
        best(view(ManufacturingConfig(trade_min_margin=margin), clothing=1.0, shop=-4.0, fabrics=-3.0))
        for margin in (0, 35)
    )

    assert wide.prospect.units > narrow.prospect.units
    assert narrow.prospect.revenue >= 1.35 * narrow.prospect.cost


def test_nothing_is_traded_that_is_blocked_cooling_or_seen_too_long_ago():
    goods = (worlds.CLOTHING, worlds.FABRICS)
    blocked = view(ManufacturingConfig(blocked_goods=goods))
    cooling = replace(view(), cooling={(worlds.FACTORY, worlds.CLOTHING): 60.0, (worlds.MILL, worlds.FABRICS): 60.0})
    old = worlds.view(seen=worlds.sightings(age=timedelta(hours=4)), idle=(worlds.hull(),))

    assert rule_of(best(blocked)) == ("no_trade_seen", "")
    assert rule_of(best(cooling))[0] == "source_rests"
    assert not isinstance(best(old), Sale)


def test_a_lane_whose_ship_did_not_trade_ends_at_once():
    pipeline = worlds.pipeline(kind=PipelineKind.TRADE)
    task = worlds.task(1, TaskKind.TRADE, TaskStatus.PENDING, waiting_for="margin too thin")
    after, _ = review(worlds.view(pipelines=(pipeline,), tasks=(task,)))

    assert after.pipelines[0].reason == "its ship did not trade: margin too thin"


def test_a_scan_shows_lanes_beside_chains_best_first():
    found = scanned(view(clothing=1.0), worlds.hull())

    assert {chance.kind for chance in found} >= {PipelineKind.FABRICATION, PipelineKind.TRADE}
    paying = [chance.per_hour for chance in found if chance.refusal is None]
    assert paying == sorted(paying, reverse=True)
    assert not [
        c for c in scanned(view(ManufacturingConfig(trade_max_ships=0)), worlds.hull()) if c.kind.value == "TRADE"
    ]
