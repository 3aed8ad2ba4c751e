"""Routes between the known places, remembered: the planner asks for the same ones thousands of times."""

from collections.abc import Mapping

from starfoundry.fleet.travel import Route, plan_route
from starfoundry.kernel.errors import Missing
from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.market.book import MarketBook
from starfoundry.market.model import Place


class RoutePlanner:
    """Ways between the places of a player's market book."""

    def __init__(self, book: MarketBook) -> None:
        self._book = book
        self._places: Mapping[WaypointSymbol, Place] = {}
        self._known: dict[tuple[WaypointSymbol, WaypointSymbol, int, int], Route | None] = {}

    def estimate(
        self, start: WaypointSymbol, goal: WaypointSymbol, *, fuel_capacity: int, engine_speed: int
    ) -> Route | None:
        """The way with a full tank; None between places that are not known or out of reach."""
        self._keep_up()
        key = (start, goal, fuel_capacity, engine_speed)
        if key not in self._known:
            ends = self._places.get(start), self._places.get(goal)
            if ends[0] is None or ends[1] is None:
                return None
            self._known[key] = plan_route(
                ends[0],
                ends[1],
                tuple(self._places.values()),
                fuel=fuel_capacity,
                fuel_capacity=fuel_capacity,
                engine_speed=engine_speed,
            )
        return self._known[key]

    def plan(
        self,
        start: WaypointSymbol,
        goal: WaypointSymbol,
        *,
        fuel: int,
        fuel_capacity: int,
        engine_speed: int,
        may_refuel: bool,
    ) -> Route | None:
        """The way with the fuel there is; raises Missing for a place that is not known."""
        self._keep_up()
        return plan_route(
            self._place(start),
            self._place(goal),
            tuple(self._places.values()),
            fuel=fuel,
            fuel_capacity=fuel_capacity,
            engine_speed=engine_speed,
            may_refuel=may_refuel,
        )

    def _place(self, waypoint: WaypointSymbol) -> Place:
        try:
            return self._places[waypoint]
        except KeyError:
            raise Missing(f"{waypoint} is not a known place of this system") from None

    def _keep_up(self) -> None:
        """Forget the routes when places were learned; they never change otherwise."""
        places = self._book.places()
        if len(places) != len(self._places):
            self._places = {place.waypoint: place for place in places}
            self._known.clear()
