"""The agent's own pages: itself, its ships, their movements and their trade."""

from typing import Annotated

import msgspec

from starfoundry.kernel.ids import Good, ShipSymbol, WaypointSymbol
from starfoundry.sandbox import flying, joining, trading, wire
from starfoundry.sandbox.call import Call, Listed
from starfoundry.sandbox.codes import Code
from starfoundry.sandbox.flight import Mode
from starfoundry.sandbox.rejection import Rejection, invalid

Units = Annotated[int, msgspec.Meta(ge=1)]


class CargoBody(msgspec.Struct):
    """So many units of a good."""

    symbol: str
    units: Units


class TransferBody(msgspec.Struct, rename="camel"):
    """So many units of a good for another ship."""

    trade_symbol: str
    units: Units
    ship_symbol: str


class NavigateBody(msgspec.Struct, rename="camel"):
    """Where to."""

    waypoint_symbol: str


class NavBody(msgspec.Struct, rename="camel"):
    """How to fly."""

    flight_mode: str | None = None


class RefuelBody(msgspec.Struct, rename="camel"):
    """How many tank units, and whether from the hold."""

    units: Units | None = None
    from_cargo: bool = False


class BuyShipBody(msgspec.Struct, rename="camel"):
    """Which ship, where."""

    ship_type: str
    waypoint_symbol: str


def read_agent(call: Call) -> wire.Shape:
    """The agent itself."""
    return wire.agent(call.agent, own=True)


def list_ships(call: Call) -> Listed:
    """The agent's ships."""
    page = call.page()
    ships = list(call.agent.ships.values())
    return Listed([wire.ship(ship, call.now) for ship in ships[page.part]], len(ships), page)


def buy_ship(call: Call) -> wire.Shape:
    """A new ship."""
    body = call.read(BuyShipBody)
    waypoint = WaypointSymbol(body.waypoint_symbol)
    ship, transaction = joining.buy_ship(call.universe, call.agent, body.ship_type, waypoint, call.now)
    return {
        "agent": wire.agent(call.agent, own=True),
        "ship": wire.ship(ship, call.now),
        "transaction": transaction,
    }


def read_ship(call: Call) -> wire.Shape:
    """One ship."""
    return wire.ship(call.ship, call.now)


def read_nav(call: Call) -> wire.Shape:
    """Where a ship is."""
    return wire.nav(call.ship, call.now)


def read_cargo(call: Call) -> wire.Shape:
    """A ship's hold."""
    return wire.cargo(call.ship)


def dock(call: Call) -> wire.Shape:
    """Dock."""
    flying.dock(call.ship, call.now)
    return {"nav": wire.nav(call.ship, call.now)}


def orbit(call: Call) -> wire.Shape:
    """Leave the dock."""
    flying.orbit(call.ship, call.now)
    return {"nav": wire.nav(call.ship, call.now)}


def navigate(call: Call) -> wire.Shape:
    """Depart."""
    ship = call.ship
    body = call.read(NavigateBody)
    events = flying.navigate(call.universe, call.agent, ship, WaypointSymbol(body.waypoint_symbol), call.now)
    return {"nav": wire.nav(ship, call.now), "fuel": wire.fuel(ship), "events": wire.events(events)}


def patch_nav(call: Call) -> wire.Shape:
    """Choose a flight mode."""
    ship = call.ship
    body = call.read(NavBody)
    if body.flight_mode is not None:
        if body.flight_mode not in Mode.__members__:
            raise invalid("flightMode", f"must be one of {', '.join(Mode.__members__)}")
        flying.set_mode(ship, Mode[body.flight_mode], call.now)
    return {"nav": wire.nav(ship, call.now), "fuel": wire.fuel(ship), "events": []}


def purchase(call: Call) -> wire.Shape:
    """Buy cargo."""
    ship, body = call.ship, call.read(CargoBody)
    deal = trading.purchase(call.universe, call.agent, ship, Good(body.symbol), body.units, call.now)
    return {"agent": wire.agent(call.agent, own=True), "cargo": wire.cargo(ship), "transaction": deal}


def sell(call: Call) -> wire.Shape:
    """Sell cargo."""
    ship, body = call.ship, call.read(CargoBody)
    deal = trading.sell(call.universe, call.agent, ship, Good(body.symbol), body.units, call.now)
    return {"agent": wire.agent(call.agent, own=True), "cargo": wire.cargo(ship), "transaction": deal}


def refuel(call: Call) -> wire.Shape:
    """Fill the tank."""
    ship, body = call.ship, call.read(RefuelBody)
    deal = trading.refuel(call.universe, call.agent, ship, body.units, call.now, from_cargo=body.from_cargo)
    return {
        "agent": wire.agent(call.agent, own=True),
        "fuel": wire.fuel(ship),
        "transaction": deal,
        "cargo": wire.cargo(ship),
    }


def jettison(call: Call) -> wire.Shape:
    """Throw cargo overboard."""
    ship, body = call.ship, call.read(CargoBody)
    trading.jettison(call.universe, call.agent, ship, Good(body.symbol), body.units, call.now)
    return {"cargo": wire.cargo(ship)}


def transfer(call: Call) -> wire.Shape:
    """Hand cargo over; the answer shows both holds."""
    ship, body = call.ship, call.read(TransferBody)
    receiver = call.agent.ships.get(ShipSymbol(body.ship_symbol))
    if receiver is None:
        raise Rejection(Code.TRANSFER_SHIP_MISSING, f"Ship {body.ship_symbol} was not found.")
    good = Good(body.trade_symbol)
    trading.transfer(call.universe, call.agent, ship, receiver, good, body.units, call.now)
    return {"cargo": wire.cargo(ship), "targetCargo": wire.cargo(receiver)}
