"""The bound's ships and requests: what is carried on each lane, and the tours that carry it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Protocol

from benchmarks.economy.hands import place_of
from benchmarks.economy.program import Program
from starfoundry.fleet.domain.growth import HAULER, SHUTTLE, SHUTTLES_FIRST
from starfoundry.fleet.domain.travel import Route, Tank, plan_routes
from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.sandbox.catalogue.ship_types import SHIP_TYPES, ShipType
from starfoundry.sandbox.economy.market_good import MarketGood
from starfoundry.sandbox.state.universe import Universe

FRIGATE = "SHIP_COMMAND_FRIGATE"
REQUESTS_PER_SECOND = 2.5
REQUESTS_PER_TRIP = 3
"""Leaving, flying and docking."""


class Traded(Protocol):
    """A good at a market, with the variables of what is bought and sold of it there."""

    @property
    def where(self) -> WaypointSymbol: ...
    @property
    def market_good(self) -> MarketGood: ...
    @property
    def volume(self) -> int: ...
    @property
    def bought(self) -> Sequence[int]: ...
    @property
    def sold(self) -> Sequence[int]: ...


def add_carrying(
    program: Program, goods: Sequence[Traded], universe: Universe, *, hours: float, carriers: int
) -> tuple[list[int], int]:
    """The rows of the ships' time, by kind of ship, and that of the requests."""
    hulls = {FRIGATE: 1, SHUTTLE: min(SHUTTLES_FIRST, carriers - 1), HAULER: carriers - 1 - SHUTTLES_FIRST}
    taken: dict[int, dict[int, float]] = {id(each): dict.fromkeys(each.bought, -1.0) for each in goods}
    brought: dict[int, dict[int, float]] = {id(each): dict.fromkeys(each.sold, -1.0) for each in goods}
    requests: dict[int, float] = {}
    times = []
    for name, count in hulls.items():
        if count > 0:
            carried = _add_tours(program, goods, universe, SHIP_TYPES[name], count)
            times.append(
                program.row({way: route.seconds for way, route in carried.ways.items()}, high=count * hours * 3_600)
            )
            for flow, origin, target in carried.flows:
                taken[id(origin)][flow] = brought[id(target)][flow] = 1.0
                requests[flow] = 1.0 / origin.volume + 1.0 / target.volume
            requests.update(dict.fromkeys(carried.ways, float(REQUESTS_PER_TRIP)))
    for terms in (*taken.values(), *brought.values()):
        if terms:
            program.row(terms, low=0.0, high=0.0)
    return times, program.row(requests, high=hours * 3_600 * REQUESTS_PER_SECOND)


class _Carried:
    """One kind of ship: the units it carries on each lane, and how often it flies each way."""

    def __init__(self) -> None:
        self.flows: list[tuple[int, Traded, Traded]] = []
        self.ways: dict[int, Route] = {}


def _add_tours(program: Program, goods: Sequence[Traded], universe: Universe, hull: ShipType, count: int) -> _Carried:
    """Flows on lanes fill flights; as many of them leave a place as come to it, but for where ships begin and end."""
    routes = _routes(universe, {each.where for each in goods}, hull)
    carried = _Carried()
    laden: dict[tuple[WaypointSymbol, WaypointSymbol], dict[int, float]] = defaultdict(dict)
    for origin in goods:
        for target in goods:
            is_lane = origin.market_good.good == target.market_good.good and origin.where != target.where
            if is_lane and origin.bought and target.sold and target.where in routes[origin.where]:
                flow = program.variable()
                carried.flows.append((flow, origin, target))
                laden[origin.where, target.where][flow] = 1.0 / hull.cargo_capacity
    balance: dict[WaypointSymbol, dict[int, float]] = defaultdict(dict)
    for start, onward in routes.items():
        for goal, route in onward.items():
            way = program.variable()
            carried.ways[way] = route
            balance[start][way], balance[goal][way] = -1.0, 1.0
            if (start, goal) in laden:
                program.row({**laden[start, goal], way: -1.0}, high=0.0)
    for terms in balance.values():
        program.row(terms, low=-count, high=count)
    return carried


def _routes(
    universe: Universe, markets: set[WaypointSymbol], hull: ShipType
) -> Mapping[WaypointSymbol, Mapping[WaypointSymbol, Route]]:
    """The quickest way from each market to each other one."""
    places = {each: place_of(universe, each) for each in sorted(markets)}
    tank = Tank(fuel=hull.fuel_capacity, capacity=hull.fuel_capacity, engine_speed=hull.speed)
    found = {start: plan_routes(place, list(places.values()), tank) for start, place in places.items()}
    return {start: {goal: way for goal, way in onward.items() if goal != start} for start, onward in found.items()}
