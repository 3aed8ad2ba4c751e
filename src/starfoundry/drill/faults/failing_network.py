"""A simulated network between daemon and universe that loses, delays, doubles and corrupts requests."""

import asyncio
from functools import partial

from starfoundry.drill.faults.fault import LATE_SECONDS_MAX, REQUEST_FAULTS, DrillFaults
from starfoundry.drill.ship_commands import Orders
from starfoundry.game.transport.transport import AnswerLost, ConnectionNeverMade, Request, Response
from starfoundry.kernel.ports import Entropy
from starfoundry.sandbox.api.game_api import Api
from starfoundry.sandbox.state.universe import Universe

DELAY_SECONDS = (0.05, 0.15)
SLOW_SECONDS = (2.0, 55.0)
_HTML = Response(status=200, headers={"content-type": "text/html"}, body=b"<html><h1>Just a moment...</h1></html>")
_STRANGER = Response(status=429, headers={"content-type": "text/html"}, body=b"<h1>Too many requests</h1>")
_NOT_APPLIED = frozenset({"lost_before", "failed_before"})


class FailingNetwork:
    """Implements game.transport.Transport. A request that was sent arrives even if its sender is cancelled.

    `faults` may be replaced at any time. `doubled` are the numbers of the event log's entries caused by the second
    arrival of a request, which the daemon did not ask for. `orders` are the requests to ships, with the tasks that sent
    them.
    """

    def __init__(self, universe: Universe, faults: DrillFaults, entropy: Entropy) -> None:
        self.api = Api(universe)
        self.faults = faults
        self.broken_ship = ""
        self.struck: dict[str, int] = {}
        self.doubled: list[int] = []
        self.orders = Orders()
        self._rng = entropy.stream("drill.network")

    async def send(self, request: Request) -> Response:
        """The answer, as far as the network delivers it."""
        self.orders.note(request)
        fault = self._fault(request)
        delay = self._rng.uniform(*DELAY_SECONDS)
        if fault == "unsent":
            raise ConnectionNeverMade("the connection was refused (drill)")
        arrival: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(self._way_there(fault, delay), self._arrive, request, fault, arrival)
        if fault in ("lost_before", "late"):
            await asyncio.sleep(delay)
            raise AnswerLost("the connection was reset (drill)")
        try:
            async with asyncio.timeout(request.timeout_seconds):
                answer = await arrival
                await asyncio.sleep(delay / 2)
        except TimeoutError:
            raise AnswerLost(f"no answer within {request.timeout_seconds:g} s (drill)") from None
        return self._spoilt(fault, answer)

    async def close(self) -> None:
        """There is nothing to close."""

    def _fault(self, request: Request) -> str:
        """The fault of this request, if any; a broken ship comes first."""
        if self.broken_ship and _names(request, self.broken_ship):
            return "broken"
        drawn = self._rng.random()
        for name in REQUEST_FAULTS:
            drawn -= getattr(self.faults, name)
            if drawn < 0:
                self.struck[name] = self.struck.get(name, 0) + 1
                return name
        return ""

    def _way_there(self, fault: str, delay: float) -> float:
        match fault:
            case "slow":
                return self._rng.uniform(*SLOW_SECONDS)
            case "late":
                return delay + self._rng.uniform(0.0, LATE_SECONDS_MAX)
            case _:
                return delay / 2

    def _arrive(self, request: Request, fault: str, arrival: "asyncio.Future[Response]") -> None:
        """Apply the arrived request, or not. Only a request that had an effect arrives a second time."""
        entries = self.api.universe.event_log.entries
        before = len(entries)
        answer = self._answer(request, fault)
        if not arrival.done():
            arrival.set_result(answer)
        if fault == "doubled" and len(entries) > before:
            delay = self._rng.uniform(*DELAY_SECONDS)
            asyncio.get_running_loop().call_later(delay, partial(self._arrive_again, request))

    def _arrive_again(self, request: Request) -> None:
        entries = self.api.universe.event_log.entries
        before = len(entries)
        self.api.handle(request)
        self.doubled += [entry.number for entry in entries[before:]]

    def _answer(self, request: Request, fault: str) -> Response:
        if fault == "limited":
            return self.api.over_limit(request)
        if fault == "broken" or fault in _NOT_APPLIED or (fault == "limited_by_stranger" and self._rng.random() < 0.5):
            return _trouble(500)
        answer = self.api.handle(request)
        self.orders.hear(request, answer)
        return answer

    def _spoilt(self, fault: str, answer: Response) -> Response:
        match fault:
            case "lost_after":
                raise AnswerLost("the connection was reset before the answer (drill)")
            case "failed_after":
                return _trouble(self._rng.choice((500, 502, 503, 504)))
            case "truncated":
                return Response(status=answer.status, headers=answer.headers, body=answer.body[: len(answer.body) // 2])
            case "html":
                return _HTML
            case "limited_by_stranger":
                return _STRANGER
            case _:
                return answer


def _names(request: Request, ship: str) -> bool:
    path = request.path.partition("?")[0]
    return ship in path.split("/") or f'"{ship}"'.encode() in (request.body or b"")


def _trouble(status: int) -> Response:
    body = b'{"error":{"message":"Something went wrong (drill).","code":3000}}'
    return Response(status=status, headers={"content-type": "application/json"}, body=body)
