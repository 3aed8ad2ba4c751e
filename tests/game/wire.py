"""A tiny game server written as a function, and the JSON it speaks."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from starfoundry.drill.virtual_time.loop import run
from starfoundry.game.budget import RequestBudget
from starfoundry.game.client import HttpGame, HttpPublicApi
from starfoundry.game.transport.transport import Request, Response
from starfoundry.kernel.conditions import ConditionReporter
from starfoundry.kernel.ids import Good, ShipSymbol, WaypointSymbol
from starfoundry.runtime.clock import LoopClock
from starfoundry.runtime.entropy import SeededEntropy

T = TypeVar("T")

TOKEN = "a-token-nobody-may-see"
SHIP = ShipSymbol("FOUNDRY-1")
PLACE = WaypointSymbol("X1-AB1-C2")
ELSEWHERE = WaypointSymbol("X1-AB1-D3")
IRON = Good("IRON")

Answer = Response | BaseException
Handler = Callable[[Request], Answer | Awaitable[Answer]]


class Wire:
    """A transport to a server that is one function. Remembers what was asked, and when."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self.requests: list[Request] = []
        self.times: list[float] = []

    async def send(self, request: Request) -> Response:
        """The function's answer; an exception it returns is raised."""
        self.requests.append(request)
        self.times.append(asyncio.get_running_loop().time())
        answer = self._handler(request)
        if isinstance(answer, Awaitable):
            answer = await answer
        if isinstance(answer, BaseException):
            raise answer
        return answer

    async def close(self) -> None:
        """Nothing to let go of."""

    @property
    def asked(self) -> list[str]:
        """The requests, as `METHOD /path`."""
        return [f"{request.method} {request.path}" for request in self.requests]


class Play:
    """One agent's game against a scripted server."""

    def __init__(self, handler: Handler) -> None:
        self.wire = Wire(handler)
        self.clock = LoopClock(asyncio.get_running_loop(), datetime(2026, 1, 1, tzinfo=UTC))
        self.budget = RequestBudget(self.clock)
        self.game = HttpGame(self.wire, TOKEN, self.budget, SeededEntropy(1))
        self.public_api = HttpPublicApi(self.wire, self.budget, SeededEntropy(1))

    def game_told_to(self, conditions: ConditionReporter) -> HttpGame:
        """The same game, with somebody who hears of odd answers."""
        return HttpGame(self.wire, TOKEN, self.budget, SeededEntropy(1), conditions)


def play(handler: Handler, scene: Callable[[Play], Awaitable[T]]) -> T:
    """The result of a scene, in virtual time."""

    async def begin() -> T:
        return await scene(Play(handler))

    return run(begin())


def one_after_another(*answers: Answer) -> Callable[[Request], Answer]:
    """A server that gives these answers in turn, the last one for ever."""
    left = list(answers)

    def handler(_request: Request) -> Answer:
        return left.pop(0) if len(left) > 1 else left[0]

    return handler


async def silence() -> Response:
    """A server that never answers."""
    await asyncio.sleep(1_000_000)
    raise AssertionError("nobody waits that long")


def says(data: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer in its envelope."""
    return raw({"data": data}, status, headers)


def raw(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Any JSON as an answer."""
    return Response(status=status, headers=headers or {}, body=json.dumps(body).encode())


def html(status: int, headers: Mapping[str, str] | None = None) -> Response:
    """What a web server in front of the game says."""
    return Response(status=status, headers=headers or {}, body=b"<html><body>Bad day</body></html>")


def refuses(code: int | None, status: int = 400, message: str = "no") -> Response:
    """The game's own no."""
    error: dict[str, Any] = {"message": message, "data": {}}
    if code is not None:
        error["code"] = code
    return raw({"error": error}, status)


def agent(balance: int = 175_000) -> dict[str, Any]:
    """An agent."""
    return {"symbol": "FOUNDRY", "headquarters": PLACE, "credits": balance, "startingFaction": "COSMIC", "shipCount": 2}


def nav(status: str = "DOCKED", waypoint: str = PLACE, mode: str = "CRUISE") -> dict[str, Any]:
    """Where a ship is."""
    here = {"symbol": waypoint, "type": "PLANET", "systemSymbol": "X1-AB1", "x": 1, "y": 2}
    return {
        "systemSymbol": "X1-AB1",
        "waypointSymbol": waypoint,
        "status": status,
        "flightMode": mode,
        "route": {
            "origin": {**here, "symbol": PLACE},
            "destination": here,
            "departureTime": "2026-01-01T00:00:00.000Z",
            "arrival": "2026-01-01T00:01:30.000Z",
        },
    }


def cargo(*items: tuple[str, int], capacity: int = 40) -> dict[str, Any]:
    """A hold."""
    return {
        "capacity": capacity,
        "units": sum(units for _, units in items),
        "inventory": [{"symbol": good, "name": good, "description": "", "units": units} for good, units in items],
    }


def ship(symbol: str = SHIP, where: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A ship."""
    return {
        "symbol": symbol,
        "registration": {"name": symbol, "factionSymbol": "COSMIC", "role": "COMMAND"},
        "nav": where or nav(),
        "fuel": {"current": 300, "capacity": 400},
        "cargo": cargo(("IRON", 7)),
        "frame": {"symbol": "FRAME_FRIGATE", "fuelCapacity": 400},
        "engine": {"symbol": "ENGINE_ION_DRIVE_II", "speed": 36},
    }


def trade(
    kind: str = "PURCHASE", good: str = IRON, units: int = 20, price: int = 100, who: str = SHIP
) -> dict[str, Any]:
    """A trade as the server remembers it."""
    return {
        "waypointSymbol": PLACE,
        "shipSymbol": who,
        "tradeSymbol": good,
        "type": kind,
        "units": units,
        "pricePerUnit": 100,
        "totalPrice": 100 * units,
        "timestamp": "2026-01-01T00:00:05.123Z",
    }


def traded(**facts: Any) -> dict[str, Any]:
    """The answer to a purchase or sale."""
    return {"agent": agent(173_000), "cargo": cargo(("IRON", 20)), "transaction": trade(**facts)}
