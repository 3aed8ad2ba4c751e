"""The sandbox as an ASGI application, for a universe inside a test or behind another server."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starfoundry.game.transport.transport import Request
from starfoundry.runtime.clock import SystemClock
from starfoundry.sandbox.api.delivery import Reach, deliver
from starfoundry.sandbox.control import world_sources
from starfoundry.sandbox.control.controller import SandboxController
from starfoundry.sandbox.http.connection import BASE_PATH, BODY_BYTES_MAX
from starfoundry.sandbox.http.http1 import plain_path

_NO_LIMIT_SECONDS = 0.0  # the server answers at once; only the client's timeout counts

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class AsgiSandbox:
    """An ASGI application that serves one universe under /v2. `control` has clock and faults."""

    def __init__(self, control: SandboxController) -> None:
        self.control = control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or handle the server's lifespan events."""
        if scope["type"] == "lifespan":
            await _follow_life(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _whole_body(receive)
        raw: bytes | None = scope.get("raw_path")
        path: str = plain_path(raw.decode("latin-1")) if raw else scope["path"]
        if path != BASE_PATH and not path.startswith(f"{BASE_PATH}/"):
            await _send(send, 404, {"content-type": "application/json"}, _NOT_HERE)
            return
        if body is None:
            await _send(send, 413, {"content-type": "application/json"}, _TOO_LONG)
            return
        query: bytes = scope["query_string"]
        request = Request(
            method=scope["method"],
            path=(path[len(BASE_PATH) :] or "/") + (f"?{query.decode('latin-1')}" if query else ""),
            headers={name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
            body=body or None,
            timeout_seconds=_NO_LIMIT_SECONDS,
        )
        client = scope.get("client")
        self.control.before_request()
        delivery = await deliver(self.control.api, request, address=client[0] if client else "local")
        if delivery.reach is Reach.NOTHING:
            raise ConnectionResetError("the sandbox closed the connection on purpose")
        answer = delivery.response
        part = answer.body if delivery.reach is Reach.WHOLE else answer.body[: len(answer.body) // 2]
        await _send(send, answer.status, dict(answer.headers), part, length=len(answer.body))


def create_app(
    seed: int = 1, *, scenario: str | None = None, systems: int | None = None, speed: float = 1.0
) -> AsgiSandbox:
    """A new universe as an application. Raises Refused or Missing for invalid parameters."""
    universe_config = world_sources.universe_config_of(scenario, systems)
    return AsgiSandbox(SandboxController.of(seed, SystemClock(), speed=speed, universe_config=universe_config))


_NOT_HERE = b'{"error":{"message":"The game is served under /v2.","code":404}}'
_TOO_LONG = b'{"error":{"message":"The body is too long.","code":413}}'


async def _whole_body(receive: Receive) -> bytes | None:
    """The body, or None when it is too long; it is read to its end either way, so that the answer arrives."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        part: bytes = message.get("body", b"")
        size += len(part)
        if size <= BODY_BYTES_MAX:
            parts.append(part)
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return b"".join(parts) if size <= BODY_BYTES_MAX else None


async def _send(send: Send, status: int, headers: dict[str, str], body: bytes, *, length: int | None = None) -> None:
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    raw.append((b"content-length", str(len(body) if length is None else length).encode()))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


async def _follow_life(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
