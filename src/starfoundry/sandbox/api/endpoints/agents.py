"""Endpoints of an agent: itself, its ships, their movements and trades."""

from typing import Annotated

import msgspec

from starfoundry.kernel.ids import Good, ShipSymbol, WaypointSymbol
from starfoundry.sandbox.actions import navigation, registration, trading
from starfoundry.sandbox.api.request_context import ListPage, RequestContext
from starfoundry.sandbox.core.error_codes import Code
from starfoundry.sandbox.core.rejection import ApiRejection, invalid
from starfoundry.sandbox.responses import agent_shapes
from starfoundry.sandbox.ships.flight import Mode

Units = Annotated[int, msgspec.Meta(ge=1)]


class CargoBody(msgspec.Struct):
    """Units of a good."""

    symbol: str
    units: Units


class TransferBody(msgspec.Struct, rename="camel"):
    """Units of a good for another ship."""

    trade_symbol: str
    units: Units
    ship_symbol: str


class NavigateBody(msgspec.Struct, rename="camel"):
    """The destination."""

    waypoint_symbol: str


class NavBody(msgspec.Struct, rename="camel"):
    """The flight mode."""

    flight_mode: str | None = None


class RefuelBody(msgspec.Struct, rename="camel"):
    """Tank units, and whether from the hold."""

    units: Units | None = None
    from_cargo: bool = False


class BuyShipBody(msgspec.Struct, rename="camel"):
    """The ship type and the shipyard."""

    ship_type: str
    waypoint_symbol: str


def read_agent(call: RequestContext) -> agent_shapes.Shape:
    """The agent."""
    return agent_shapes.agent(call.agent, own=True)


def list_ships(call: RequestContext) -> ListPage:
    """The agent's ships."""
    page = call.page()
    ships = list(call.agent.ships.values())
    return ListPage([agent_shapes.ship(ship, call.now) for ship in ships[page.part]], len(ships), page)


def buy_ship(call: RequestContext) -> agent_shapes.Shape:
    """A new ship."""
    body = call.read(BuyShipBody)
    waypoint = WaypointSymbol(body.waypoint_symbol)
    ship, transaction = registration.buy_ship(call.universe, call.agent, body.ship_type, waypoint, call.now)
    return {
        "agent": agent_shapes.agent(call.agent, own=True),
        "ship": agent_shapes.ship(ship, call.now),
        "transaction": transaction,
    }


def read_ship(call: RequestContext) -> agent_shapes.Shape:
    """One ship."""
    return agent_shapes.ship(call.ship, call.now)


def read_nav(call: RequestContext) -> agent_shapes.Shape:
    """A ship's position and flight."""
    return agent_shapes.nav(call.ship, call.now)


def read_cargo(call: RequestContext) -> agent_shapes.Shape:
    """A ship's hold."""
    return agent_shapes.cargo(call.ship)


def dock(call: RequestContext) -> agent_shapes.Shape:
    """Dock."""
    navigation.dock(call.ship, call.now)
    return {"nav": agent_shapes.nav(call.ship, call.now)}


def orbit(call: RequestContext) -> agent_shapes.Shape:
    """Leave the dock."""
    navigation.orbit(call.ship, call.now)
    return {"nav": agent_shapes.nav(call.ship, call.now)}


def navigate(call: RequestContext) -> agent_shapes.Shape:
    """Depart."""
    ship = call.ship
    body = call.read(NavigateBody)
    events = navigation.navigate(call.universe, call.agent, ship, WaypointSymbol(body.waypoint_symbol), call.now)
    return {
        "nav": agent_shapes.nav(ship, call.now),
        "fuel": agent_shapes.fuel(ship),
        "events": agent_shapes.events(events),
    }


def patch_nav(call: RequestContext) -> agent_shapes.Shape:
    """Set the flight mode."""
    ship = call.ship
    body = call.read(NavBody)
    if body.flight_mode is not None:
        if body.flight_mode not in Mode.__members__:
            raise invalid("flightMode", f"must be one of {', '.join(Mode.__members__)}")
        navigation.set_mode(ship, Mode[body.flight_mode], call.now)
    return {"nav": agent_shapes.nav(ship, call.now), "fuel": agent_shapes.fuel(ship), "events": []}


def purchase(call: RequestContext) -> agent_shapes.Shape:
    """Buy cargo."""
    ship, body = call.ship, call.read(CargoBody)
    deal = trading.purchase(call.universe, call.agent, ship, Good(body.symbol), body.units, call.now)
    return {"agent": agent_shapes.agent(call.agent, own=True), "cargo": agent_shapes.cargo(ship), "transaction": deal}


def sell(call: RequestContext) -> agent_shapes.Shape:
    """Sell cargo."""
    ship, body = call.ship, call.read(CargoBody)
    deal = trading.sell(call.universe, call.agent, ship, Good(body.symbol), body.units, call.now)
    return {"agent": agent_shapes.agent(call.agent, own=True), "cargo": agent_shapes.cargo(ship), "transaction": deal}


def refuel(call: RequestContext) -> agent_shapes.Shape:
    """Fill the tank."""
    ship, body = call.ship, call.read(RefuelBody)
    deal = trading.refuel(call.universe, call.agent, ship, body.units, call.now, from_cargo=body.from_cargo)
    return {
        "agent": agent_shapes.agent(call.agent, own=True),
        "fuel": agent_shapes.fuel(ship),
        "transaction": deal,
        "cargo": agent_shapes.cargo(ship),
    }


def jettison(call: RequestContext) -> agent_shapes.Shape:
    """Throw cargo overboard."""
    ship, body = call.ship, call.read(CargoBody)
    trading.jettison(call.universe, call.agent, ship, Good(body.symbol), body.units, call.now)
    return {"cargo": agent_shapes.cargo(ship)}


def transfer(call: RequestContext) -> agent_shapes.Shape:
    """Transfer cargo; the answer has both holds."""
    ship, body = call.ship, call.read(TransferBody)
    receiver = call.agent.ships.get(ShipSymbol(body.ship_symbol))
    if receiver is None:
        raise ApiRejection(Code.TRANSFER_SHIP_MISSING, f"Ship {body.ship_symbol} was not found.")
    good = Good(body.trade_symbol)
    trading.transfer(call.universe, call.agent, ship, receiver, good, body.units, call.now)
    return {"cargo": agent_shapes.cargo(ship), "targetCargo": agent_shapes.cargo(receiver)}
