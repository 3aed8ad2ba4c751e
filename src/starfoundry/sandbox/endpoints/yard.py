"""What is done to a ship: mounts, modules, repair, scrap; and how long it must rest."""

from collections.abc import Callable

import msgspec

from starfoundry.sandbox import refit, wire
from starfoundry.sandbox.call import Call, Nothing
from starfoundry.sandbox.fleet import Agent, Ship
from starfoundry.sandbox.shipwright import modules_shape, mounts_shape
from starfoundry.sandbox.trading import Transaction
from starfoundry.sandbox.universe import Universe

Work = Callable[[Universe, Agent, Ship, str, int], Transaction]


class PartBody(msgspec.Struct):
    """Which part."""

    symbol: str


def read_cooldown(call: Call) -> wire.Shape | Nothing:
    """How long a ship must rest; nothing when it need not."""
    ship = call.ship
    return wire.cooldown(ship, call.now) if ship.cooldown.seconds_left(call.now) else Nothing()


def read_mounts(call: Call) -> msgspec.Raw:
    """A ship's mounts."""
    return mounts_shape((*call.ship.mounts,))


def read_modules(call: Call) -> msgspec.Raw:
    """A ship's modules."""
    return modules_shape((*call.ship.modules,))


def install_mount(call: Call) -> wire.Shape:
    """Put a mount on."""
    return _refitted(call, "mounts", refit.install_mount)


def remove_mount(call: Call) -> wire.Shape:
    """Take a mount off."""
    return _refitted(call, "mounts", refit.remove_mount)


def install_module(call: Call) -> wire.Shape:
    """Put a module in."""
    return _refitted(call, "modules", refit.install_module)


def remove_module(call: Call) -> wire.Shape:
    """Take a module out."""
    return _refitted(call, "modules", refit.remove_module)


def quote_repair(call: Call) -> wire.Shape:
    """What a repair would cost."""
    return {"transaction": refit.quote_repair(call.ship, call.now)}


def repair(call: Call) -> wire.Shape:
    """Repair."""
    ship = call.ship
    deal = refit.repair(call.universe, call.agent, ship, call.now)
    return {"agent": wire.agent(call.agent, own=True), "ship": wire.ship(ship, call.now), "transaction": deal}


def quote_scrap(call: Call) -> wire.Shape:
    """What a ship would bring as scrap."""
    return {"transaction": refit.quote_scrap(call.ship, call.now)}


def scrap(call: Call) -> wire.Shape:
    """Scrap a ship."""
    deal = refit.scrap(call.universe, call.agent, call.ship, call.now)
    return {"agent": wire.agent(call.agent, own=True), "transaction": deal}


def _refitted(call: Call, parts: str, work: Work) -> wire.Shape:
    ship = call.ship
    deal = work(call.universe, call.agent, ship, call.read(PartBody).symbol, call.now)
    return {
        "agent": wire.agent(call.agent, own=True),
        parts: (read_mounts if parts == "mounts" else read_modules)(call),
        "cargo": wire.cargo(ship),
        "transaction": deal,
    }
