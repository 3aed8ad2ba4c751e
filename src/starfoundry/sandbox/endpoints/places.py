"""What is to be seen of systems, waypoints, markets and shipyards."""

import msgspec

from starfoundry.kernel.ids import SystemSymbol, WaypointSymbol
from starfoundry.sandbox import wire
from starfoundry.sandbox.call import Call, Listed
from starfoundry.sandbox.rejection import missing
from starfoundry.sandbox.world.atlas import Place, System

MODIFICATIONS_FEE = 100
GATE_MATERIALS = (("FAB_MATS", 1_600, 0), ("ADVANCED_CIRCUITRY", 400, 0), ("QUANTUM_STABILIZERS", 1, 1))


def list_systems(call: Call) -> Listed:
    """Every system."""
    page = call.page()
    systems = list(call.universe.systems.values())
    return Listed([wire.system(each) for each in systems[page.part]], len(systems), page)


def read_system(call: Call) -> wire.Shape:
    """One system."""
    return wire.system(_system(call))


def list_waypoints(call: Call) -> Listed:
    """A system's waypoints, at will only those of a type or with all the traits named."""
    page = call.page()
    system = _system(call)
    types, traits = call.asked("type"), call.asked("traits")
    found = [
        place
        for place in system.places
        if (not types or place.type in types) and all(trait in place.traits for trait in traits)
    ]
    shown = [wire.waypoint(place, system, call.universe.born_at) for place in found[page.part]]
    return Listed([*shown], len(found), page)


def read_waypoint(call: Call) -> wire.Shape:
    """One waypoint."""
    system = _system(call)
    return wire.waypoint(_place(call), system, call.universe.born_at)


def read_market(call: Call) -> msgspec.Raw:
    """A market; with prices when a ship of the caller is there."""
    waypoint = _place(call).symbol
    board = call.universe.boards.get(waypoint)
    if board is None:
        raise missing("Market", waypoint)
    if _is_present(call, waypoint):
        call.universe.market(waypoint, call.now)
        return board.from_here()
    return board.from_afar


def read_shipyard(call: Call) -> wire.Shape:
    """A shipyard; with offers when a ship of the caller is there."""
    waypoint = _place(call).symbol
    plan = next((each for each in _system(call).shipyards if each.waypoint == waypoint), None)
    if plan is None:
        raise missing("Shipyard", waypoint)
    shape = wire.shipyard(plan, MODIFICATIONS_FEE)
    if _is_present(call, waypoint):
        berths = call.universe.shipyards[waypoint].values()
        shape["transactions"] = call.universe.ship_deals[waypoint]
        shape["ships"] = [wire.ship_for_sale(berth, call.now) for berth in berths]
    return shape


def read_jump_gate(call: Call) -> wire.Shape:
    """A jump gate; it leads nowhere while it is being built."""
    return {"symbol": _gate(call).symbol, "connections": []}


def read_construction(call: Call) -> wire.Shape:
    """What a gate under construction still needs."""
    gate = _gate(call)
    materials = [
        {"tradeSymbol": good, "required": required, "fulfilled": fulfilled}
        for good, required, fulfilled in GATE_MATERIALS
    ]
    return {"symbol": gate.symbol, "materials": materials, "isComplete": not gate.is_under_construction}


def _system(call: Call) -> System:
    system = call.universe.systems.get(SystemSymbol(call.words[0]))
    if system is None:
        raise missing("System", call.words[0])
    return system


def _place(call: Call) -> Place:
    _system(call)
    place = call.universe.places.get(WaypointSymbol(call.words[1]))
    if place is None or not place.symbol.startswith(f"{call.words[0]}-"):
        raise missing("Waypoint", call.words[1])
    return place


def _gate(call: Call) -> Place:
    place = _place(call)
    if place.type != "JUMP_GATE":
        raise missing("Jump gate", place.symbol)
    return place


def _is_present(call: Call, waypoint: WaypointSymbol) -> bool:
    return call.caller is not None and next(call.caller.present(waypoint, call.now), None) is not None
