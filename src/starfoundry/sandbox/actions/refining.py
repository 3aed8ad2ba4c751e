"""Refining aboard: ore to metal, thirty units for ten (assumed; players report three to one)."""

from collections.abc import Mapping

from starfoundry.kernel.ids import Good
from starfoundry.sandbox.actions.ship_events import record
from starfoundry.sandbox.core.error_codes import Code
from starfoundry.sandbox.core.event_log import EventKind
from starfoundry.sandbox.core.rejection import ApiRejection
from starfoundry.sandbox.ships.fleet import Agent, Ship
from starfoundry.sandbox.state.universe import Universe

CONSUMED, PRODUCED = 30, 10
COOLDOWN_SECONDS = 60

_FUEL = Good("FUEL")
SOURCES: Mapping[Good, Good] = {
    **{
        Good(metal): Good(f"{metal}_ORE")
        for metal in ("IRON", "COPPER", "SILVER", "GOLD", "ALUMINUM", "PLATINUM", "URANITE", "MERITIUM")
    },
    _FUEL: Good("HYDROCARBON"),
}
"""The source good of each product."""


def refine(universe: Universe, agent: Agent, ship: Ship, product: Good, now: int) -> Good:
    """Make one batch; the good that was consumed."""
    ship.require_orbit(now)
    needed = "FUEL_REFINERY" if product == _FUEL else "ORE_REFINERY"
    if not ship.has_module(needed) and not (product != _FUEL and ship.has_module("MICRO_REFINERY")):
        raise ApiRejection(Code.NO_REFINERY, f"Ship {ship.symbol} has no refinery for {product}.")
    ship.require_rested(now)
    source = SOURCES[product]
    ship.unload(source, CONSUMED)
    ship.load(product, PRODUCED)
    ship.rest(COOLDOWN_SECONDS, now)
    record(universe, agent, ship, EventKind.REFINE, product, PRODUCED, now)
    return source
