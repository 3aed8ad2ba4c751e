"""Where scouts go."""

from dataclasses import replace
from datetime import timedelta

from starfoundry.kernel.ids import ShipSymbol
from starfoundry.manufacturing.planner.scouting import Scout, ScoutView, scouting
from tests.manufacturing import worlds

PROBE = ShipSymbol("PROBE-1")
EVERYTHING_FRESH = {place.waypoint: worlds.NOON for place in worlds.PLACES}


def a_view(**changes):
    view = ScoutView(
        now=worlds.NOON,
        scouts=[worlds.hull("PROBE-1", worlds.SHOP, capacity=0)],
        places=worlds.PLACES,
        seen_at=EVERYTHING_FRESH,
        visited=[],
        travel=worlds.everywhere_in_five_minutes,
    )
    return replace(view, **changes)


def test_where_everything_is_fresh_nobody_moves():
    assert scouting(a_view()) == []


def test_a_scout_looks_again_where_it_stands_before_it_leaves():
    long_ago = dict.fromkeys(EVERYTHING_FRESH, worlds.NOON - timedelta(hours=2))

    assert scouting(a_view(seen_at=long_ago)) == [Scout(ship=PROBE, waypoint=worlds.SHOP)]


def test_a_market_never_seen_comes_first():
    seen = {worlds.SHOP: worlds.NOON, worlds.MILL: worlds.NOON - timedelta(hours=1)}

    assert scouting(a_view(seen_at=seen)) == [Scout(ship=PROBE, waypoint=worlds.FACTORY)]


def test_two_scouts_never_go_to_one_market():
    probes = [worlds.hull(name, worlds.SHOP, capacity=0) for name in ("PROBE-1", "PROBE-2")]

    orders = scouting(a_view(scouts=probes, seen_at={worlds.SHOP: worlds.NOON}))

    assert sorted(order.waypoint for order in orders) == [worlds.FACTORY, worlds.MILL]


def test_where_another_ship_is_no_scout_goes():
    orders = scouting(a_view(seen_at={worlds.SHOP: worlds.NOON}, visited=[worlds.FACTORY]))

    assert orders == [Scout(ship=PROBE, waypoint=worlds.MILL)]


def test_of_two_markets_seen_at_the_same_time_the_one_with_more_goods_comes_first():
    hour_old = worlds.NOON - timedelta(hours=1)
    seen = {worlds.SHOP: worlds.NOON, worlds.MILL: hour_old, worlds.FACTORY: hour_old}
    places = tuple(reversed(worlds.PLACES))

    assert scouting(a_view(seen_at=seen, places=places)) == [Scout(ship=PROBE, waypoint=worlds.FACTORY)]
