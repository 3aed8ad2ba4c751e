"""Endpoints of contracts: list, read, negotiate, accept, deliver, fulfil."""

from typing import Annotated

import msgspec

from starfoundry.kernel.ids import Good
from starfoundry.sandbox.actions import contracts as contracting
from starfoundry.sandbox.api.request_context import ListPage, RequestContext
from starfoundry.sandbox.responses import agent_shapes
from starfoundry.sandbox.ships.fleet import Contract


class DeliverBody(msgspec.Struct, rename="camel"):
    """Units of a good, from a ship."""

    ship_symbol: str
    trade_symbol: str
    units: Annotated[int, msgspec.Meta(ge=1)]


def list_contracts(call: RequestContext) -> ListPage:
    """The agent's contracts."""
    page = call.page()
    contracts = call.agent.contracts
    return ListPage([agent_shapes.contract(each) for each in contracts[page.part]], len(contracts), page)


def read_contract(call: RequestContext) -> agent_shapes.Shape:
    """One contract."""
    return agent_shapes.contract(_contract(call))


def negotiate(call: RequestContext) -> agent_shapes.Shape:
    """A new contract."""
    return {"contract": agent_shapes.contract(contracting.negotiate(call.universe, call.agent, call.ship, call.now))}


def accept(call: RequestContext) -> agent_shapes.Shape:
    """Accept a contract."""
    contract = _contract(call)
    contracting.accept(call.universe, call.agent, contract, call.now)
    return {"agent": agent_shapes.agent(call.agent, own=True), "contract": agent_shapes.contract(contract)}


def deliver(call: RequestContext) -> agent_shapes.Shape:
    """Deliver cargo."""
    contract, body = _contract(call), call.read(DeliverBody)
    ship = call.ship_named(body.ship_symbol)
    good = Good(body.trade_symbol)
    contracting.deliver(call.universe, call.agent, contract, ship, good, body.units, call.now)
    return {"contract": agent_shapes.contract(contract), "cargo": agent_shapes.cargo(ship)}


def fulfil(call: RequestContext) -> agent_shapes.Shape:
    """Complete a contract."""
    contract = _contract(call)
    contracting.fulfil(call.universe, call.agent, contract, call.now)
    return {"agent": agent_shapes.agent(call.agent, own=True), "contract": agent_shapes.contract(contract)}


def _contract(call: RequestContext) -> Contract:
    return contracting.find(call.agent, call.words[0])
