"""Work at a shipyard: installing and removing mounts and modules, repairs, scrap.

Removed parts go to the hold, installed ones come from it. A shipyard charges its fee for each; the waypoint must have
the trait SHIPYARD, and the ship must be docked there.
"""

from collections.abc import Sequence

from starfoundry.kernel.ids import Good
from starfoundry.sandbox.actions.ship_events import record
from starfoundry.sandbox.actions.trading import Transaction
from starfoundry.sandbox.catalogue.parts import FRAMES, MODULES, MOUNTS, REACTORS, Needs
from starfoundry.sandbox.core.error_codes import Code
from starfoundry.sandbox.core.event_log import EventKind
from starfoundry.sandbox.core.milliseconds import iso
from starfoundry.sandbox.core.rejection import ApiRejection, invalid
from starfoundry.sandbox.ships import wear
from starfoundry.sandbox.ships.fleet import Agent, Ship
from starfoundry.sandbox.state.universe import Universe

MODIFICATIONS_FEE = 100


def install_mount(universe: Universe, agent: Agent, ship: Ship, symbol: str, now: int) -> Transaction:
    """Install a mount from the hold."""
    _require_yard(ship, Code.MOUNT_NEEDS_SHIPYARD, now)
    if symbol not in MOUNTS:
        raise invalid("symbol", "must be a mount")
    mounts = [*ship.mounts, symbol]
    if len(mounts) > FRAMES[ship.type.frame].mounting_points:
        raise ApiRejection(Code.POINTS_EXCEEDED, f"Ship {ship.symbol} has no mounting point left.")
    _require_supported(ship, ship.modules, mounts)
    return _put_in(universe, agent, ship, symbol, ship.mounts, Code.MOUNT_UNAFFORDABLE, now)


def install_module(universe: Universe, agent: Agent, ship: Ship, symbol: str, now: int) -> Transaction:
    """Install a module from the hold."""
    _require_yard(ship, Code.MODULE_NEEDS_SHIPYARD, now)
    if symbol not in MODULES:
        raise invalid("symbol", "must be a module")
    modules = [*ship.modules, symbol]
    if sum(MODULES[each].needs.slots or 0 for each in modules) > FRAMES[ship.type.frame].module_slots:
        raise ApiRejection(Code.SLOTS_EXCEEDED, f"Ship {ship.symbol} has too few module slots for {symbol}.")
    _require_supported(ship, modules, ship.mounts)
    deal = _put_in(universe, agent, ship, symbol, ship.modules, Code.MODULE_UNAFFORDABLE, now)
    ship.cargo_capacity = cargo_capacity_of(ship.modules)
    return deal


def remove_mount(universe: Universe, agent: Agent, ship: Ship, symbol: str, now: int) -> Transaction:
    """Move a mount to the hold."""
    _require_yard(ship, Code.MOUNT_NEEDS_SHIPYARD, now)
    if symbol not in ship.mounts:
        raise ApiRejection(Code.MOUNT_MISSING, f"Ship {ship.symbol} has no {symbol}.")
    return _take_out(universe, agent, ship, symbol, ship.mounts, Code.MOUNT_UNAFFORDABLE, now)


def remove_module(universe: Universe, agent: Agent, ship: Ship, symbol: str, now: int) -> Transaction:
    """Move a module to the hold; the cargo must still fit.

    As on the live server, all modules of that kind are removed, and only one is returned.
    """
    _require_yard(ship, Code.MODULE_NEEDS_SHIPYARD, now)
    if symbol not in ship.modules:
        raise ApiRejection(Code.MODULE_MISSING, f"Ship {ship.symbol} has no {symbol}.")
    left = [each for each in ship.modules if each != symbol]
    capacity = cargo_capacity_of(left)
    if ship.cargo_units + 1 > capacity:
        figures = {"cargoCapacity": capacity, "cargoUnits": ship.cargo_units, "unitsToAdd": 1}
        raise ApiRejection(Code.CARGO_EXCEEDED, f"Without {symbol} the cargo of {ship.symbol} does not fit.", figures)
    deal = _take_out(universe, agent, ship, symbol, ship.modules, Code.MODULE_UNAFFORDABLE, now)
    ship.modules[:] = left
    ship.cargo_capacity = capacity
    return deal


def quote_repair(ship: Ship, now: int) -> Transaction:
    """The price of a repair here, in credits."""
    _require_yard(ship, Code.REPAIR_NEEDS_SHIPYARD, now)
    return _work(ship, wear.repair_price(ship), now)


