"""Each guard of the operator is really asked: the setting alone turns the decision."""

from dataclasses import replace
from datetime import timedelta

import pytest

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.kernel.ids import ContainerId
from starfoundry.kernel.supply import SupplyLevel, TradeKind
from starfoundry.manufacturing.domain.model import TaskKind, TaskStatus
from starfoundry.manufacturing.planner.actions import AssignShip
from starfoundry.manufacturing.planner.assignments import assignments
from starfoundry.manufacturing.planner.pipelines.opportunities import opportunities
from starfoundry.manufacturing.planner.trips.eligibility import gate
from tests.manufacturing.worlds import CLOTHING, FACTORY, MILL, SHOP, hull, pipeline, sighting, sightings, task, view

FEED = task(1, TaskKind.ACQUIRE_DELIVER)
READY = task(2, TaskKind.COLLECT_SELL, TaskStatus.READY)


def refusals(config):
    return [str(chance.refusal or "") for chance in opportunities(view(config), hull())]


def test_no_chain_is_opened_for_a_blocked_good():
    assert refusals(ManufacturingConfig()) == [""]
    assert refusals(ManufacturingConfig(blocked_goods=("CLOTHING",))) == ["blocked: CLOTHING is in blocked_goods"]


@pytest.mark.parametrize("good", ["FABRICS", "CLOTHING"])
def test_no_ship_is_sent_to_feed_with_a_blocked_good_or_for_one(good):
    chain = {"pipelines": (pipeline(),), "tasks": (FEED,)}

    assert "blocked" not in str(gate(view(**chain), FEED))
    shut = gate(view(ManufacturingConfig(blocked_goods=(good,)), **chain), FEED)
    assert str(shut) == f"blocked: {good} is in blocked_goods"


@pytest.mark.parametrize(("limit", "is_held"), [(9_999, True), (10_000, False)])
def test_a_chain_that_has_lost_more_than_its_stop_loss_is_fed_no_more_but_still_collected(limit, is_held):
    lost = task(3, TaskKind.ACQUIRE_DELIVER, TaskStatus.COMPLETED, cost=12_000, revenue=2_500, fuel_cost=500)
    seen = view(ManufacturingConfig(chain_stop_loss=limit), pipelines=(pipeline(),), tasks=(FEED, READY, lost))

    assert str(gate(seen, FEED)).startswith("stop-loss: the chain has lost 10,000 credits") is is_held
    assert "stop-loss" not in str(gate(seen, READY))


@pytest.mark.parametrize(("share", "sent"), [(0.5, 1), (0.51, 0)])
def test_no_ship_is_sent_out_while_more_than_the_share_of_requests_is_used(share, sent):
    seen = view(ManufacturingConfig(max_api_share=50), idle=(hull(),), pipelines=(pipeline(),), tasks=(READY,))
    _, actions = assignments(replace(seen, api_share=share), ContainerId("mfg"))

    assert sum(isinstance(action, AssignShip) for action in actions) == sent


@pytest.mark.parametrize(("minutes", "is_old"), [(59, True), (60, False)])
def test_prices_older_than_the_market_age_start_no_trip(minutes, is_old):
    from datetime import timedelta

    config = ManufacturingConfig(market_max_age=minutes)
    seen = view(config, seen=sightings(age=timedelta(hours=1)), pipelines=(pipeline(),), tasks=(READY,))

    assert str(gate(seen, READY)).startswith("not seen lately") is is_old


def test_an_override_for_a_good_takes_the_place_of_the_setting_for_that_good_alone():
    config = ManufacturingConfig(
        collect_min_start_supply=SupplyLevel.HIGH,
        collect_min_execute_supply=SupplyLevel.HIGH,
        good_overrides=(
            ("CLOTHING", "collect_min_execute_supply", SupplyLevel.MODERATE),
            ("CLOTHING", "min_purchase_price", 10**9),
        ),
    )

    assert config.for_good("CLOTHING").collect_min_execute_supply is SupplyLevel.MODERATE
    assert config.for_good("FABRICS") == config
    assert [chance.good for chance in opportunities(view(config), hull())] == ["FABRICS"]


def test_where_every_buyer_was_seen_too_long_ago_the_last_one_seen_is_named():
    seen = (
        sighting(FACTORY, CLOTHING, TradeKind.EXPORT, 4000, 5.0),
        sighting(SHOP, CLOTHING, TradeKind.IMPORT, 4000, -4.0, age=timedelta(hours=6)),
        sighting(MILL, CLOTHING, TradeKind.IMPORT, 4000, -4.0, age=timedelta(hours=4)),
    )

    reason = str(gate(view(seen=seen, pipelines=(pipeline(),), tasks=(READY,)), READY))

    assert str(MILL) in reason
    assert str(SHOP) not in reason
