"""The gRPC method for known shipyards; it needs no request to the game."""

from starfoundry.fleet.api.service import FleetService
from starfoundry.fleet.domain.model import YardSighting
from starfoundry.game.model import ShipOffer
from starfoundry.kernel.errors import Missing
from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.kernel.instants import rfc3339
from starfoundry.kernel.nearest import did_you_mean, whole_name
from starfoundry.kernel.ports import Clock, Gate
from starfoundry.wire import daemon_pb2 as wire


class ShipyardRpc:
    """ListShipyards."""

    def __init__(self, service: FleetService, gate: Gate, clock: Clock) -> None:
        self._service = service
        self._gate = gate
        self._clock = clock

    async def ListShipyards(self, request: wire.ListShipyardsRequest, context: object) -> wire.ListShipyardsResponse:
        """Every shipyard, by waypoint, with prices where a ship has been. Raises Missing for an unknown name."""
        player_id = await self._gate.admit(request.player_id, context)
        yards = (await self._service.session(player_id)).yards.yards()
        ship_type, typed = request.ship_type.upper(), request.waypoint.upper()
        waypoint = WaypointSymbol(whole_name(typed, [yard.waypoint for yard in yards]) or typed)
        found = [
            yard
            for yard in yards
            if (not waypoint or yard.waypoint == waypoint) and (not ship_type or ship_type in yard.ship_types)
        ]
        if not found and waypoint:
            raise _missing("shipyard", waypoint, [yard.waypoint for yard in yards])
        if not found and ship_type:
            raise _missing(
                "shipyard that sells", ship_type, sorted({each for yard in yards for each in yard.ship_types})
            )
        return wire.ListShipyardsResponse(shipyards=[self._message_of(yard) for yard in found])

    def _message_of(self, yard: YardSighting) -> wire.Shipyard:
        age = 0 if yard.seen_at is None else int((self._clock.now() - yard.seen_at).total_seconds())
        offers = [_offer(ship_type, yard.offer(ship_type)) for ship_type in yard.ship_types]
        return wire.Shipyard(waypoint=yard.waypoint, observed_at=rfc3339(yard.seen_at), age_seconds=age, offers=offers)


def _offer(ship_type: str, seen: ShipOffer | None) -> wire.ShipOffer:
    if seen is None:
        return wire.ShipOffer(ship_type=ship_type)
    return wire.ShipOffer(
        ship_type=ship_type,
        price=seen.price,
        supply="" if seen.supply is None else seen.supply.name,
        cargo_capacity=seen.cargo_capacity,
        fuel_capacity=seen.fuel_capacity,
        engine_speed=seen.engine_speed,
    )


def _missing(what: str, name: str, known: list[WaypointSymbol] | list[str]) -> Missing:
    meant = did_you_mean(name, known)
    there_are = "there are: " + (", ".join(known) or "none yet")
    return Missing(f"there is no known {what} {name}; {meant or there_are}")
