"""Cache of routes between known places: the planner asks for the same ones thousands of times."""

from collections.abc import Mapping

from starfoundry.fleet.domain.travel import Route, Tank, plan_route, plan_routes
from starfoundry.kernel.errors import Missing
from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.kernel.nearest import did_you_mean, whole_name
from starfoundry.market.domain.model import Place
from starfoundry.market.runtime.market_book import MarketBook

PLANNED_MAX = 2_000
"""The most routes kept (about a megabyte) that begin with the fuel aboard, which has hundreds of values."""


class RoutePlanner:
    """Routes between the places of a player's market book."""

    def __init__(self, book: MarketBook) -> None:
        self._book = book
        self._places: Mapping[WaypointSymbol, Place] = {}
        self._known: dict[tuple[WaypointSymbol, int, int], Mapping[WaypointSymbol, Route]] = {}
        self._planned: dict[tuple[WaypointSymbol, WaypointSymbol, Tank], Route | None] = {}

    def estimate(
        self, start: WaypointSymbol, goal: WaypointSymbol, *, fuel_capacity: int, engine_speed: int
    ) -> Route | None:
        """The route with a full tank; None between places that are unknown or out of reach."""
        self._keep_up()
        key = (start, fuel_capacity, engine_speed)
        if key not in self._known:
            if start not in self._places:
                return None
            tank = Tank(fuel=fuel_capacity, capacity=fuel_capacity, engine_speed=engine_speed)
            markets = [place for place in self._places.values() if place.has_market or place.has_shipyard]
            self._known[key] = plan_routes(self._places[start], markets, tank)
        return self._known[key].get(goal)

    def plan(self, start: WaypointSymbol, goal: WaypointSymbol, tank: Tank) -> Route | None:
        """The route with the fuel aboard. Raises Missing for an unknown place."""
        self._keep_up()
        key = (start, goal, tank)
        if key not in self._planned:
            if len(self._planned) >= PLANNED_MAX:
                self._planned.clear()
            places = tuple(self._places.values())
            self._planned[key] = plan_route(self._place(start), self._place(goal), places, tank)
        return self._planned[key]

    def named(self, waypoint: str) -> WaypointSymbol:
        """The known place with the given symbol, or with that last part. Raises Missing."""
        self._keep_up()
        found = whole_name(waypoint, self._places)
        return self._place(WaypointSymbol(found or waypoint)).waypoint

    def _place(self, waypoint: WaypointSymbol) -> Place:
        try:
            return self._places[waypoint]
        except KeyError:
            meant = did_you_mean(waypoint, self._places)
            raise Missing(f"{waypoint} is not a known place of this system{f'; {meant}' if meant else ''}") from None

    def _keep_up(self) -> None:
        """Clear the cache if places were added; routes do not change otherwise."""
        if self._book.place_count != len(self._places):
            self._places = {place.waypoint: place for place in self._book.places()}
            self._known.clear()
            self._planned.clear()
