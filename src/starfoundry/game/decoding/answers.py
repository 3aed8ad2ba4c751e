"""Shapes of the game's answers: envelopes, and the contents of answers to orders."""

from datetime import datetime
from typing import Generic, TypeVar

import msgspec

from starfoundry.game.decoding.ranges import Ask, Balance, Count, Name, Positive, Secret, Word, checked_time
from starfoundry.game.decoding.shapes import Agent, Cargo, Fuel, Nav, Shape, Ship, Transaction

T = TypeVar("T")


class Envelope(Shape, Generic[T]):
    """The wrapper of nearly every answer."""

    data: T


class Meta(Shape):
    """The length of a list over all its pages, and the maximum length of a page."""

    total: Count | None = None
    limit: Positive | None = None


class ListEnvelope(Shape):
    """One page of a list; its elements are read one by one."""

    data: list[msgspec.Raw] | None
    meta: Meta | None = None


class AgentCredits(Shape):
    """An agent's credits after a deal."""

    credits: Balance


class ShipTransaction(Shape):
    """The purchase of a ship."""

    price: Ask


class Registered(Shape):
    """The answer to a registration. The token is given once; the agent can be read again."""

    token: Secret
    agent: Agent | None = None


class Traded(Shape):
    """The answer to a purchase or sale."""

    agent: AgentCredits
    cargo: Cargo
    transaction: Transaction


class Refuelled(Shape):
    """The answer to a refuelling."""

    agent: AgentCredits
    fuel: Fuel
    transaction: Transaction


class ShipBought(Shape):
    """The answer to the purchase of a ship."""

    agent: AgentCredits
    ship: Ship
    transaction: ShipTransaction


class Departed(Shape):
    """The answer to a navigation."""

    nav: Nav
    fuel: Fuel


class Moved(Shape):
    """The answer to docking, leaving the dock or a change of flight mode."""

    nav: Nav


class Loaded(Shape):
    """The answer to a call that changes a hold."""

    cargo: Cargo


class SupplyChain(Shape):
    """The inputs of each product."""

    export_to_import_map: dict[Name, list[Name]]


class Resets(Shape):
    """When the server resets its universe."""

    next: datetime

    def __post_init__(self) -> None:
        self.next = checked_time("next", self.next)


class Status(Shape):
    """The server's status; it has no envelope."""

    reset_date: Name
    version: Word = ""
    server_resets: Resets | None = None
