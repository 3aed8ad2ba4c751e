"""`why GOOD`: for each market that sells it, the rule that keeps a ship from trading it."""

from dataclasses import replace

import pytest

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.manufacturing.planner.explain.lane_reasons import of_lanes
from starfoundry.manufacturing.planner.explanation import Subject, ranked
from starfoundry.manufacturing.planner.plan import turn
from tests.manufacturing import worlds

THIN = ManufacturingConfig(trade_min_margin=1000)


def lanes(config, *, good=worlds.CLOTHING, idle=(), would_another_pay=None, **view):
    seen = replace(worlds.view(config, seen=worlds.sightings(clothing=1.0, fabrics=1.0), idle=idle), **view)
    return of_lanes(turn(seen, worlds.COORDINATOR, worlds.hull()), good, would_another_pay=would_another_pay)


def test_a_good_is_explained_at_each_market_that_sells_it():
    [clothing] = lanes(THIN)

    assert (clothing.subject, clothing.name) == (Subject.LANE, f"CLOTHING from {worlds.FACTORY}")
    assert lanes(THIN, good="UNKNOWN") == []


@pytest.mark.parametrize(
    ("config", "rule", "setting"),
    [
        (THIN, "margin_too_thin", "trade_min_margin"),
        (ManufacturingConfig(blocked_goods=(worlds.CLOTHING,)), "blocked", "blocked_goods"),
        (ManufacturingConfig(trade_max_ships=0), "traders_busy", "trade_max_ships"),
    ],
)
def test_the_setting_that_keeps_ships_from_it_is_named(config, rule, setting):
    [held] = lanes(config)

    assert (held.reason.rule, held.reason.setting) == (rule, setting)


def test_a_lane_that_would_pay_waits_for_a_ship_and_another_is_advised_only_where_it_would_pay():
    settings = ManufacturingConfig()
    [unasked], [advised], [against] = (lanes(settings, would_another_pay=pays) for pays in (None, True, False))

    assert {each.reason.rule for each in (unasked, advised, against)} == {"no_free_ship"}
    assert [each.reason.command for each in (unasked, advised, against)] == ["", "spacetraders ship grow", ""]


def test_lanes_are_not_counted_among_what_waits():
    assert ranked(lanes(THIN)) == []
