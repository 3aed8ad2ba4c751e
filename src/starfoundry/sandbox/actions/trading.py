"""Buying, selling, refuelling, delivering and moving cargo. A request is applied completely or refused."""

from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.sandbox.actions.ship_events import record
from starfoundry.sandbox.core.error_codes import Code
from starfoundry.sandbox.core.event_log import EventKind
from starfoundry.sandbox.core.milliseconds import iso
from starfoundry.sandbox.core.rejection import ApiRejection, invalid
from starfoundry.sandbox.economy.market import Market
from starfoundry.sandbox.economy.market_good import MarketGood
from starfoundry.sandbox.ships.fleet import Agent, Ship
from starfoundry.sandbox.state.construction import ConstructionSite
from starfoundry.sandbox.state.universe import Universe

FUEL = Good("FUEL")
TANK_UNITS_PER_FUEL = 100

Transaction = dict[str, object]


def purchase(universe: Universe, agent: Agent, ship: Ship, good: Good, units: int, now: int) -> Transaction:
    """Buy cargo at the price shown; the stock changes afterwards."""
    market, market_good = _market_good_for(universe, ship, good, units, now, absent=Code.NOT_SOLD_HERE)
    price = market_good.stock.ask
    _require_credits(agent, price * units)
    ship.load(good, units)
    agent.credits -= price * units
    market.purchase(market_good, units)
    return _settle(universe, agent, ship, EventKind.PURCHASE, good, units, price, now)


def sell(universe: Universe, agent: Agent, ship: Ship, good: Good, units: int, now: int) -> Transaction:
    """Sell cargo at the price shown; the stock changes afterwards."""
    market, market_good = _market_good_for(universe, ship, good, units, now, absent=Code.NOT_BOUGHT_HERE)
    price = market_good.stock.bid
    ship.unload(good, units)
    agent.credits += price * units
    market.sell(market_good, units)
    return _settle(universe, agent, ship, EventKind.SELL, good, units, price, now)


