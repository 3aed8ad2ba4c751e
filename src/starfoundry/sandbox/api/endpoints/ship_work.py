"""Endpoints of ships at work: survey, mine, siphon, refine, chart, scan, jump, warp."""

import msgspec

from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.sandbox.actions import jumps, mining, refining, scanning
from starfoundry.sandbox.api.endpoints.agents import NavigateBody
from starfoundry.sandbox.api.endpoints.places import waypoint_shape
from starfoundry.sandbox.api.request_context import RequestContext
from starfoundry.sandbox.core.milliseconds import iso
from starfoundry.sandbox.core.rejection import invalid
from starfoundry.sandbox.responses import agent_shapes, place_shapes
from starfoundry.sandbox.ships.fleet import Ship
from starfoundry.sandbox.state.asteroids import AsteroidSurvey


class DepositBody(msgspec.Struct):
    """A deposit of a survey."""

    symbol: str


class SurveyBody(msgspec.Struct):
    """A survey as it was given; the sandbox identifies it by its signature."""

    signature: str
    symbol: str
    deposits: list[DepositBody]
    expiration: str
    size: str


class ExtractBody(msgspec.Struct):
    """The survey to use, if any."""

    survey: SurveyBody | None = None


class RefineBody(msgspec.Struct):
    """The product."""

    produce: str


def survey(call: RequestContext) -> agent_shapes.Shape:
    """Survey the asteroid."""
    ship = call.ship
    surveys = mining.survey(call.universe, call.agent, ship, call.now)
    return {"cooldown": agent_shapes.cooldown(ship, call.now), "surveys": [_survey(each) for each in surveys]}


def extract(call: RequestContext) -> agent_shapes.Shape:
    """Extract ores."""
    body = call.read(ExtractBody)
    return _extract(call, body.survey.signature if body.survey is not None else None)


def extract_with_survey(call: RequestContext) -> agent_shapes.Shape:
    """Extract ores from the deposits of a survey."""
    return _extract(call, call.read(SurveyBody).signature)


def siphon(call: RequestContext) -> agent_shapes.Shape:
    """Siphon gas."""
    ship = call.ship
    taken = mining.siphon(call.universe, call.agent, ship, call.now)
    return {"siphon": _taken(ship, taken), **_after_work(call, ship, taken)}


def refine(call: RequestContext) -> agent_shapes.Shape:
    """Refine ore to metal."""
    ship, product = call.ship, Good(call.read(RefineBody).produce)
    if product not in refining.SOURCES:
        raise invalid("produce", f"must be one of {', '.join(refining.SOURCES)}")
    source = refining.refine(call.universe, call.agent, ship, product, call.now)
    return {
        "cargo": agent_shapes.cargo(ship),
        "cooldown": agent_shapes.cooldown(ship, call.now),
        "produced": [{"tradeSymbol": product, "units": refining.PRODUCED}],
        "consumed": [{"tradeSymbol": source, "units": refining.CONSUMED}],
    }


def chart(call: RequestContext) -> agent_shapes.Shape:
    """Chart the waypoint."""
    ship = call.ship
    made, fee = scanning.chart(call.universe, call.agent, ship, call.now)
    place = ship.destination
    system = call.universe.system_state_of(place).system
    return {
        "chart": place_shapes.chart_shape(place, made),
        "waypoint": waypoint_shape(call, place, system),
        "transaction": {
            "waypointSymbol": place.symbol,
            "shipSymbol": ship.symbol,
            "totalPrice": fee,
            "timestamp": iso(call.now),
        },
        "agent": agent_shapes.agent(call.agent, own=True),
    }


def scan_systems(call: RequestContext) -> agent_shapes.Shape:
    """The nearest systems."""
    ship = call.ship
    found = scanning.scan_systems(call.universe, ship, call.now)
    systems = [{**place_shapes.star(star), "distance": distance} for star, distance in found]
    return {"cooldown": agent_shapes.cooldown(ship, call.now), "systems": systems}


def scan_waypoints(call: RequestContext) -> agent_shapes.Shape:
    """The system's waypoints."""
    ship, universe = call.ship, call.universe
    found = scanning.scan_waypoints(universe, ship, call.now)
    system = universe.system_state_of(ship.destination).system
    waypoints = [place_shapes.scanned_waypoint(place, system, universe.chart(place)) for place in found]
    return {"cooldown": agent_shapes.cooldown(ship, call.now), "waypoints": waypoints}


def scan_ships(call: RequestContext) -> agent_shapes.Shape:
    """The ships in the system."""
    ship = call.ship
    found = scanning.scan_ships(call.universe, ship, call.now)
    ships = [agent_shapes.scanned_ship(each, call.now) for each in found]
    return {"cooldown": agent_shapes.cooldown(ship, call.now), "ships": ships}


def jump(call: RequestContext) -> agent_shapes.Shape:
    """Jump through a gate."""
    ship, body = call.ship, call.read(NavigateBody)
    deal = jumps.jump(call.universe, call.agent, ship, WaypointSymbol(body.waypoint_symbol.upper()), call.now)
    return {
        "nav": agent_shapes.nav(ship, call.now),
        "cooldown": agent_shapes.cooldown(ship, call.now),
        "transaction": deal,
        "agent": agent_shapes.agent(call.agent, own=True),
    }


def warp(call: RequestContext) -> agent_shapes.Shape:
    """Warp to another system."""
    ship, body = call.ship, call.read(NavigateBody)
    jumps.warp(call.universe, call.agent, ship, WaypointSymbol(body.waypoint_symbol.upper()), call.now)
    return {"fuel": agent_shapes.fuel(ship), "nav": agent_shapes.nav(ship, call.now)}


def _extract(call: RequestContext, signature: str | None) -> agent_shapes.Shape:
    ship = call.ship
    taken = mining.extract(call.universe, call.agent, ship, signature, call.now)
    modifiers = call.universe.asteroids.modifiers(ship.destination.symbol, call.now)
    shape: agent_shapes.Shape = {"extraction": _taken(ship, taken), **_after_work(call, ship, taken)}
    return {**shape, "modifiers": place_shapes.modifiers_shape(modifiers)}


def _taken(ship: Ship, taken: mining.Extraction) -> agent_shapes.Shape:
    return {"shipSymbol": ship.symbol, "yield": {"symbol": taken.good, "units": taken.units}}


def _after_work(call: RequestContext, ship: Ship, taken: mining.Extraction) -> agent_shapes.Shape:
    return {
        "cooldown": agent_shapes.cooldown(ship, call.now),
        "cargo": agent_shapes.cargo(ship),
        "events": agent_shapes.events(taken.events),
    }


def _survey(survey: AsteroidSurvey) -> agent_shapes.Shape:
    return {
        "signature": survey.signature,
        "symbol": survey.waypoint,
        "deposits": [{"symbol": good} for good in survey.deposits],
        "expiration": iso(survey.expires_at),
        "size": survey.size,
    }
