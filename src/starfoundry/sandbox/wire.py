"""The game's JSON shapes. Whatever does not change is encoded once."""

from dataclasses import asdict
from functools import lru_cache

import msgspec

from starfoundry.kernel.ids import Good, WaypointSymbol, system_of
from starfoundry.sandbox.economy.shipyard import Berth
from starfoundry.sandbox.facts.goods import describe, title
from starfoundry.sandbox.facts.parts import ENGINES, FRAMES, MODULES, MOUNTS, REACTORS, Needs
from starfoundry.sandbox.facts.ships import SHIP_TYPES, ShipType
from starfoundry.sandbox.facts.traits import FACTION_TRAITS, describe_trait
from starfoundry.sandbox.fleet import Agent, Ship
from starfoundry.sandbox.instants import iso
from starfoundry.sandbox.world.atlas import Place, ShipyardPlan, System

Shape = dict[str, object]

encode = msgspec.json.Encoder().encode


def agent(agent: Agent, *, own: bool) -> Shape:
    """An agent; its account is shown to itself only."""
    shape: Shape = {
        "symbol": agent.symbol,
        "headquarters": agent.headquarters,
        "credits": agent.credits,
        "startingFaction": agent.faction,
        "shipCount": len(agent.ships),
    }
    return {"accountId": agent.account, **shape} if own else shape


def ship(ship: Ship, now: int) -> Shape:
    """A ship, whole."""
    return {
        "symbol": ship.symbol,
        "registration": {"name": ship.symbol, "factionSymbol": ship.faction, "role": ship.type.role},
        "nav": nav(ship, now),
        **_built(ship.type.symbol),
        "cooldown": {"shipSymbol": ship.symbol, "totalSeconds": 0, "remainingSeconds": 0},
        "cargo": cargo(ship),
        "fuel": fuel(ship),
    }


def nav(ship: Ship, now: int) -> Shape:
    """Where a ship is, or is flying to."""
    origin = _route_waypoint(ship.origin)
    return {
        "systemSymbol": system_of(ship.destination.symbol),
        "waypointSymbol": ship.destination.symbol,
        "route": {
            "destination": _route_waypoint(ship.destination),
            "departure": origin,
            "origin": origin,
            "departureTime": iso(ship.departed_at),
            "arrival": iso(ship.arrives_at),
        },
        "status": ship.status(now),
        "flightMode": ship.mode.name,
    }


def cargo(ship: Ship) -> Shape:
    """A hold."""
    return {
        "capacity": ship.type.cargo_capacity,
        "units": ship.cargo_units,
        "inventory": [{**_good(good), "units": units} for good, units in ship.cargo.items()],
    }


def fuel(ship: Ship) -> Shape:
    """A tank."""
    return {
        "current": ship.fuel,
        "capacity": ship.type.fuel_capacity,
        "consumed": {"amount": ship.fuel_burnt, "timestamp": iso(ship.fuel_burnt_at)},
    }


def system(system: System) -> Shape:
    """A system with its waypoints in brief."""
    return {
        "symbol": system.symbol,
        "sectorSymbol": system.symbol.split("-")[0],
        "type": system.type,
        "x": system.x,
        "y": system.y,
        "waypoints": [_brief(place) for place in system.places],
        "factions": [{"symbol": system.faction}],
    }


def waypoint(place: Place, system: System, charted_at: int) -> Shape:
    """A waypoint, charted by the faction that lives there."""
    return {
        **_brief(place),
        "systemSymbol": system.symbol,
        "faction": {"symbol": system.faction},
        "traits": [_trait(each) for each in place.traits],
        "modifiers": [],
        "chart": {
            "waypointSymbol": place.symbol,
            "submittedBy": system.faction,
            "submittedOn": iso(charted_at),
        },
        "isUnderConstruction": place.is_under_construction,
    }


def shipyard(plan: ShipyardPlan, fee: int) -> Shape:
    """A shipyard as it is seen from afar."""
    return {
        "symbol": plan.waypoint,
        "shipTypes": [{"type": each} for each in plan.ship_types],
        "modificationsFee": fee,
    }


