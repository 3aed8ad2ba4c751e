"""The order of trips: the same as if every trip were judged for every ship before each one is sent."""

import math
from dataclasses import replace
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.supply import Activity, SupplyLevel, TradeKind
from starfoundry.manufacturing.domain.model import TaskKind
from starfoundry.manufacturing.planner.actions import AssignShip
from starfoundry.manufacturing.planner.assignments import assignments
from starfoundry.manufacturing.planner.markets.board import board_of
from starfoundry.manufacturing.planner.ranking import bounds
from starfoundry.manufacturing.planner.ranking.ranked_trips import RankedTrips
from starfoundry.manufacturing.planner.trips.trades import Sale, best_sale, judge_trip
from starfoundry.manufacturing.planner.view import Journey
from starfoundry.market.domain.model import Place
from starfoundry.market.domain.movement import initial_movement
from starfoundry.market.domain.ticks import Ticks
from tests.manufacturing import worlds

GOODS = tuple(Good(name) for name in ("IRON", "TOOLS", "DRUGS"))
SPOTS = tuple(WaypointSymbol(f"X1-A-{number}") for number in range(6))
CONFIG = ManufacturingConfig(trade_min_margin=20)


@st.composite
def towns(draw):
    """Six markets on a line that make or use three goods, and some ships among them."""
    seen = []
    for good, base in zip(GOODS, (150, 2000, 4000), strict=True):
        for spot in SPOTS:
            kind = draw(st.sampled_from((None, TradeKind.EXPORT, TradeKind.IMPORT)))
            if kind is not None:
                seen.append(worlds.sighting(spot, good, kind, base, draw(st.integers(-8, 6))))
    ships = draw(st.lists(st.tuples(st.sampled_from(SPOTS), st.sampled_from((20, 40))), min_size=1, max_size=5))
    idle = [worlds.hull(f"SHIP-{number}", spot, capacity=hold) for number, (spot, hold) in enumerate(ships)]
    places = [Place(waypoint=spot, x=0, y=0, type="MOON", imports=GOODS) for spot in SPOTS]
    view = worlds.view(CONFIG, seen=seen, idle=tuple(idle), spendable=draw(st.sampled_from((40_000, 1_000_000))))
    return replace(view, board=board_of(places, seen, worlds.NOON, ()), travel=along_the_line)


def along_the_line(_hull, origin, goal):
    far = abs(SPOTS.index(origin) - SPOTS.index(goal))
    return Journey(200.0 * far, 50 * far)


def by_looking_at_all(view, hull):
    """The best credits an hour of a ship, every lane judged in full."""
    sources = [source for good in view.board.offers for source in view.board.sources(good)]
    found = [best_sale(view, hull, TaskKind.TRADE, each, view.board.sinks(each.quote.good)) for each in sources]
    return max((sale.prospect.per_hour for sale in found if isinstance(sale, Sale)), default=None)


@given(towns())
def test_a_ship_is_given_the_trip_that_pays_most_of_all(view):
    for hull in view.idle:
        found = RankedTrips(view, [hull]).best(view)

        assert (found[1].prospect.per_hour if isinstance(found, tuple) else None) == by_looking_at_all(view, hull)


@settings(max_examples=50)
@given(towns())
def test_ships_are_sent_as_if_all_were_looked_at_again_before_each(view):
    _, actions = assignments(view, worlds.COORDINATOR)
    sent = [action for action in actions if isinstance(action, AssignShip)]

    for order in sent:
        best = {hull.ship: by_looking_at_all(view, hull) for hull in view.idle}
        assert best[order.task.ship] == order.prospect.per_hour == max(each for each in best.values() if each)
        view = view.with_assignment(order.task, order.prospect.cost + order.prospect.fuel)
    assert all(by_looking_at_all(view, hull) is None for hull in view.idle)


