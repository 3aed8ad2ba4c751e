"""Contracts: list, read, negotiate, accept, deliver, fulfil."""

from typing import Annotated

import msgspec

from starfoundry.kernel.ids import Good
from starfoundry.sandbox import contracting, wire
from starfoundry.sandbox.call import Call, Listed
from starfoundry.sandbox.fleet import Contract


class DeliverBody(msgspec.Struct, rename="camel"):
    """So many units of a good, from a ship."""

    ship_symbol: str
    trade_symbol: str
    units: Annotated[int, msgspec.Meta(ge=1)]


def list_contracts(call: Call) -> Listed:
    """The agent's contracts."""
    page = call.page()
    contracts = call.agent.contracts
    return Listed([wire.contract(each) for each in contracts[page.part]], len(contracts), page)


def read_contract(call: Call) -> wire.Shape:
    """One contract."""
    return wire.contract(_contract(call))


def negotiate(call: Call) -> wire.Shape:
    """A new contract."""
    return {"contract": wire.contract(contracting.negotiate(call.universe, call.agent, call.ship, call.now))}


def accept(call: Call) -> wire.Shape:
    """Take a contract on."""
    contract = _contract(call)
    contracting.accept(call.universe, call.agent, contract, call.now)
    return {"agent": wire.agent(call.agent, own=True), "contract": wire.contract(contract)}


def deliver(call: Call) -> wire.Shape:
    """Hand over cargo."""
    contract, body = _contract(call), call.read(DeliverBody)
    ship = call.ship_named(body.ship_symbol)
    good = Good(body.trade_symbol)
    contracting.deliver(call.universe, call.agent, contract, ship, good, body.units, call.now)
    return {"contract": wire.contract(contract), "cargo": wire.cargo(ship)}


def fulfil(call: Call) -> wire.Shape:
    """Finish a contract."""
    contract = _contract(call)
    contracting.fulfil(call.universe, call.agent, contract, call.now)
    return {"agent": wire.agent(call.agent, own=True), "contract": wire.contract(contract)}


def _contract(call: Call) -> Contract:
    return contracting.find(call.agent, call.words[0])
