"""Held against the game's official description, where it lies beside the project (it is not part of it)."""

import json
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest

from starfoundry.game.model import FlightMode
from starfoundry.game.outcome import Done
from starfoundry.game.transport.transport import Request, Response
from starfoundry.kernel.ids import Good, ShipSymbol, SystemSymbol, WaypointSymbol
from tests.game.wire import Play, play

DESCRIPTION = Path(__file__).parents[3] / "shared" / "spacetraders-openapi" / "reference" / "SpaceTraders.json"

pytestmark = pytest.mark.skipif(not DESCRIPTION.exists(), reason="the official description is not here")

SHIP, PLACE, SYSTEM = ShipSymbol("FOUNDRY-1"), WaypointSymbol("X1-AB1-C2"), SystemSymbol("X1-AB1")
IRON = Good("IRON")

CALLS: dict[str, Callable[[Play], Awaitable[object]]] = {
    "get-status": lambda scene: scene.public_api.status(),
    "register": lambda scene: scene.public_api.register("account", "FOUNDRY", "COSMIC"),
    "get-my-agent": lambda scene: scene.game.agent(),
    "get-my-ships": lambda scene: scene.game.ships(),
    "get-my-ship": lambda scene: scene.game.ship(SHIP),
    "get-system-waypoints": lambda scene: scene.game.waypoints(SYSTEM),
    "get-market": lambda scene: scene.game.market(PLACE),
    "get-shipyard": lambda scene: scene.game.shipyard(PLACE),
    "get-supply-chain": lambda scene: scene.game.supply_chain(),
    "navigate-ship": lambda scene: scene.game.navigate(SHIP, PLACE),
    "dock-ship": lambda scene: scene.game.dock(SHIP),
    "orbit-ship": lambda scene: scene.game.orbit(SHIP),
    "patch-ship-nav": lambda scene: scene.game.set_flight_mode(SHIP, FlightMode.BURN),
    "refuel-ship": lambda scene: scene.game.refuel(SHIP),
    "purchase-cargo": lambda scene: scene.game.purchase(SHIP, IRON, 20),
    "sell-cargo": lambda scene: scene.game.sell(SHIP, IRON, 20),
    "jettison": lambda scene: scene.game.jettison(SHIP, IRON, 3),
    "transfer-cargo": lambda scene: scene.game.transfer(SHIP, IRON, 3, ShipSymbol("FOUNDRY-2")),
    "purchase-ship": lambda scene: scene.game.buy_ship("SHIP_PROBE", PLACE),
}

STATES = {"dock-ship": "DOCKED", "orbit-ship": "IN_ORBIT"}
"""The state an order leaves the ship in; an answer that tells another one is looked after on the ship."""

FITTING = {  # what an answer must repeat of the request to be believed
    "refuel-ship": {"shipSymbol": SHIP, "tradeSymbol": "FUEL", "type": "PURCHASE"},
    "purchase-cargo": {"shipSymbol": SHIP, "tradeSymbol": IRON, "type": "PURCHASE", "units": 20},
    "sell-cargo": {"shipSymbol": SHIP, "tradeSymbol": IRON, "type": "SELL", "units": 20},
}


@cache
def resolved(path: Path) -> Any:
    """A file of the description with every file it refers to put in its place."""

    def put(node: Any) -> Any:
        if isinstance(node, dict):
            if "$ref" in node:
                return resolved((path.parent / node["$ref"]).resolve())
            return {name: put(value) for name, value in node.items()}
        return [put(item) for item in node] if isinstance(node, list) else node

    return put(json.loads(path.read_text()))


def operation_for(request: Request) -> Any:
    """The described operation that a request asks for."""
    parts = urlsplit(request.path).path.split("/")
    for path, methods in resolved(DESCRIPTION)["paths"].items():
        described = path.split("/")
        fits = len(described) == len(parts) and all(
            one == other or one.startswith("{") for one, other in zip(described, parts, strict=True)
        )
        if fits and request.method.lower() in methods:
            return methods[request.method.lower()]
    raise AssertionError(f"{request.method} {request.path} is not described")


def example(schema: dict[str, Any], *, whole: bool) -> Any:
    """What a schema allows: every property or the required ones only, the first of several words, one of each item."""
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            properties = schema.get("properties", {})
            wanted = properties if whole else [name for name in schema.get("required", ()) if name in properties]
            return {name: example(properties[name], whole=whole) for name in wanted}
        case "array":
            return [example(schema["items"], whole=whole)]
        case "integer" | "number":
            return max(1, schema.get("minimum", 1))
        case "boolean":
            return False
        case "string" if schema.get("format") == "date-time":
            return "2026-01-01T00:00:00.000Z"
        case _:
            return "X1-AB1-C2"


def answering(*, whole: bool) -> Callable[[Request], Response]:
    """A server that answers as described, with all it may say or with the least it must."""

    def handler(request: Request) -> Response:
        operation = operation_for(request)
        status, described = next(iter(operation["responses"].items()))
        body = example(described["content"]["application/json"]["schema"], whole=whole)
        if operation["operationId"] in FITTING:
            body["data"]["transaction"].update(FITTING[operation["operationId"]])
        if operation["operationId"] in STATES:
            body["data"]["nav"]["status"] = STATES[operation["operationId"]]
        if operation["operationId"] == "get-my-ship":
            body["data"]["symbol"] = SHIP
        return Response(status=int(status), headers={}, body=json.dumps(body).encode())

    return handler


@pytest.mark.parametrize("whole", [False, True], ids=["least", "whole"])
@pytest.mark.parametrize("name", CALLS)
def test_a_call_asks_for_what_is_described_and_reads_what_is_answered(name: str, whole: bool):
    async def scene(scene: Play) -> tuple[object, list[Request]]:
        return await CALLS[name](scene), scene.wire.requests

    outcome, requests = play(answering(whole=whole), scene)
    operation = operation_for(requests[0])

    assert operation["operationId"] == name
    assert len(requests) == 1
    assert isinstance(outcome, Done) or name not in FITTING
    asked_for = parse_qs(urlsplit(requests[0].path).query)
    assert set(asked_for) <= {one["name"] for one in operation["parameters"] if one["in"] == "query"}
    if requests[0].body is not None:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        jsonschema.validate(json.loads(requests[0].body), schema)
