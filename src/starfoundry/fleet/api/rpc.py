"""gRPC methods for the fleet: list ships, buy one, release one, jettison cargo, and start growth."""

from starfoundry.fleet.api.service import FleetService
from starfoundry.fleet.domain.growth import limits_of
from starfoundry.fleet.runtime.session import Session
from starfoundry.game.model import NavStatus, Ship
from starfoundry.kernel.ids import Good, PlayerId, ShipSymbol, WaypointSymbol
from starfoundry.kernel.instants import rfc3339
from starfoundry.kernel.ports import Gate
from starfoundry.wire import daemon_pb2 as wire


class FleetRpc:
    """ListShips, GetShip, ReleaseShip, BuyShip, JettisonCargo and StartFleetGrowth."""

    def __init__(self, service: FleetService, gate: Gate) -> None:
        self._service = service
        self._gate = gate

    async def ListShips(self, request: wire.ListShipsRequest, context: object) -> wire.ListShipsResponse:
        """Every ship, by symbol, as the game last reported it; it needs no request to the game."""
        player_id = await self._gate.admit(request.player_id, context)
        session = await self._service.session(player_id)
        unseen = [each.ship for each in session.quarantine.ships() if not session.roster.knows(each.ship)]
        symbols = sorted([*(ship.symbol for ship in session.roster.ships()), *unseen])
        return wire.ListShipsResponse(ships=[_message_of(session, player_id, symbol) for symbol in symbols])

    async def GetShip(self, request: wire.GetShipRequest, context: object) -> wire.Ship:
        """One ship."""
        player_id = await self._gate.admit(request.player_id, context)
        session = await self._service.session(player_id)
        return _message_of(session, player_id, ShipSymbol(request.ship.upper()))

    async def ReleaseShip(self, request: wire.ReleaseShipRequest, context: object) -> wire.Ship:
        """End a ship's quarantine."""
        player_id = await self._gate.admit(request.player_id, context)
        session = await self._service.session(player_id)
        symbol = ShipSymbol(request.ship.upper())
        await session.quarantine.release(symbol)
        return _message_of(session, player_id, symbol)

    async def BuyShip(self, request: wire.BuyShipRequest, context: object) -> wire.BuyShipResponse:
        """Buy a ship at a shipyard where one of the player's ships is."""
        player_id = await self._gate.admit(request.player_id, context)
        bought = await self._service.buy_ship(
            player_id,
            request.ship_type.upper(),
            WaypointSymbol(request.shipyard.upper()),
            maximum_price=request.maximum_price,
        )
        session = await self._service.session(player_id)
        return wire.BuyShipResponse(
            ship=_message(session, player_id, bought.ship),
            price=bought.price,
            credits=bought.credits,
            shipyard=bought.shipyard,
        )

    async def JettisonCargo(self, request: wire.JettisonCargoRequest, context: object) -> wire.JettisonCargoResponse:
        """Throw cargo overboard."""
        player_id = await self._gate.admit(request.player_id, context)
        done = await self._service.jettison(
            player_id,
            ShipSymbol(request.ship.upper()),
            Good(request.good.upper()),
            request.units,
            is_dry=request.dry_run,
            wait_seconds=request.wait_seconds,
        )
        session = await self._service.session(player_id)
        return wire.JettisonCargoResponse(
            ship=_message(session, player_id, done.ship), good=done.good, units=done.units, dry_run=request.dry_run
        )

    async def StartFleetGrowth(
        self, request: wire.StartFleetGrowthRequest, context: object
    ) -> wire.StartContainerResponse:
        """Start a container that buys ships from earnings above a reserve."""
        player_id = await self._gate.admit(request.player_id, context)
        limits = limits_of(
            {"max_haulers": request.max_haulers, "max_probes": request.max_probes, "reserve": request.reserve}
        )
        container = await self._service.start_growth(player_id, limits)
        return wire.StartContainerResponse(
            container_id=container.id,
            status=container.status.value,
            message=(
                f"the fleet may grow to {limits.max_haulers} haulers and {limits.max_probes} probes,"
                f" {limits.reserve:,} credits are kept"
            ),
        )


def _message_of(session: Session, player_id: PlayerId, symbol: ShipSymbol) -> wire.Ship:
    """A ship. Raises Missing. For a quarantined ship that was never seen, only the symbol is known."""
    quarantined = session.quarantine.of(symbol)
    if quarantined is None:
        return _message(session, player_id, session.roster.get(symbol))
    if session.roster.knows(symbol):
        message = _message(session, player_id, session.roster.get(symbol))
    else:
        message = wire.Ship(ship=symbol, player_id=player_id, status=NavStatus.UNKNOWN.value)
    message.quarantined_since = rfc3339(quarantined.since)
    message.quarantine_reason = quarantined.reason
    return message


def _message(session: Session, player_id: PlayerId, ship: Ship) -> wire.Ship:
    in_flight = ship.nav.status is NavStatus.IN_TRANSIT
    return wire.Ship(
        ship=ship.symbol,
        player_id=player_id,
        role=ship.role,
        frame=ship.frame,
        status=ship.nav.status.value,
        waypoint=ship.nav.waypoint,
        arrives_at=rfc3339(ship.nav.arrives_at if in_flight else None),
        engine_speed=ship.engine_speed,
        fuel=ship.fuel.current,
        fuel_capacity=ship.fuel.capacity,
        cargo_units=ship.cargo.units,
        cargo_capacity=ship.cargo.capacity,
        cargo=[wire.CargoItem(good=item.good, units=item.units) for item in ship.cargo.items],
        claimed_by=session.claims.owner(ship.symbol) or "",
        origin=ship.nav.origin,
        departed_at=rfc3339(ship.nav.departed_at if in_flight else None),
        flight_mode=ship.nav.flight_mode.value,
    )
