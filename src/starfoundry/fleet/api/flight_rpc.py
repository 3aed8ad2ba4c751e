"""The gRPC method for flights that an operator orders."""

from starfoundry.fleet.api.flight_service import FlightPlan, FlightService
from starfoundry.kernel.ids import ShipSymbol, WaypointSymbol
from starfoundry.kernel.ports import Gate
from starfoundry.wire import daemon_pb2 as wire


class FlightRpc:
    """SendShip."""

    def __init__(self, service: FlightService, gate: Gate) -> None:
        self._service = service
        self._gate = gate

    async def SendShip(self, request: wire.SendShipRequest, context: object) -> wire.SendShipResponse:
        """Fly a ship, or only report the plan of the flight."""
        player_id = await self._gate.admit(request.player_id, context)
        ship, goal = ShipSymbol(request.ship.upper()), WaypointSymbol(request.waypoint.upper())
        if request.dry_run:
            return _message_of(await self._service.plan(player_id, ship, goal, when_free=request.when_free), "")
        plan, container = await self._service.send(player_id, ship, goal, when_free=request.when_free)
        return _message_of(plan, container.id)


def _message_of(plan: FlightPlan, container_id: str) -> wire.SendShipResponse:
    return wire.SendShipResponse(
        container_id=container_id,
        ship=plan.ship,
        start=plan.start,
        waypoint=plan.goal,
        wait_seconds=round(plan.wait_seconds),
        seconds=round(plan.route.seconds),
        fuel=plan.route.fuel,
        fuel_credits=plan.route.fuel_credits,
        legs=[wire.FlightLeg(waypoint=leg.goal, mode=leg.mode.value, refuel=leg.refuel) for leg in plan.route.legs],
        commanded_by=plan.commanded_by or "",
    )
