"""What ships do besides flying and trading: survey, dig, siphon, refine, chart, scan, jump, warp."""

import msgspec

from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.sandbox import gates, mining, refining, sensing, wire, wire_places
from starfoundry.sandbox.asteroids import Survey
from starfoundry.sandbox.call import Call
from starfoundry.sandbox.endpoints.fleet import NavigateBody
from starfoundry.sandbox.endpoints.places import waypoint_shape
from starfoundry.sandbox.fleet import Ship
from starfoundry.sandbox.instants import iso
from starfoundry.sandbox.rejection import invalid


class DepositBody(msgspec.Struct):
    """A deposit that a survey names."""

    symbol: str


class SurveyBody(msgspec.Struct):
    """A survey, as it was given; the sandbox knows it by its signature."""

    signature: str
    symbol: str
    deposits: list[DepositBody]
    expiration: str
    size: str


class ExtractBody(msgspec.Struct):
    """Where to dig, if a survey says."""

    survey: SurveyBody | None = None


class RefineBody(msgspec.Struct):
    """What to make."""

    produce: str


def survey(call: Call) -> wire.Shape:
    """Look where to dig."""
    ship = call.ship
    surveys = mining.survey(call.universe, call.agent, ship, call.now)
    return {"cooldown": wire.cooldown(ship, call.now), "surveys": [_survey(each) for each in surveys]}


def extract(call: Call) -> wire.Shape:
    """Dig."""
    body = call.read(ExtractBody)
    return _extract(call, body.survey.signature if body.survey is not None else None)


def extract_with_survey(call: Call) -> wire.Shape:
    """Dig where a survey says."""
    return _extract(call, call.read(SurveyBody).signature)


def siphon(call: Call) -> wire.Shape:
    """Draw gas."""
    ship = call.ship
    taken = mining.siphon(call.universe, call.agent, ship, call.now)
    return {"siphon": _taken(ship, taken), **_after_work(call, ship, taken)}


def refine(call: Call) -> wire.Shape:
    """Make metal of ore."""
    ship, product = call.ship, Good(call.read(RefineBody).produce)
    if product not in refining.SOURCES:
        raise invalid("produce", f"must be one of {', '.join(refining.SOURCES)}")
    source = refining.refine(call.universe, call.agent, ship, product, call.now)
    return {
        "cargo": wire.cargo(ship),
        "cooldown": wire.cooldown(ship, call.now),
        "produced": [{"tradeSymbol": product, "units": refining.PRODUCED}],
        "consumed": [{"tradeSymbol": source, "units": refining.CONSUMED}],
    }


def chart(call: Call) -> wire.Shape:
    """Chart the waypoint."""
    ship = call.ship
    made, fee = sensing.chart(call.universe, call.agent, ship, call.now)
    place = ship.destination
    system = call.universe.realm_of(place).system
    return {
        "chart": wire_places.chart_shape(place, made),
        "waypoint": waypoint_shape(call, place, system),
        "transaction": {
            "waypointSymbol": place.symbol,
            "shipSymbol": ship.symbol,
            "totalPrice": fee,
            "timestamp": iso(call.now),
        },
        "agent": wire.agent(call.agent, own=True),
    }


def scan_systems(call: Call) -> wire.Shape:
    """What systems lie around."""
    ship = call.ship
    found = sensing.scan_systems(call.universe, ship, call.now)
    systems = [{**wire_places.star(star), "distance": distance} for star, distance in found]
    return {"cooldown": wire.cooldown(ship, call.now), "systems": systems}


def scan_waypoints(call: Call) -> wire.Shape:
    """What the system's waypoints are like."""
    ship, universe = call.ship, call.universe
    found = sensing.scan_waypoints(universe, ship, call.now)
    system = universe.realm_of(ship.destination).system
    waypoints = [wire_places.scanned_waypoint(place, system, universe.chart(place)) for place in found]
    return {"cooldown": wire.cooldown(ship, call.now), "waypoints": waypoints}


def scan_ships(call: Call) -> wire.Shape:
    """Which ships are in the system."""
    ship = call.ship
    found = sensing.scan_ships(call.universe, ship, call.now)
    ships = [wire.scanned_ship(each, call.now) for each in found]
    return {"cooldown": wire.cooldown(ship, call.now), "ships": ships}


def jump(call: Call) -> wire.Shape:
    """Through a gate."""
    ship, body = call.ship, call.read(NavigateBody)
    deal = gates.jump(call.universe, call.agent, ship, WaypointSymbol(body.waypoint_symbol.upper()), call.now)
    return {
        "nav": wire.nav(ship, call.now),
        "cooldown": wire.cooldown(ship, call.now),
        "transaction": deal,
        "agent": wire.agent(call.agent, own=True),
    }


def warp(call: Call) -> wire.Shape:
    """Straight to another system."""
    ship, body = call.ship, call.read(NavigateBody)
    gates.warp(call.universe, call.agent, ship, WaypointSymbol(body.waypoint_symbol.upper()), call.now)
    return {"fuel": wire.fuel(ship), "nav": wire.nav(ship, call.now)}


def _extract(call: Call, signature: str | None) -> wire.Shape:
    ship = call.ship
    taken = mining.extract(call.universe, call.agent, ship, signature, call.now)
    modifiers = call.universe.asteroids.modifiers(ship.destination.symbol, call.now)
    shape: wire.Shape = {"extraction": _taken(ship, taken), **_after_work(call, ship, taken)}
    return {**shape, "modifiers": wire_places.modifiers_shape(modifiers)}


def _taken(ship: Ship, taken: mining.Yield) -> wire.Shape:
    return {"shipSymbol": ship.symbol, "yield": {"symbol": taken.good, "units": taken.units}}


def _after_work(call: Call, ship: Ship, taken: mining.Yield) -> wire.Shape:
    return {
        "cooldown": wire.cooldown(ship, call.now),
        "cargo": wire.cargo(ship),
        "events": wire.events(taken.events),
    }


def _survey(survey: Survey) -> wire.Shape:
    return {
        "signature": survey.signature,
        "symbol": survey.waypoint,
        "deposits": [{"symbol": good} for good in survey.deposits],
        "expiration": iso(survey.expires_at),
        "size": survey.size,
    }
