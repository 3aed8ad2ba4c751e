"""The bottleneck of a coordinator that works: what more of would earn most, and how much."""

from dataclasses import replace

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.fleet.domain.demand import Demand, Work
from starfoundry.manufacturing.domain.model import TaskKind, TaskStatus
from starfoundry.manufacturing.planner.actions import AssignShip
from starfoundry.manufacturing.planner.assignments import assignments
from starfoundry.manufacturing.planner.bottleneck import bottleneck
from tests.manufacturing import worlds

FOUR_SHUTTLES = Demand(
    find_works=lambda: (Work(carriers=4.0, per_hour=41_000),), capacity=40, engine_speed=15, max_workers=20
)


def found(view, carriage=2.0, price=None):
    reason = bottleneck(view, FOUR_SHUTTLES, carriage, price)
    return reason.figures["bottleneck"], reason


def test_ships_are_scarce_while_markets_call_for_more_carriage_and_one_more_has_a_price():
    what, reason = found(worlds.view())

    assert what == "ships"
    assert reason.figures["earned_an_hour"] == 41_000
    assert "41,000 credits an hour" in reason.text


def test_ships_are_scarce_only_if_one_more_would_earn_its_price_in_twelve_hours():
    assert found(worlds.view(), price=12 * 41_000)[0] == "ships"

    what, reason = found(worlds.view(), price=12 * 41_000 + 1)

    assert what == "markets"
    assert "one more SHIP_LIGHT_SHUTTLE would earn 41,000 credits an hour and costs 492,001" in reason.text
    assert reason.command == ""


def test_the_number_of_workers_is_scarce_where_another_ship_would_pay_but_might_not_leave():
    busy = worlds.task(1, TaskKind.TRADE, TaskStatus.EXECUTING, ship="SHIP-9")

    what, reason = found(worlds.view(ManufacturingConfig(max_workers=1), tasks=(busy,)))

    assert (what, reason.setting, reason.would_pass) == ("max_workers", "max_workers", {"max_workers": 2})
    assert "one more SHIP_LIGHT_SHUTTLE would earn 41,000 credits an hour" in reason.text


def test_a_part_of_a_ship_is_worth_a_part():
    assert found(worlds.view(), carriage=3.5)[1].figures["earned_an_hour"] == 20_500


def test_markets_are_scarce_once_the_fleet_carries_all_there_is_and_while_ships_are_free():
    assert found(worlds.view(), carriage=4.0)[0] == "markets"
    assert found(worlds.view(idle=(worlds.hull(),)))[0] == "markets"


def test_a_setting_that_holds_free_ships_back_is_named_with_the_value_that_would_not():
    busy = worlds.task(1, TaskKind.TRADE, TaskStatus.EXECUTING, ship="SHIP-9")
    free = worlds.view(ManufacturingConfig(max_workers=1), tasks=(busy,), idle=(worlds.hull(),))

    what, reason = found(free)

    assert (what, reason.setting, reason.would_pass) == ("max_workers", "max_workers", {"max_workers": 2})
    assert found(replace(free, config=ManufacturingConfig(trade_max_ships=1)))[0] == "trade_max_ships"


def test_what_a_setting_costs_is_what_the_next_ship_would_earn_without_it():
    busy = worlds.task(1, TaskKind.TRADE, TaskStatus.EXECUTING, ship="SHIP-9")
    world = {"seen": worlds.sightings(clothing=1.0), "tasks": (busy,), "idle": (worlds.hull(),)}

    for tight in (ManufacturingConfig(max_workers=1), ManufacturingConfig(trade_max_ships=1)):
        _, reason = found(worlds.view(tight, **world))
        _, actions = assignments(worlds.view(ManufacturingConfig(), **world), worlds.COORDINATOR)
        (sent,) = (action for action in actions if isinstance(action, AssignShip))

        assert reason.figures["forgone_an_hour"] == sent.prospect.per_hour > 0
        assert f"the best trip held back would earn {sent.prospect.per_hour:,} an hour" in reason.text


def test_a_setting_that_holds_back_no_trip_that_pays_costs_nothing():
    busy = worlds.task(1, TaskKind.TRADE, TaskStatus.EXECUTING, ship="SHIP-9")
    dear = worlds.sightings(clothing=-6.0, shop=4.0, fabrics=-6.0, fed=4.0)

    _, reason = found(worlds.view(ManufacturingConfig(max_workers=1), seen=dear, tasks=(busy,), idle=(worlds.hull(),)))

    assert reason.figures["forgone_an_hour"] == 0
    assert "no trip held back would be profitable now" in reason.text


def test_requests_are_scarce_while_their_share_is_used():
    free = worlds.view(ManufacturingConfig(max_api_share=50), idle=(worlds.hull(),))

    assert found(replace(free, api_share=0.8))[0] == "max_api_share"


def test_money_is_scarce_while_tasks_wait_and_none_may_be_spent():
    what, reason = found(worlds.view(ManufacturingConfig(min_balance=500_000), tasks=(worlds.task(),), spendable=-20))

    assert (what, reason.setting) == ("money", "min_balance")