def ship_for_sale(berth: Berth, now: int) -> Shape:
    """An offer of a shipyard."""
    kind = SHIP_TYPES[berth.ship_type]
    return {
        "type": kind.symbol,
        "symbol": kind.symbol,
        "name": kind.name,
        "description": f"{kind.name}, built for the role of {kind.role.lower()}.",
        "supply": berth.supply(now).name,
        "activity": "WEAK" if berth.pressure(now) < 1 else "GROWING",
        "purchasePrice": berth.ask(now),
        **_built(kind.symbol),
        "crew": {"required": kind.crew_required, "capacity": kind.crew_capacity},
    }


def faction(symbol: str, headquarters: WaypointSymbol, *, is_recruiting: bool) -> Shape:
    """A faction."""
    first = sum(map(ord, symbol)) % (len(FACTION_TRAITS) - 3)
    return {
        "symbol": symbol,
        "name": title(symbol),
        "description": f"The {title(symbol)} faction.",
        "headquarters": headquarters,
        "traits": [_trait(each) for each in FACTION_TRAITS[first : first + 3]],
        "isRecruiting": is_recruiting,
    }


@lru_cache(maxsize=1_024)
def _route_waypoint(place: Place) -> Shape:
    return {
        "symbol": place.symbol,
        "type": place.type,
        "systemSymbol": system_of(place.symbol),
        "x": place.x,
        "y": place.y,
    }


def _brief(place: Place) -> Shape:
    shape: Shape = {
        "symbol": place.symbol,
        "type": place.type,
        "x": place.x,
        "y": place.y,
        "orbitals": [{"symbol": each} for each in place.orbitals],
    }
    if place.orbits is not None:
        shape["orbits"] = place.orbits
    return shape


@lru_cache(maxsize=256)
def _trait(symbol: str) -> Shape:
    return {"symbol": symbol, "name": title(symbol), "description": describe_trait(symbol)}


@lru_cache(maxsize=256)
def _good(good: Good) -> Shape:
    return {"symbol": good, "name": title(good), "description": describe(good)}


@lru_cache(maxsize=64)
def _built(ship_type: str) -> dict[str, msgspec.Raw]:
    """What a ship of a type is made of, encoded; all of it is in perfect condition."""
    kind: ShipType = SHIP_TYPES[ship_type]
    frame, reactor, engine = FRAMES[kind.frame], REACTORS[kind.reactor], ENGINES[kind.engine]
    parts: Shape = {
        "crew": {
            "current": kind.crew_required,
            "required": kind.crew_required,
            "capacity": kind.crew_capacity,
            "rotation": "STRICT",
            "morale": 100,
            "wages": 0,
        },
        "frame": {
            **_part(kind.frame, frame.name, frame.needs, quality=frame.quality),
            "moduleSlots": frame.module_slots,
            "mountingPoints": frame.mounting_points,
            "fuelCapacity": frame.fuel_capacity,
        },
        "reactor": {
            **_part(kind.reactor, reactor.name, reactor.needs, quality=reactor.quality),
            "powerOutput": reactor.power_output,
        },
        "engine": {
            **_part(kind.engine, engine.name, engine.needs, quality=engine.quality),
            "speed": engine.speed,
        },
        "modules": [_module(each) for each in kind.modules],
        "mounts": [_mount(each) for each in kind.mounts],
    }
    return {name: msgspec.Raw(encode(part)) for name, part in parts.items()}


def _part(symbol: str, name: str, needs: Needs, *, quality: int | None = None) -> Shape:
    part: Shape = {
        "symbol": symbol,
        "name": name,
        "description": f"{name}.",
        "requirements": {key: value for key, value in asdict(needs).items() if value is not None},
    }
    if quality is not None:
        part |= {"condition": 1.0, "integrity": 1.0, "quality": quality}
    return part


def _module(symbol: str) -> Shape:
    module = MODULES[symbol]
    figures = {"capacity": module.capacity, "range": module.range}
    given = {key: value for key, value in figures.items() if value is not None}
    return {**_part(symbol, module.name, module.needs), **given}


def _mount(symbol: str) -> Shape:
    mount = MOUNTS[symbol]
    shape = _part(symbol, mount.name, mount.needs)
    if mount.strength is not None:
        shape["strength"] = mount.strength
    if mount.deposits:
        shape["deposits"] = mount.deposits
    return shape