def refuel(
    universe: Universe, agent: Agent, ship: Ship, tank_units: int | None, now: int, *, from_cargo: bool
) -> Transaction:
    """Fill the tank, completely or by some tank units, from the market or from FUEL aboard.

    A market unit fills 100 tank units; a part of one costs a whole one.
    """
    ship.require_docked(now)
    missing = ship.type.fuel_capacity - ship.fuel
    filled = missing if tank_units is None else min(missing, tank_units)
    units = -(-filled // TANK_UNITS_PER_FUEL)
    if from_cargo:
        if units:
            ship.unload(FUEL, units)
        ship.fuel += filled
        return _settle(universe, agent, ship, EventKind.REFUEL, FUEL, units, 0, now)
    market, market_good = _fuel_at(universe, ship, now)
    price = market_good.stock.ask
    _require_credits(agent, price * units)
    agent.credits -= price * units
    ship.fuel += filled
    market.purchase(market_good, units)
    return _settle(universe, agent, ship, EventKind.REFUEL, FUEL, units, price, now)


def buy_for_use(universe: Universe, agent: Agent, ship: Ship, good: Good, units: int, now: int) -> Transaction:
    """Buy a good that is consumed at once, docked or not, such as antimatter for a jump."""
    waypoint = ship.destination.symbol
    market = universe.market(waypoint, now)
    market_good = market.market_goods.get(good) if market is not None else None
    if market is None or market_good is None:
        raise ApiRejection(Code.NOT_SOLD_HERE, f"{good} is not sold at {waypoint}.", {"waypointSymbol": waypoint})
    price = market_good.stock.ask
    _require_credits(agent, price * units)
    agent.credits -= price * units
    market.purchase(market_good, units)
    return _settle(universe, agent, ship, EventKind.PURCHASE, good, units, price, now)


def supply(
    universe: Universe, agent: Agent, ship: Ship, site: ConstructionSite, good: Good, units: int, now: int
) -> None:
    """Deliver material to a construction site where the ship is docked."""
    ship.require_docked(now)
    material = site.require(good, units)
    ship.unload(good, units)
    material.fulfilled += units
    record(universe, agent, ship, EventKind.SUPPLY, good, units, now)


def jettison(universe: Universe, agent: Agent, ship: Ship, good: Good, units: int, now: int) -> None:
    """Throw cargo overboard."""
    ship.require_arrived(now)
    ship.unload(good, units)
    record(universe, agent, ship, EventKind.JETTISON, good, units, now)


def transfer(universe: Universe, agent: Agent, giver: Ship, receiver: Ship, good: Good, units: int, now: int) -> None:
    """Move cargo to another ship of the agent at the same place and in the same state."""
    giver.require_arrived(now)
    receiver.require_arrived(now)
    if receiver is giver:
        raise ApiRejection(Code.TRANSFER_SAME_SHIP, f"Ship {giver.symbol} cannot transfer cargo to itself.")
    if receiver.destination.symbol != giver.destination.symbol:
        raise ApiRejection(
            Code.TRANSFER_APART, f"Ships {giver.symbol} and {receiver.symbol} are not at the same waypoint."
        )
    if receiver.is_docked != giver.is_docked:
        raise ApiRejection(
            Code.TRANSFER_STATES_DIFFER,
            f"Ships {giver.symbol} and {receiver.symbol} must both be docked or both be in orbit.",
        )
    if giver.cargo.get(good, 0) >= units:
        receiver.load(good, units)
    giver.unload(good, units)
    record(universe, agent, giver, EventKind.TRANSFER, good, units, now)


def _market_good_for(
    universe: Universe, ship: Ship, good: Good, units: int, now: int, *, absent: Code
) -> tuple[Market, MarketGood]:
    """The market good that a trade of `units` applies to. Raises the refusal."""
    ship.require_docked(now)
    waypoint = ship.destination.symbol
    market = universe.market(waypoint, now)
    if market is None:
        raise ApiRejection(Code.NO_MARKET, f"There is no market at {waypoint}.", {"waypointSymbol": waypoint})
    market_good = market.market_goods.get(good)
    if market_good is None:
        raise ApiRejection(
            absent, f"{good} is not traded at {waypoint}.", {"waypointSymbol": waypoint, "tradeSymbol": good}
        )
    if units < 1:
        raise invalid("units", "must be at least 1")
    if units > market_good.volume:
        raise ApiRejection(
            Code.OVER_TRADE_VOLUME,
            f"{units} units of {good} are more than the {market_good.volume} that {waypoint} trades at once.",
            {"waypointSymbol": waypoint, "tradeSymbol": good, "units": units, "tradeVolume": market_good.volume},
        )
    return market, market_good


def _fuel_at(universe: Universe, ship: Ship, now: int) -> tuple[Market, MarketGood]:
    waypoint = ship.destination.symbol
    market = universe.market(waypoint, now)
    market_good = market.market_goods.get(FUEL) if market is not None else None
    if market is None or market_good is None:
        raise ApiRejection(Code.NO_FUEL_SOLD, f"No fuel is sold at {waypoint}.", {"waypointSymbol": waypoint})
    return market, market_good


def _require_credits(agent: Agent, total: int) -> None:
    if total > agent.credits:
        raise ApiRejection(
            Code.CREDITS_INSUFFICIENT,
            f"{agent.symbol} has {agent.credits} credits, {total} are needed.",
            {"agentSymbol": agent.symbol, "agentCredits": agent.credits, "totalPrice": total},
        )


def _settle(
    universe: Universe, agent: Agent, ship: Ship, event_kind: EventKind, good: Good, units: int, price: int, now: int
) -> Transaction:
    """Show the deal in the market's response and record it in the event log."""
    waypoint: WaypointSymbol = ship.destination.symbol
    total = price * units
    transaction: Transaction = {
        "waypointSymbol": waypoint,
        "shipSymbol": ship.symbol,
        "tradeSymbol": good,
        "type": "SELL" if event_kind is EventKind.SELL else "PURCHASE",
        "units": units,
        "pricePerUnit": price,
        "totalPrice": total,
        "timestamp": iso(now),
    }
    board = universe.system_state_of(ship.destination).board(waypoint)
    if board is not None and price and units:
        board.note(transaction)
    change = total if event_kind is EventKind.SELL else -total
    record(universe, agent, ship, event_kind, good, units, now, price=price, credit_change=change)
    return transaction
