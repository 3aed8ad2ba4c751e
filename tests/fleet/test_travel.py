"""Travel: flight times and fuel as the game reckons them, and ways that one tank after another can really fly."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starfoundry.fleet.domain.travel import Route, Tank, distance, flight_seconds, fuel_cost, plan_route, plan_routes
from starfoundry.game.model import FlightMode
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.market.domain.model import Place

FUEL = Good("FUEL")
FRIGATE = Tank(fuel=400, capacity=400, engine_speed=36)
SHUTTLE = Tank(fuel=300, capacity=300, engine_speed=15)
PROBE = Tank(fuel=0, capacity=0, engine_speed=9)


def a_place(name: str, x: int, y: int = 0, *, sells_fuel: bool = True) -> Place:
    exchange = (FUEL,) if sells_fuel else (Good("IRON"),)
    return Place(waypoint=WaypointSymbol(f"X1-AD75-{name}"), x=x, y=y, type="PLANET", exchange=exchange)


HERE = a_place("A", 0)


def modes(route: Route | None) -> list[FlightMode]:
    assert route is not None
    return [leg.mode for leg in route.legs]


def stops(route: Route | None) -> list[str]:
    assert route is not None
    return [leg.goal.rpartition("-")[2] for leg in route.legs]


@pytest.mark.parametrize(
    ("flown", "speed", "mode", "seconds"),
    [
        (0, 36, FlightMode.CRUISE, 16),
        (100, 15, FlightMode.CRUISE, 182),
        (100, 15, FlightMode.BURN, 98),
        (100, 9, FlightMode.CRUISE, 293),
        (100, 36, FlightMode.DRIFT, 709),
        (100, 30, FlightMode.STEALTH, 115),
    ],
)
def test_a_flight_takes_what_the_documented_formula_says(flown, speed, mode, seconds):
    assert flight_seconds(flown, speed, mode) == seconds


@pytest.mark.parametrize(
    ("flown", "mode", "units"),
    [
        (0, FlightMode.CRUISE, 1),
        (0, FlightMode.BURN, 2),
        (100.4, FlightMode.CRUISE, 100),
        (100.4, FlightMode.BURN, 200),
        (100.4, FlightMode.STEALTH, 100),
        (900, FlightMode.DRIFT, 1),
    ],
)
def test_a_flight_burns_what_the_game_says(flown, mode, units):
    assert fuel_cost(flown, mode) == units


def test_a_ship_that_is_there_needs_no_flight():
    assert plan_route(HERE, HERE, [HERE], FRIGATE) == Route(legs=(), seconds=0.0, fuel=0)


def test_a_tank_that_allows_it_burns_and_one_that_does_not_cruises():
    near, far = a_place("B", 150), a_place("C", 350)

    assert modes(plan_route(HERE, near, [HERE, near], FRIGATE)) == [FlightMode.BURN]
    assert modes(plan_route(HERE, far, [HERE, far], FRIGATE)) == [FlightMode.CRUISE]


def test_a_way_beyond_one_tank_goes_from_pump_to_pump():
    middle, far = a_place("B", 300), a_place("C", 600)

    route = plan_route(HERE, far, [HERE, middle, far], SHUTTLE)

    assert route is not None
    assert stops(route) == ["B", "C"]
    assert [leg.refuel for leg in route.legs] == [False, True]


def test_a_stop_that_saves_time_is_made_though_the_tank_would_reach():
    """A minute of a working ship is worth more than the fuel and a few requests."""
    middle, far = a_place("B", 140), a_place("C", 280)

    route = plan_route(HERE, far, [HERE, middle, far], SHUTTLE)

    assert (stops(route), modes(route)) == (["B", "C"], [FlightMode.BURN, FlightMode.BURN])


def test_drifting_is_the_last_resort():
    lonely = a_place("Z", 5_000)

    assert modes(plan_route(HERE, lonely, [HERE, lonely], FRIGATE)) == [FlightMode.DRIFT]


def test_a_place_without_fuel_is_reached_with_enough_left_to_leave_it():
    """250 there and 250 back is more than the tank holds, so the ship does not cruise into a place it cannot leave."""
    dry = a_place("D", 250, sells_fuel=False)

    near_dry = a_place("E", 120, sells_fuel=False)
    assert modes(plan_route(HERE, dry, [HERE, dry], FRIGATE)) == [FlightMode.DRIFT]
    assert modes(plan_route(HERE, near_dry, [HERE, near_dry], FRIGATE)) == [FlightMode.BURN]


def test_an_empty_tank_is_filled_first_where_fuel_is_sold_and_goes_nowhere_else():
    near, dry = a_place("B", 50), a_place("D", 0, sells_fuel=False)
    empty = Tank(fuel=0, capacity=400, engine_speed=36)

    filled = plan_route(HERE, near, [HERE, near], empty)
    assert filled is not None
    assert [leg.refuel for leg in filled.legs] == [True]
    assert plan_route(dry, near, [HERE, near, dry], empty) is None


def test_who_may_not_refuel_flies_on_what_there_is():
    middle, far = a_place("B", 300), a_place("C", 600)
    no_money = Tank(fuel=300, capacity=300, engine_speed=15, may_refuel=False)

    assert modes(plan_route(HERE, far, [HERE, middle, far], no_money)) == [FlightMode.DRIFT]


def test_a_probe_flies_straight_and_burns_nothing():
    far = a_place("C", 900)

    route = plan_route(HERE, far, [HERE, a_place("B", 450), far], PROBE)

    assert route is not None
    assert (stops(route), modes(route), route.fuel) == (["C"], [FlightMode.CRUISE], 0)


systems = st.lists(
    st.tuples(st.integers(-400, 400), st.integers(-400, 400), st.booleans()), min_size=2, max_size=12
).map(lambda spots: [a_place(f"P{n}", x, y, sells_fuel=fuel) for n, (x, y, fuel) in enumerate(spots)])
tanks = st.builds(
    lambda capacity, share, speed: Tank(fuel=capacity * share // 10, capacity=capacity, engine_speed=speed),
    st.integers(50, 800),
    st.integers(0, 10),
    st.integers(9, 40),
)


@given(places=systems, tank=tanks)
def test_every_way_that_is_planned_can_be_flown(places, tank):
    """Leg by leg, with the fuel that is aboard, filling up only where fuel is sold."""
    start, goal = places[0], places[-1]
    at = {place.waypoint: place for place in places}
    route = plan_route(start, goal, places, tank)
    if route is None:
        assert tank.fuel < 1, "drifting takes a unit of fuel and reaches everything"
        return

    here, aboard, burnt = start, tank.fuel, 0
    for leg in route.legs:
        if leg.refuel:
            assert here.sells_fuel
            aboard = tank.capacity
        used = fuel_cost(distance(here, at[leg.goal]), leg.mode)
        assert used <= aboard
        aboard, burnt, here = aboard - used, burnt + used, at[leg.goal]
    assert (here.waypoint, burnt) == (goal.waypoint, route.fuel)
    assert all(one.goal != other.goal for one, other in pairwise(route.legs))


@given(places=systems, tank=tanks)
def test_one_search_for_all_finds_what_a_search_for_each_finds(places, tank):
    start = places[0]

    found = plan_routes(start, places, tank)

    for goal in places:
        one = plan_route(start, goal, places, tank)
        other = found.get(goal.waypoint)
        assert (one is None) == (other is None)
        assert one is None or other is None or one.seconds == other.seconds
