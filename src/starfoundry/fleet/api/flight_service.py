"""Flights ordered by an operator: the plan of a flight, and the container that makes it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from starfoundry.containers.domain.model import Container
from starfoundry.containers.runtime.supervisor import Supervisor
from starfoundry.fleet.domain.travel import Route, Tank
from starfoundry.fleet.runtime.flight_runner import FLIGHT
from starfoundry.fleet.runtime.session import Session
from starfoundry.game.model import NavStatus, Ship
from starfoundry.kernel.errors import FieldProblem, Refused
from starfoundry.kernel.ids import ContainerId, PlayerId, ShipSymbol, WaypointSymbol
from starfoundry.kernel.ports import Clock, Entropy


@dataclass(frozen=True, slots=True, kw_only=True)
class FlightPlan:
    """The plan of a flight. `start` is where it begins: where the ship is, or where it arrives in `wait_seconds`.

    A ship with a `commanded_by` flies once that container lets it go, perhaps from another place.
    """

    ship: ShipSymbol
    start: WaypointSymbol
    goal: WaypointSymbol
    wait_seconds: float
    route: Route
    commanded_by: ContainerId | None = None


class FlightService:
    """Flights that an operator orders."""

    def __init__(
        self,
        *,
        session_of: Callable[[PlayerId], Awaitable[Session]],
        supervisor: Supervisor,
        clock: Clock,
        entropy: Entropy,
    ) -> None:
        self._session_of = session_of
        self._supervisor = supervisor
        self._clock = clock
        self._entropy = entropy

    async def plan(
        self, player_id: PlayerId, ship: ShipSymbol, goal: WaypointSymbol, *, when_free: bool = False
    ) -> FlightPlan:
        """The plan of the flight.

        Raises Missing for an unknown ship or place, and Refused for a ship that is quarantined, that cannot get there,
        or that a container commands unless it shall fly `when_free`.
        """
        session = await self._session_of(player_id)
        here = session.roster.get(ship)
        owner, quarantined = session.claims.owner(ship), session.quarantine.of(ship)
        if owner is not None and not when_free:
            raise _busy(
                ship,
                f"{ship} is commanded by {owner}: pause or stop that container first, send another ship, or let it fly"
                f" after its present trip: spacetraders ship send {ship} {goal} --when-free",
            )
        if quarantined is not None:
            raise _busy(ship, f"{ship} is quarantined ({quarantined.reason}): release it first, or send another ship")
        goal = session.routes.named(goal)
        tank = Tank(fuel=here.fuel.current, capacity=here.fuel.capacity, engine_speed=here.engine_speed)
        route = session.routes.plan(here.nav.waypoint, goal, tank)
        if route is None:
            raise Refused.of("waypoint", goal, f"a place that {ship} reaches with {here.fuel.current} fuel")
        return FlightPlan(
            ship=ship,
            start=here.nav.waypoint,
            goal=goal,
            wait_seconds=_seconds_to_arrival(here, self._clock.now()),
            route=route,
            commanded_by=owner,
        )

    async def send(
        self, player_id: PlayerId, ship: ShipSymbol, goal: WaypointSymbol, *, when_free: bool = False
    ) -> tuple[FlightPlan, Container]:
        """Fly there in a new container, which commands the ship until it arrives. Raises as `plan`.

        With `when_free` that container waits until no other one commands the ship.
        """
        plan = await self.plan(player_id, ship, goal, when_free=when_free)
        container_id = ContainerId(f"flight-{ship.lower()}-{self._entropy.token('container', 6)}")
        config: dict[str, object] = {"ship": ship, "waypoint": plan.goal, "when_free": when_free}
        return plan, await self._supervisor.create(player_id, FLIGHT, config, container_id)


def _busy(ship: ShipSymbol, why: str) -> Refused:
    problem = FieldProblem(
        field="ship", given=ship, allowed="a ship that no container commands and that is not quarantined"
    )
    return Refused(why, fields=(problem,))


def _seconds_to_arrival(ship: Ship, now: datetime) -> float:
    arrives_at = ship.nav.arrives_at
    if ship.nav.status is not NavStatus.IN_TRANSIT or arrives_at is None:
        return 0.0
    return max(0.0, (arrives_at - now).total_seconds())
