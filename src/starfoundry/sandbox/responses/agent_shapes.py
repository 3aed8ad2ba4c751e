"""The game's JSON shapes. Constant parts are encoded once."""

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from starfoundry.kernel.ids import Good, WaypointSymbol, system_of
from starfoundry.sandbox.catalogue.goods import describe, title
from starfoundry.sandbox.catalogue.ship_types import SHIP_TYPES
from starfoundry.sandbox.catalogue.traits import FACTION_TRAITS, describe_trait
from starfoundry.sandbox.core.milliseconds import iso
from starfoundry.sandbox.economy.ship_prices import ShipPrice
from starfoundry.sandbox.responses.ship_parts import built, crew
from starfoundry.sandbox.ships.fleet import Agent, Contract, Ship, Wear
from starfoundry.sandbox.ships.wear import Event
from starfoundry.sandbox.worldgen.atlas import ShipyardPlan, WaypointPlan

Shape = dict[str, object]

encode = msgspec.json.Encoder().encode


def agent(agent: Agent, *, own: bool) -> Shape:
    """An agent; only the agent itself sees its account."""
    shape: Shape = {
        "symbol": agent.symbol,
        "headquarters": agent.headquarters,
        "credits": agent.credits,
        "startingFaction": agent.faction,
        "shipCount": len(agent.ships),
    }
    return {"accountId": agent.account, **shape} if own else shape


def ship(ship: Ship, now: int) -> Shape:
    """A ship with all its parts."""
    return {
        "symbol": ship.symbol,
        "registration": {"name": ship.symbol, "factionSymbol": ship.faction, "role": ship.type.role},
        "nav": nav(ship, now),
        "crew": crew(ship.type),
        **built(ship.type, ship.wear, ship.integrity, (*ship.modules,), (*ship.mounts,)),
        "cooldown": cooldown(ship, now),
        "cargo": cargo(ship),
        "fuel": fuel(ship),
    }


def scanned_ship(ship: Ship, now: int) -> Shape:
    """A ship as another ship's sensors show it."""
    return {
        "symbol": ship.symbol,
        "registration": {"name": ship.symbol, "factionSymbol": ship.faction, "role": ship.type.role},
        "nav": nav(ship, now),
        "frame": {"symbol": ship.type.frame},
        "reactor": {"symbol": ship.type.reactor},
        "engine": {"symbol": ship.type.engine},
        "mounts": [{"symbol": each} for each in ship.mounts],
    }


def nav(ship: Ship, now: int) -> Shape:
    """A ship's position or flight."""
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
        "capacity": ship.cargo_capacity,
        "units": ship.cargo_units,
        "inventory": [{**_good(good), "units": units} for good, units in ship.cargo.items()],
    }


def cooldown(ship: Ship, now: int) -> Shape:
    """A ship's cooldown."""
    left = ship.cooldown.seconds_left(now)
    shape: Shape = {
        "shipSymbol": ship.symbol,
        "totalSeconds": ship.cooldown.total_seconds if left else 0,
        "remainingSeconds": left,
    }
    return {**shape, "expiration": iso(ship.cooldown.ends_at)} if left else shape


def contract(contract: Contract) -> Shape:
    """A contract."""
    return {
        "id": contract.id,
        "factionSymbol": contract.faction,
        "type": "PROCUREMENT",
        "terms": {
            "deadline": iso(contract.deliver_by),
            "payment": {"onAccepted": contract.pays_first, "onFulfilled": contract.pays_last},
            "deliver": [
                {
                    "tradeSymbol": contract.good,
                    "destinationSymbol": contract.destination,
                    "unitsRequired": contract.units,
                    "unitsFulfilled": contract.delivered,
                }
            ],
        },
        "accepted": contract.is_accepted,
        "fulfilled": contract.is_fulfilled,
        "expiration": iso(contract.accept_by),
        "deadlineToAccept": iso(contract.accept_by),
    }


def events(events: Sequence[Event]) -> list[Shape]:
    """Events that damaged a ship."""
    return [
        {
            "symbol": each.symbol,
            "component": each.part,
            "name": title(each.symbol),
            "description": f"{title(each.symbol)} has worn the ship's {each.part.lower()}.",
        }
        for each in events
    ]


def fuel(ship: Ship) -> Shape:
    """A tank."""
    return {
        "current": ship.fuel,
        "capacity": ship.type.fuel_capacity,
        "consumed": {"amount": ship.fuel_burnt, "timestamp": iso(ship.fuel_burnt_at)},
    }


def shipyard(plan: ShipyardPlan, fee: int) -> Shape:
    """A shipyard without a ship present."""
    return {
        "symbol": plan.waypoint,
        "shipTypes": [{"type": each} for each in plan.ship_types],
        "modificationsFee": fee,
    }


def ship_for_sale(ship_price: ShipPrice, now: int) -> Shape:
    """An offer of a shipyard."""
    kind = SHIP_TYPES[ship_price.ship_type]
    return {
        "type": kind.symbol,
        "symbol": kind.symbol,
        "name": kind.name,
        "description": f"{kind.name}, built for the role of {kind.role.lower()}.",
        "supply": ship_price.supply(now).name,
        "activity": "WEAK" if ship_price.pressure(now) < 1 else "GROWING",
        "purchasePrice": ship_price.ask(now),
        **built(kind, Wear(), Wear(), kind.modules, kind.mounts),
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
        "traits": [trait(each) for each in FACTION_TRAITS[first : first + 3]],
        "isRecruiting": is_recruiting,
    }


@lru_cache(maxsize=1_024)
def _route_waypoint(place: WaypointPlan) -> Shape:
    return {
        "symbol": place.symbol,
        "type": place.type,
        "systemSymbol": system_of(place.symbol),
        "x": place.x,
        "y": place.y,
    }


@lru_cache(maxsize=256)
def trait(symbol: str) -> Shape:
    """A trait of a waypoint or a faction."""
    return {"symbol": symbol, "name": title(symbol), "description": describe_trait(symbol)}


@lru_cache(maxsize=256)
def _good(good: Good) -> Shape:
    return {"symbol": good, "name": title(good), "description": describe(good)}
