"""The game's answers as they arrive: envelopes, and what the answers to orders hold."""

from typing import Generic, TypeVar

import msgspec

from starfoundry.game.decoding.ranges import Ask, Balance, Count, Name, Positive, Secret, Word
from starfoundry.game.decoding.shapes import Agent, Cargo, Fuel, Nav, Shape, Ship, Transaction

T = TypeVar("T")


class Envelope(Shape, Generic[T]):
    """What wraps nearly every answer."""

    data: T


class Meta(Shape):
    """How long a list is over all its pages, and how long a page may be."""

    total: Count | None = None
    limit: Positive | None = None


class ListEnvelope(Shape):
    """One page of a list; its elements are read one by one."""

    data: list[msgspec.Raw] | None
    meta: Meta | None = None


class Purse(Shape):
    """What an agent has left after a deal."""

    credits: Balance


class ShipTransaction(Shape):
    """The purchase of a ship."""

    price: Ask


class Registered(Shape):
    """The answer to a registration. The token comes once; the agent can be asked for again."""

    token: Secret
    agent: Agent | None = None


class Traded(Shape):
    """The answer to a purchase or sale."""

    agent: Purse
    cargo: Cargo
    transaction: Transaction


class Refuelled(Shape):
    """The answer to a refuelling."""

    agent: Purse
    fuel: Fuel
    transaction: Transaction


class ShipBought(Shape):
    """The answer to the purchase of a ship."""

    agent: Purse
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
    """The answer to what changes a hold."""

    cargo: Cargo


class SupplyChain(Shape):
    """What is made from what."""

    export_to_import_map: dict[Name, list[Name]]


class Status(Shape):
    """The server's word of itself; it comes without an envelope."""

    reset_date: Name
    version: Word = ""
