"""Registration of agents and purchase of ships."""

from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.sandbox.actions import contracts
from starfoundry.sandbox.catalogue.ship_types import SHIP_TYPES, ShipType
from starfoundry.sandbox.catalogue.traits import FACTIONS
from starfoundry.sandbox.core import agent_tokens
from starfoundry.sandbox.core.error_codes import Code
from starfoundry.sandbox.core.event_log import EventKind
from starfoundry.sandbox.core.milliseconds import iso
from starfoundry.sandbox.core.rejection import ApiRejection, invalid, missing
from starfoundry.sandbox.ships.fleet import Agent, Ship
from starfoundry.sandbox.state.universe import Universe

SYMBOL_LENGTH = (3, 14)


def register(universe: Universe, account: str, symbol: str, faction: str, now: int) -> Agent:
    """A new agent with its two ships and its faction's first offer; refused when the name is taken."""
    callsign = symbol.upper()
    low, high = SYMBOL_LENGTH
    if not low <= len(callsign) <= high or not _is_plain(callsign):
        raise invalid("symbol", f"must be {low} to {high} letters, digits, - or _")
    if faction not in FACTIONS:
        raise invalid("faction", "must be a faction's symbol")
    if callsign in universe.agents or callsign in universe.rivals:
        raise ApiRejection(Code.SYMBOL_TAKEN, f"Agent symbol {callsign} has already been claimed.")
    home_of = universe.galaxy.home_of(faction)
    headquarters, nursery = home_of.headquarters, home_of.nursery
    assert headquarters is not None, "agents begin in a home system"
    agent = Agent(
        symbol=callsign,
        account=account,
        token=agent_tokens.issue(
            universe.entropy, identifier=callsign, reset_date=universe.reset_date, subject="agent-token"
        ),
        faction=faction,
        headquarters=headquarters,
        credits=universe.universe_config.credits,
    )
    universe.agents[callsign] = agent
    universe.agents_by_token[agent.token] = agent
    frigate = _launch(universe, agent, SHIP_TYPES["SHIP_COMMAND_FRIGATE"], headquarters, now)
    _launch(universe, agent, SHIP_TYPES["SHIP_PROBE"], nursery or headquarters, now)
    for _ in range(universe.universe_config.shuttles):
        _launch(universe, agent, SHIP_TYPES["SHIP_LIGHT_SHUTTLE"], headquarters, now)
    contracts.offer(universe, agent, now, raw=True)
    universe.event_log.note(
        EventKind.REGISTER,
        at=now,
        agent=callsign,
        ship=frigate.symbol,
        waypoint=agent.headquarters,
        subject=faction,
        units=len(agent.ships),
        credit_change=agent.credits,
        credits_after=agent.credits,
    )
    return agent


def _is_plain(callsign: str) -> bool:
    return callsign.isascii() and callsign.replace("-", "").replace("_", "").isalnum()


def buy_ship(
    universe: Universe, agent: Agent, ship_type: str, waypoint: WaypointSymbol, now: int
) -> tuple[Ship, dict[str, object]]:
    """A new ship, docked at the shipyard, and the transaction."""
    if ship_type not in SHIP_TYPES:
        raise invalid("shipType", "must be a ship type")
    berths = universe.shipyard(waypoint)
    if berths is None:
        raise missing("Shipyard", waypoint)
    if next(agent.present(waypoint, now), None) is None:
        raise ApiRejection(
            Code.NO_SHIP_PRESENT, f"{agent.symbol} has no ship at {waypoint}.", {"waypointSymbol": waypoint}
        )
    ship_price = berths.get(ship_type)
    if ship_price is None:
        raise ApiRejection(Code.SHIP_NOT_FOR_SALE, f"{ship_type} is not sold at {waypoint}.", {"shipType": ship_type})
    price = ship_price.ask(now)
    if price > agent.credits:
        raise ApiRejection(
            Code.SHIP_UNAFFORDABLE,
            f"{ship_type} costs {price} credits, {agent.symbol} has {agent.credits}.",
            {"creditsAvailable": agent.credits, "creditsNeeded": price},
        )
    agent.credits -= price
    ship_price.sell(now)
    ship = _launch(universe, agent, SHIP_TYPES[ship_type], waypoint, now)
    transaction: dict[str, object] = {
        "waypointSymbol": waypoint,
        "shipSymbol": ship_type,
        "shipType": ship_type,
        "price": price,
        "agentSymbol": agent.symbol,
        "timestamp": iso(now),
    }
    universe.note_ship_deal(waypoint, transaction)
    universe.event_log.note(
        EventKind.BUY_SHIP,
        at=now,
        agent=agent.symbol,
        ship=ship.symbol,
        waypoint=waypoint,
        subject=ship_type,
        units=1,
        price=price,
        credit_change=-price,
        credits_after=agent.credits,
    )
    return ship, transaction


def _launch(universe: Universe, agent: Agent, ship_type: ShipType, waypoint: WaypointSymbol, now: int) -> Ship:
    place = universe.place(waypoint)
    assert place is not None, "ships are launched at waypoints"
    ship = Ship(
        symbol=agent.next_ship_symbol(),
        type=ship_type,
        faction=agent.faction,
        origin=place,
        destination=place,
        departed_at=now,
        arrives_at=now,
        is_docked=True,
        fuel=ship_type.fuel_capacity,
        fuel_burnt_at=now,
        modules=[*ship_type.modules],
        mounts=[*ship_type.mounts],
        cargo_capacity=ship_type.cargo_capacity,
    )
    agent.ships[ship.symbol] = ship
    return ship
