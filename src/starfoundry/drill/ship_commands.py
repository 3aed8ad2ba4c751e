"""Ownership of ships as the network sees it: every order with the task that sent it, and every refusal."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from starfoundry.drill.virtual_time.deterministic_tasks import DeterministicTask
from starfoundry.game.transport.transport import Request, Response

OWNERS = ("worker ", "scout ", "container ")
"""The name prefixes of tasks that command ships: one trade, one scouting trip, or a container that flies its ship
itself.
"""

TOO_SOON = 429
NOT_OF_THIS_UNIVERSE = 4113


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A request that orders a ship to act, when sent; `at` in seconds of the loop's time."""

    at: float
    ship: str
    path: str
    owner: str


class Orders:
    """Every order in the order of sending, and the game's refusals."""

    def __init__(self) -> None:
        self.given: list[Order] = []
        self.refused: list[str] = []

    def note(self, request: Request) -> None:
        """Record an outgoing request; called by the task that sends it."""
        ship = _ship_of(request)
        if ship:
            now = asyncio.get_running_loop().time()
            self.given.append(Order(at=now, ship=ship, path=request.path, owner=_owner()))

    def hear(self, request: Request, answer: Response) -> None:
        """Record the game's answer. Refusals by rate limit or after a reset are not the sender's fault."""
        if not 400 <= answer.status < 500:
            return
        error = json.loads(answer.body)["error"]
        if error["code"] not in (TOO_SOON, NOT_OF_THIS_UNIVERSE):
            self.refused.append(f"{request.method} {request.path} was refused: {error['message']}")


def one_owner_at_a_time(orders: Sequence[Order]) -> Iterator[str]:
    """A ship is handed over, never shared: a task that commanded it before its present owner never does again.

    Each trade and each scouting trip is a task of its own, which never gets back a ship it has released.
    """
    present: dict[str, str] = {}
    former: set[tuple[str, str]] = set()
    for order in orders:
        owner = present.get(order.ship, order.owner)
        if order.owner != owner:
            former.add((order.ship, owner))
            if (order.ship, order.owner) in former:
                yield f"{order.ship} had two owners at {order.at:,.0f} s: {owner}, and {order.owner} ({order.path})"
        present[order.ship] = order.owner


def _ship_of(request: Request) -> str:
    """The ship that a request orders to act; empty for one that only reads, or names none."""
    match request.path.split("/"):
        case ["", "my", "ships", ship, _] if request.method != "GET":
            return ship
        case _:
            return ""


def _owner() -> str:
    """The commanding task among the ancestors of the sending task."""
    sender = asyncio.current_task()
    lineage = sender.lineage() if isinstance(sender, DeterministicTask) else ()
    return next((each for each in reversed(lineage) if each.startswith(OWNERS)), "nobody")
