"""Known routes: the same answer as a search, searched for once, and only as long as the map stays the same."""

import pytest

from starfoundry.fleet.domain.travel import Tank, plan_route
from starfoundry.fleet.registry.route_cache import RoutePlanner
from starfoundry.kernel.errors import Missing
from starfoundry.kernel.ids import WaypointSymbol
from tests.market.stalls import A1, B7, a_place, with_a_book

C9, NOWHERE = WaypointSymbol("X1-AD75-C9"), WaypointSymbol("X1-AD75-Z0")
HERE, THERE = a_place(A1, x=0, y=0), a_place(B7, x=90, y=0)
BETWEEN = a_place(C9, x=45, y=0)
FAR_AND_DRY = a_place(NOWHERE, x=200, y=0, imports=(), exports=(), exchange=())
TANK = Tank(fuel=100, capacity=100, engine_speed=15)


def with_routes(directory, places, work):
    """The result of `work(planner, book)` where those places are known."""

    async def main(book, _database):
        await book.learn(places)
        return await work(RoutePlanner(book), book)

    return with_a_book(directory, main)


def estimate(planner, goal=B7, *, fuel_capacity=100, engine_speed=15):
    return planner.estimate(A1, goal, fuel_capacity=fuel_capacity, engine_speed=engine_speed)


def test_an_estimate_is_the_way_of_a_full_tank(tmp_path):
    async def work(planner, _book):
        return estimate(planner)

    assert with_routes(tmp_path, (HERE, THERE), work) == plan_route(HERE, THERE, (HERE, THERE), TANK)


def test_a_plan_is_the_way_of_the_fuel_there_is(tmp_path):
    low = Tank(fuel=10, capacity=100, engine_speed=15)

    async def work(planner, _book):
        return planner.plan(A1, B7, low), planner.plan(A1, B7, TANK)

    of_low, of_full = with_routes(tmp_path, (HERE, THERE), work)

    assert of_low == plan_route(HERE, THERE, (HERE, THERE), low)
    assert of_low != of_full


def test_a_route_that_is_asked_for_again_is_not_searched_again(tmp_path):
    async def work(planner, _book):
        return estimate(planner), estimate(planner)

    first, second = with_routes(tmp_path, (HERE, BETWEEN, THERE), work)

    assert first is second


def test_ships_that_differ_have_ways_that_differ(tmp_path):
    async def work(planner, _book):
        return estimate(planner), estimate(planner, engine_speed=30), estimate(planner, fuel_capacity=400)

    slow, fast, large = with_routes(tmp_path, (HERE, BETWEEN, THERE), work)

    assert fast.seconds < slow.seconds
    assert large.seconds < slow.seconds


def test_a_place_learned_later_opens_a_shorter_way(tmp_path):
    async def work(planner, book):
        before = estimate(planner)
        await book.learn((BETWEEN,))
        return before, estimate(planner)

    before, after = with_routes(tmp_path, (HERE, THERE), work)

    assert [leg.goal for leg in before.legs] == [B7]
    assert [leg.goal for leg in after.legs] == [C9, B7]
    assert after.seconds < before.seconds


def test_a_plan_that_is_kept_is_the_one_that_would_be_made_anew(tmp_path):
    """For each tank its own, and none from before a place was learned."""
    low, full = Tank(fuel=50, capacity=100, engine_speed=15), TANK

    async def work(planner, book):
        before = [planner.plan(A1, B7, tank) for tank in (low, full, low, full)]
        await book.learn((BETWEEN,))
        return before, [planner.plan(A1, B7, tank) for tank in (low, full, low, full)]

    before, after = with_routes(tmp_path, (HERE, THERE), work)

    assert before == [plan_route(HERE, THERE, (HERE, THERE), tank) for tank in (low, full, low, full)]
    assert after == [plan_route(HERE, THERE, (HERE, THERE, BETWEEN), tank) for tank in (low, full, low, full)]
    assert after[1] != before[1]


@pytest.mark.parametrize(("start", "goal"), [(A1, NOWHERE), (NOWHERE, A1)])
def test_nobody_plans_with_a_place_that_is_not_known_and_nobody_flies_there(tmp_path, start, goal):
    async def work(planner, _book):
        assert planner.estimate(start, goal, fuel_capacity=100, engine_speed=15) is None
        with pytest.raises(Missing, match=NOWHERE):
            planner.plan(start, goal, TANK)

    with_routes(tmp_path, (HERE, THERE), work)


def test_a_place_where_nothing_is_traded_is_flown_to_though_nothing_is_planned_with_it(tmp_path):
    async def work(planner, _book):
        return estimate(planner, NOWHERE), planner.plan(A1, NOWHERE, TANK)

    planned, flown = with_routes(tmp_path, (HERE, FAR_AND_DRY), work)

    assert planned is None
    assert [leg.goal for leg in flown.legs] == [NOWHERE]
