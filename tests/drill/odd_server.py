"""A server with an oddity: the sandbox's transport, some of whose answers are altered or given in its place."""

import json
from collections.abc import Callable
from typing import Any

from starfoundry.game.transport.transport import Request, Response
from starfoundry.kernel.ids import ShipSymbol
from starfoundry.sandbox.api.injected_faults import Fault, FaultKind
from starfoundry.sandbox.core.milliseconds import SECOND, now_of
from starfoundry.sandbox.http.in_process import SandboxTransport
from starfoundry.sandbox.ships.fleet import Ship
from starfoundry.sandbox.state.universe import Universe

Instead = Callable[[Request], Response | None]
"""The answer given in the server's place, or None to let the request pass."""

Alter = Callable[[Request, Any], Any]
"""An answer's body, read from JSON, as it is given on."""


class OddServer:
    """Implements game.transport.Transport. Both functions may be exchanged at any time; `asked` notes every request."""

    def __init__(self, universe: Universe) -> None:
        self.universe = universe
        self.inner = SandboxTransport(universe)
        self.instead: Instead = lambda _request: None
        self.alter: Alter = lambda _request, body: body
        self.asked: list[str] = []

    async def send(self, request: Request) -> Response:
        self.asked.append(f"{request.method} {request.path.partition('?')[0]}")
        replaced = self.instead(request)
        if replaced is not None:
            return replaced
        answer = await self.inner.send(request)
        if answer.status >= 300:
            return answer
        body = json.dumps(self.alter(request, json.loads(answer.body))).encode()
        return Response(status=answer.status, headers=answer.headers, body=body)

    async def close(self) -> None:
        await self.inner.close()

    def ship_named_in(self, request: Request) -> Ship | None:
        """The ship whose path this is."""
        parts = request.path.partition("?")[0].split("/")
        if parts[1:3] != ["my", "ships"] or len(parts) < 4:
            return None
        return next((a.ships[ShipSymbol(parts[3])] for a in self.universe.agents.values() if parts[3] in a.ships), None)


def refusal(code: int, status: int = 400) -> Response:
    """The game's refusal with a code of its own."""
    return Response(status=status, headers={}, body=json.dumps({"error": {"code": code, "message": "no"}}).encode())


def slow_to_arrive(server: OddServer, lag_seconds: float) -> None:
    """For so long after its arrival a ship still reads IN_TRANSIT, and every order to it is refused for that."""

    def is_late(ship: Ship | None) -> bool:
        passed = 0 if ship is None else now_of(server.universe.clock) - ship.arrives_at
        return ship is not None and 0 <= passed < lag_seconds * SECOND

    def instead(request: Request) -> Response | None:
        late = request.method != "GET" and is_late(server.ship_named_in(request))
        return refusal(4214) if late else None

    def alter(request: Request, body: Any) -> Any:
        if request.method == "GET" and request.path.startswith("/my/ships"):
            told = body["data"] if isinstance(body["data"], list) else [body["data"]]
            for each in told:
                if is_late(next(a.ships[each["symbol"]] for a in server.universe.agents.values())):
                    each["nav"]["status"] = "IN_TRANSIT"
        return body

    server.instead, server.alter = instead, alter


def shows_no_prices(server: OddServer, waypoint: str) -> None:
    """A market that answers without prices, whoever is there."""

    def alter(request: Request, body: Any) -> Any:
        if request.path.endswith(f"/{waypoint}/market"):
            body["data"].pop("tradeGoods", None)
        return body

    server.alter = alter


def fails(server: OddServer, ending: str, status: int) -> None:
    """A server that cannot answer one path."""

    def instead(request: Request) -> Response | None:
        return refusal(status, status) if request.path.partition("?")[0].endswith(ending) else None

    server.instead = instead


def has_lost(server: OddServer, symbol: str) -> None:
    """A server that no longer knows one of the agent's ships."""

    def instead(request: Request) -> Response | None:
        for agent in server.universe.agents.values():
            agent.ships.pop(ShipSymbol(symbol), None)
        return None

    server.instead = instead


def breaks_ship(server: OddServer, symbol: str) -> None:
    """A server that fails for everything about one ship."""
    server.inner.api.faults.add(Fault(kind=FaultKind.BROKEN_SHIP, ship=symbol))