def test_most_trips_are_never_reckoned():
    """Flights are asked for once to rank a lane, and then only for lanes that may be the best."""
    far = [WaypointSymbol(f"X1-A-{number}") for number in range(40)]
    seen = [worlds.sighting(far[0], GOODS[1], TradeKind.IMPORT, 2000, -6)]
    seen += [worlds.sighting(spot, GOODS[1], TradeKind.EXPORT, 2000, 5) for spot in far[1:]]
    asked = []

    def travel(hull, origin, goal):
        asked.append((origin, goal))
        return Journey(100.0 * abs(far.index(origin) - far.index(goal)), 0)

    places = [Place(waypoint=spot, x=0, y=0, type="MOON", imports=GOODS) for spot in far]
    view = worlds.view(CONFIG, seen=seen, idle=(worlds.hull(waypoint=far[1]),))
    view = replace(view, board=board_of(places, seen, worlds.NOON, ()), travel=travel)

    found = RankedTrips(view, [*view.idle, worlds.hull("SHIP-2", waypoint=far[1])]).best(view)

    assert isinstance(found, tuple)
    assert found[0] == view.idle[0]
    assert found[1].source.waypoint == far[1]
    assert math.isclose(len(asked), len(far), abs_tol=5)  # ships of the same kind at the same place ask together


def test_a_ship_that_earns_less_than_another_is_not_looked_at_further():
    """No trip is judged at the prices expected when that ship arrives."""
    seen = [worlds.sighting(SPOTS[0], GOODS[1], TradeKind.EXPORT, 2000, 5)]
    seen += [worlds.sighting(spot, GOODS[1], TradeKind.IMPORT, 2000, -6) for spot in SPOTS[1:3]]
    places = [Place(waypoint=spot, x=0, y=0, type="MOON", imports=GOODS) for spot in SPOTS]
    view = replace(worlds.view(CONFIG, seen=seen), board=board_of(places, seen, worlds.NOON, ()), travel=along_the_line)
    near, far = worlds.hull("NEAR", waypoint=SPOTS[0]), worlds.hull("FAR", waypoint=SPOTS[5])

    with mock.patch(f"{bounds.__name__}.judge_trip", wraps=judge_trip) as judged:
        found = RankedTrips(view, [far, near]).best(view)

    assert isinstance(found, tuple)
    assert found[0] == near
    assert {call.args[3].fetching.seconds for call in judged.call_args_list} == {0.0}


def test_no_trip_is_judged_once_every_ship_was_sent():
    seen = [worlds.sighting(SPOTS[0], GOODS[1], TradeKind.EXPORT, 2000, 5)]
    seen += [worlds.sighting(spot, GOODS[1], TradeKind.IMPORT, 2000, -6) for spot in SPOTS[1:3]]
    view = replace(worlds.view(CONFIG, seen=seen), board=board_of((), seen, worlds.NOON, ()), travel=along_the_line)
    hull = worlds.hull(waypoint=SPOTS[0])
    ranked = RankedTrips(view, [hull])
    assert isinstance(ranked.best(view), tuple)

    ranked.sent(hull, None)

    with mock.patch(f"{bounds.__name__}.judge_trip") as judged:
        assert not isinstance(ranked.best(view), tuple)
    judged.assert_not_called()


def test_a_ship_goes_where_another_has_just_bought_if_the_factory_makes_more_until_it_is_there():
    """The first ship leaves too little at the factory, which ticks before the other ship is there."""
    factory, near, far = SPOTS[0], SPOTS[1], SPOTS[5]
    soon = Ticks(worlds.NOON.timestamp() - 1_700, worlds.NOON.timestamp() - 1_699, 1_850)
    made = replace(initial_movement(TradeKind.EXPORT, Activity.STRONG), ticks=soon)
    seen = [
        replace(worlds.sighting(factory, GOODS[2], TradeKind.EXPORT, 4000, 3.0), movement=made),
        *(worlds.sighting(spot, GOODS[2], TradeKind.IMPORT, 4000, -6.0) for spot in (near, far)),
    ]
    config = ManufacturingConfig(
        trade_min_margin=55, trade_min_start_supply=SupplyLevel.HIGH, trade_min_execute_supply=SupplyLevel.HIGH
    )
    idle = (worlds.hull("SHIP-1", factory), worlds.hull("SHIP-2", SPOTS[3]))
    view = worlds.view(config, seen=seen, idle=idle)
    view = replace(view, board=board_of((), seen, worlds.NOON, ()), travel=along_the_line)

    _, actions = assignments(view, worlds.COORDINATOR)

    sent = [action.task for action in actions if isinstance(action, AssignShip)]
    assert [(task.ship, task.target) for task in sent] == [("SHIP-1", near), ("SHIP-2", far)]