def repair(universe: Universe, agent: Agent, ship: Ship, now: int) -> Transaction:
    """Repair the ship's condition."""
    deal = quote_repair(ship, now)
    price = wear.repair_price(ship)
    _charge(agent, price, Code.FEE_UNAFFORDABLE)
    wear.repair(ship)
    record(universe, agent, ship, EventKind.REPAIR, ship.type.symbol, 1, now, price=price, credit_change=-price)
    return deal


def quote_scrap(ship: Ship, now: int) -> Transaction:
    """The ship's scrap value here, in credits."""
    _require_yard(ship, Code.SCRAP_NEEDS_SHIPYARD, now)
    return _work(ship, wear.scrap_price(ship), now)


def scrap(universe: Universe, agent: Agent, ship: Ship, now: int) -> Transaction:
    """Scrap the ship; it is gone, with its cargo."""
    deal = quote_scrap(ship, now)
    price = wear.scrap_price(ship)
    if len(agent.ships) == 1:
        raise invalid("shipSymbol", "must not be the agent's last ship")
    agent.credits += price
    del agent.ships[ship.symbol]
    record(universe, agent, ship, EventKind.SCRAP, ship.type.symbol, 1, now, price=price, credit_change=price)
    return deal


def cargo_capacity_of(modules: Sequence[str]) -> int:
    """The cargo capacity that modules give, in units."""
    return sum(MODULES[each].capacity or 0 for each in modules if "CARGO" in each)


def _require_yard(ship: Ship, code: Code, now: int) -> None:
    ship.require_docked(now)
    if "SHIPYARD" not in ship.destination.traits:
        raise ApiRejection(code, f"There is no shipyard at {ship.destination.symbol}.")


def _require_supported(ship: Ship, modules: Sequence[str], mounts: Sequence[str]) -> None:
    """Refuse parts that exceed reactor or crew quarters; a ship's original parts are always accepted."""
    needs: list[Needs] = [*(MODULES[each].needs for each in modules), *(MOUNTS[each].needs for each in mounts)]
    own = [*(MODULES[each].needs for each in ship.type.modules), *(MOUNTS[each].needs for each in ship.type.mounts)]
    power = sum(each.power or 0 for each in needs)
    if power > max(REACTORS[ship.type.reactor].power_output, sum(each.power or 0 for each in own)):
        raise ApiRejection(Code.POWER_EXCEEDED, f"The reactor of {ship.symbol} gives too little power for {power}.")
    berths = sum(MODULES[each].capacity or 0 for each in modules if "CREW_QUARTERS" in each)
    more = sum(each.crew or 0 for each in needs) - sum(each.crew or 0 for each in own)
    if more > 0 and ship.type.crew_required + more > berths:
        raise ApiRejection(Code.CREW_EXCEEDED, f"Ship {ship.symbol} has too few berths for {more} more people.")


def _put_in(
    universe: Universe, agent: Agent, ship: Ship, symbol: str, parts: list[str], unaffordable: Code, now: int
) -> Transaction:
    if ship.cargo.get(Good(symbol), 0) < 1:
        raise ApiRejection(Code.CARGO_MISSING, f"Ship {ship.symbol} carries no {symbol}.", {"tradeSymbol": symbol})
    _charge(agent, MODIFICATIONS_FEE, unaffordable)
    ship.unload(Good(symbol), 1)
    parts.append(symbol)
    return _refitted(universe, agent, ship, symbol, now)


def _take_out(
    universe: Universe, agent: Agent, ship: Ship, symbol: str, parts: list[str], unaffordable: Code, now: int
) -> Transaction:
    if agent.credits < MODIFICATIONS_FEE:
        _charge(agent, MODIFICATIONS_FEE, unaffordable)
    ship.load(Good(symbol), 1)
    _charge(agent, MODIFICATIONS_FEE, unaffordable)
    parts.remove(symbol)
    return _refitted(universe, agent, ship, symbol, now)


def _refitted(universe: Universe, agent: Agent, ship: Ship, symbol: str, now: int) -> Transaction:
    fee = MODIFICATIONS_FEE
    record(universe, agent, ship, EventKind.REFIT, symbol, 1, now, price=fee, credit_change=-fee)
    return {**_work(ship, fee, now), "tradeSymbol": symbol}


def _charge(agent: Agent, amount: int, code: Code) -> None:
    if amount > agent.credits:
        raise ApiRejection(
            code,
            f"{agent.symbol} has {agent.credits} credits, {amount} are needed.",
            {"agentSymbol": agent.symbol, "agentCredits": agent.credits, "totalPrice": amount},
        )
    agent.credits -= amount


def _work(ship: Ship, price: int, now: int) -> Transaction:
    return {
        "waypointSymbol": ship.destination.symbol,
        "shipSymbol": ship.symbol,
        "totalPrice": price,
        "timestamp": iso(now),
    }
