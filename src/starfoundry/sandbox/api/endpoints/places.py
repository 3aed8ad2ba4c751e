"""Endpoints of systems, waypoints, markets and shipyards."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from starfoundry.kernel.ids import Good, SystemSymbol, WaypointSymbol
from starfoundry.sandbox.actions import trading
from starfoundry.sandbox.actions.refit import MODIFICATIONS_FEE
from starfoundry.sandbox.api.request_context import ListPage, RequestContext
from starfoundry.sandbox.core.error_codes import Code
from starfoundry.sandbox.core.rejection import ApiRejection, missing
from starfoundry.sandbox.responses import agent_shapes, place_shapes
from starfoundry.sandbox.state.construction import ConstructionSite
from starfoundry.sandbox.state.system import SystemState
from starfoundry.sandbox.worldgen.atlas import System, WaypointPlan


class SupplyBody(msgspec.Struct, rename="camel"):
    """Units of a material, from a ship."""

    ship_symbol: str
    trade_symbol: str
    units: Annotated[int, msgspec.Meta(ge=1)]


def list_systems(call: RequestContext) -> ListPage:
    """Every system."""
    page = call.page()
    stars = [*call.universe.galaxy.stars]
    systems = [call.universe.galaxy.find(each) for each in stars[page.part]]
    return ListPage([place_shapes.system(each) for each in systems if each is not None], len(stars), page)


def read_system(call: RequestContext) -> agent_shapes.Shape:
    """One system."""
    return place_shapes.system(_system(call))


def list_waypoints(call: RequestContext) -> ListPage:
    """A system's waypoints, filtered by type and by traits if given.

    The filter uses the real traits, also of uncharted places, whose traits lists do not show (M).
    """
    page = call.page()
    system = _system(call)
    types, traits = call.asked("type"), call.asked("traits")
    found = [
        place
        for place in system.places
        if (not types or place.type in types) and all(trait in _filtered_traits(call, place) for trait in traits)
    ]
    shown = [waypoint_shape(call, place, system) for place in found[page.part]]
    return ListPage([*shown], len(found), page)


def read_waypoint(call: RequestContext) -> agent_shapes.Shape:
    """One waypoint."""
    system = _system(call)
    return waypoint_shape(call, _place(call), system)


def read_market(call: RequestContext) -> msgspec.Raw:
    """A market; with prices if a ship of the caller is there."""
    waypoint = _place(call).symbol
    board = _system_state(call).board(waypoint)
    is_here = _is_present(call, waypoint)
    _require_known(call, is_here=is_here)
    if board is None:
        raise missing("Market", waypoint)
    if is_here:
        call.universe.market(waypoint, call.now)
        return board.full_response()
    return board.from_afar


def read_shipyard(call: RequestContext) -> agent_shapes.Shape:
    """A shipyard; with offers if a ship of the caller is there."""
    waypoint = _place(call).symbol
    plan = next((each for each in _system(call).shipyards if each.waypoint == waypoint), None)
    is_here = _is_present(call, waypoint)
    _require_known(call, is_here=is_here)
    if plan is None:
        raise missing("Shipyard", waypoint)
    shape = agent_shapes.shipyard(plan, MODIFICATIONS_FEE)
    if is_here:
        berths = _system_state(call).shipyards[waypoint].values()
        shape["transactions"] = _system_state(call).ship_deals[waypoint]
        shape["ships"] = [agent_shapes.ship_for_sale(ship_price, call.now) for ship_price in berths]
    return shape


def read_jump_gate(call: RequestContext) -> agent_shapes.Shape:
    """A jump gate and its connections; it can be used once it is built."""
    gate = _place(call)
    _require_known(call, is_here=_is_present(call, gate.symbol))
    if gate.type != "JUMP_GATE":
        raise missing("Jump gate", gate.symbol)
    return {"symbol": gate.symbol, "connections": call.universe.galaxy.roads.get(gate.symbol, ())}


def read_construction(call: RequestContext) -> agent_shapes.Shape:
    """The materials of a construction site."""
    return site_shape(*_site(call))


def supply_construction(call: RequestContext) -> agent_shapes.Shape:
    """Deliver material to a construction site."""
    body = call.read(SupplyBody)
    place, site = _site(call)
    ship = call.ship_named(body.ship_symbol)
    if ship.destination.symbol != place.symbol:
        raise ApiRejection(Code.NOT_AT_THE_SITE, f"Ship {ship.symbol} is not at {place.symbol}.")
    trading.supply(call.universe, call.agent, ship, site, Good(body.trade_symbol), body.units, call.now)
    return {"construction": site_shape(place, site), "cargo": agent_shapes.cargo(ship)}


def waypoint_shape(call: RequestContext, place: WaypointPlan, system: System) -> agent_shapes.Shape:
    """A waypoint in its present state."""
    universe = call.universe
    return place_shapes.waypoint(
        place,
        system,
        universe.chart(place),
        universe.asteroids.modifiers(place.symbol, call.now),
        is_under_construction=universe.is_unbuilt(place),
    )


def site_shape(place: WaypointPlan, site: ConstructionSite) -> agent_shapes.Shape:
    """A construction site."""
    materials = [
        {"tradeSymbol": each.good, "required": each.required, "fulfilled": each.fulfilled} for each in site.materials
    ]
    return {"symbol": place.symbol, "materials": materials, "isComplete": site.is_complete}


def _filtered_traits(call: RequestContext, place: WaypointPlan) -> Sequence[str]:
    return place.traits if call.universe.chart(place) is not None else (*place.traits, place_shapes.UNCHARTED)


def _require_known(call: RequestContext, *, is_here: bool) -> None:
    """Refuse remote access to an uncharted place (M)."""
    place = _place(call)
    if not is_here and call.universe.chart(place) is None:
        raise ApiRejection(
            Code.UNCHARTED,
            f"{place.symbol} is not charted, and no ship of yours is there.",
            {"waypointSymbol": place.symbol},
        )


def _system_state(call: RequestContext) -> SystemState:
    system_state = call.universe.system_state(SystemSymbol(call.words[0].upper()))
    if system_state is None:
        raise missing("System", call.words[0])
    return system_state


def _system(call: RequestContext) -> System:
    return _system_state(call).system


def _place(call: RequestContext) -> WaypointPlan:
    place = _system_state(call).places.get(WaypointSymbol(call.words[1].upper()))
    if place is None:
        raise missing("Waypoint", call.words[1])
    return place


def _site(call: RequestContext) -> tuple[WaypointPlan, ConstructionSite]:
    place = _place(call)
    site = call.universe.site(place)
    if site is None:
        raise missing("Construction site", place.symbol)
    return place, site


def _is_present(call: RequestContext, waypoint: WaypointSymbol) -> bool:
    return call.caller is not None and next(call.caller.present(waypoint, call.now), None) is not None
