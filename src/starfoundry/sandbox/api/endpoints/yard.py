"""Endpoints of a ship's parts: mounts, modules, repair, scrap; and its cooldown."""

from collections.abc import Callable

import msgspec

from starfoundry.sandbox.actions import refit
from starfoundry.sandbox.actions.trading import Transaction
from starfoundry.sandbox.api.request_context import NoContent, RequestContext
from starfoundry.sandbox.responses import agent_shapes
from starfoundry.sandbox.responses.ship_parts import modules_shape, mounts_shape
from starfoundry.sandbox.ships.fleet import Agent, Ship
from starfoundry.sandbox.state.universe import Universe

Work = Callable[[Universe, Agent, Ship, str, int], Transaction]


class PartBody(msgspec.Struct):
    """The part."""

    symbol: str


def read_cooldown(call: RequestContext) -> agent_shapes.Shape | NoContent:
    """A ship's cooldown; nothing if there is none."""
    ship = call.ship
    return agent_shapes.cooldown(ship, call.now) if ship.cooldown.seconds_left(call.now) else NoContent()


def read_mounts(call: RequestContext) -> msgspec.Raw:
    """A ship's mounts."""
    return mounts_shape((*call.ship.mounts,))


def read_modules(call: RequestContext) -> msgspec.Raw:
    """A ship's modules."""
    return modules_shape((*call.ship.modules,))


def install_mount(call: RequestContext) -> agent_shapes.Shape:
    """Install a mount."""
    return _refitted(call, "mounts", refit.install_mount)


def remove_mount(call: RequestContext) -> agent_shapes.Shape:
    """Remove a mount."""
    return _refitted(call, "mounts", refit.remove_mount)


def install_module(call: RequestContext) -> agent_shapes.Shape:
    """Install a module."""
    return _refitted(call, "modules", refit.install_module)


def remove_module(call: RequestContext) -> agent_shapes.Shape:
    """Remove a module."""
    return _refitted(call, "modules", refit.remove_module)


def quote_repair(call: RequestContext) -> agent_shapes.Shape:
    """The price of a repair."""
    return {"transaction": refit.quote_repair(call.ship, call.now)}


def repair(call: RequestContext) -> agent_shapes.Shape:
    """Repair."""
    ship = call.ship
    deal = refit.repair(call.universe, call.agent, ship, call.now)
    return {
        "agent": agent_shapes.agent(call.agent, own=True),
        "ship": agent_shapes.ship(ship, call.now),
        "transaction": deal,
    }


def quote_scrap(call: RequestContext) -> agent_shapes.Shape:
    """A ship's scrap value."""
    return {"transaction": refit.quote_scrap(call.ship, call.now)}


def scrap(call: RequestContext) -> agent_shapes.Shape:
    """Scrap a ship."""
    deal = refit.scrap(call.universe, call.agent, call.ship, call.now)
    return {"agent": agent_shapes.agent(call.agent, own=True), "transaction": deal}


def _refitted(call: RequestContext, parts: str, work: Work) -> agent_shapes.Shape:
    ship = call.ship
    deal = work(call.universe, call.agent, ship, call.read(PartBody).symbol, call.now)
    return {
        "agent": agent_shapes.agent(call.agent, own=True),
        parts: (read_mounts if parts == "mounts" else read_modules)(call),
        "cargo": agent_shapes.cargo(ship),
        "transaction": deal,
    }
