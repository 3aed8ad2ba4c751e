"""Who commands which ship, as the network sees it: every order with the task that gave it, and what was refused."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from starfoundry.drill.virtual_time.deterministic_tasks import DeterministicTask
from starfoundry.game.transport.transport import Request, Response

MASTERS = ("worker ", "scout ", "container ")
"""How the tasks are named that command ships: one trade, one look, or a container that flies its ship itself."""

TOO_SOON = 429
NOT_OF_THIS_UNIVERSE = 4113


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A request that asks something of a ship, as it left; `at` in seconds of the loop's time."""

    at: float
    ship: str
    path: str
    master: str


class Orders:
    """Every order that left, in its order, and what the game said no to."""

    def __init__(self) -> None:
        self.given: list[Order] = []
        self.refused: list[str] = []

    def note(self, request: Request) -> None:
        """A request leaves; called by the task that sends it."""
        ship = _ship_of(request)
        if ship:
            now = asyncio.get_running_loop().time()
            self.given.append(Order(at=now, ship=ship, path=request.path, master=_master()))

    def hear(self, request: Request, answer: Response) -> None:
        """The game's own answer. What comes too soon or after a reset is told so whoever sends it."""
        if not 400 <= answer.status < 500:
            return
        error = json.loads(answer.body)["error"]
        if error["code"] not in (TOO_SOON, NOT_OF_THIS_UNIVERSE):
            self.refused.append(f"{request.method} {request.path} was refused: {error['message']}")


def one_master_at_a_time(orders: Sequence[Order]) -> Iterator[str]:
    """A ship is handed on, never shared: whoever commanded it before its present master commands it no more.

    Each trade and each look is a task of its own, which never gets back a ship that it has let go of.
    """
    present: dict[str, str] = {}
    former: set[tuple[str, str]] = set()
    for order in orders:
        master = present.get(order.ship, order.master)
        if order.master != master:
            former.add((order.ship, master))
            if (order.ship, order.master) in former:
                yield f"{order.ship} had two masters at {order.at:,.0f} s: {master}, and {order.master} ({order.path})"
        present[order.ship] = order.master


def _ship_of(request: Request) -> str:
    """The ship that a request orders to do something; empty for one that only reads, or that names none."""
    match request.path.split("/"):
        case ["", "my", "ships", ship, _] if request.method != "GET":
            return ship
        case _:
            return ""


def _master() -> str:
    """The task that commands, of those that led to the one that sends."""
    sender = asyncio.current_task()
    lineage = sender.lineage() if isinstance(sender, DeterministicTask) else ()
    return next((each for each in reversed(lineage) if each.startswith(MASTERS)), "nobody")
