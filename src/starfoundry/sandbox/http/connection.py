"""The sandbox over HTTP: an asyncio protocol for the game under /v2 and, on request, the admin API."""

import asyncio
import json
from collections import deque
from collections.abc import Callable

from starfoundry.game.transport.transport import Request, Response
from starfoundry.sandbox.api.delivery import Delivery, Reach, deliver
from starfoundry.sandbox.control.controller import SandboxController
from starfoundry.sandbox.http import http1
from starfoundry.sandbox.http.http1 import BadRequest, ParsedRequest, RequestParser

BASE_PATH = "/v2"
BODY_BYTES_MAX = 65_536
ADMIN_BODY_BYTES_MAX = 256 * 2**20
_NO_LIMIT_SECONDS = 0.0  # the server answers at once; only the client's timeout counts
_JSON = {"content-type": "application/json; charset=utf-8"}
_NOT_HERE = Response(
    status=404, headers=_JSON, body=b'{"error":{"message":"The game is served under /v2.","code":404}}'
)

AdminCall = Callable[[str, str, bytes], Response]


class Connection(asyncio.Protocol):
    """One client's connection: requests are answered one after the other, in order."""

    def __init__(self, control: SandboxController, admin: AdminCall | None = None, admin_path: str = "") -> None:
        self._control = control
        self._admin = admin
        self._admin_path = admin_path
        self._parser = RequestParser(self._body_bytes_max)
        self._requests: deque[ParsedRequest | BadRequest] = deque()
        self._transport: asyncio.Transport | None = None
        self._address = "local"
        self._under_way: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has connected."""
        assert isinstance(transport, asyncio.Transport), "a stream's transport reads and writes"
        self._transport = transport
        peer = transport.get_extra_info("peername")
        self._address = peer[0] if peer else "local"

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  (asyncio's own name)
        """The client has disconnected; its last request is still applied."""
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Answer every complete request."""
        self._requests += self._parser.feed(data)
        if self._under_way is None:
            self._answer_all()

    def _answer_all(self) -> None:
        while self._requests and self._transport is not None:
            request = self._requests.popleft()
            if isinstance(request, BadRequest):
                body = json.dumps({"error": {"message": request.problem, "code": request.status}}).encode()
                self._send(Response(status=request.status, headers=_JSON, body=body), keeps_alive=False)
            elif not self._answer(request):
                return
        if self._transport is not None and self._parser.takes_continue():
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _body_bytes_max(self, target: str) -> int:
        return ADMIN_BODY_BYTES_MAX if self._is_admin(target) else BODY_BYTES_MAX

    def _is_admin(self, target: str) -> bool:
        return self._admin is not None and target.startswith(self._admin_path)

    def _answer(self, asked: ParsedRequest) -> bool:
        """Answer one request; False while its answer is delayed."""
        path = asked.target
        if self._admin is not None and self._is_admin(path):
            self._reply(asked, self._admin(asked.method, path[len(self._admin_path) :], bytes(asked.body)))
            return True
        if not path.startswith(BASE_PATH) or path[len(BASE_PATH) : len(BASE_PATH) + 1] not in ("", "/", "?"):
            self._reply(asked, _NOT_HERE)
            return True
        within = path[len(BASE_PATH) :]
        request = Request(
            method=asked.method,
            path=within if within.startswith("/") else f"/{within}",
            headers=asked.headers,
            body=bytes(asked.body) or None,
            timeout_seconds=_NO_LIMIT_SECONDS,
        )
        self._control.before_request()
        api = self._control.api
        if api.faults:
            self._under_way = asyncio.get_running_loop().create_task(self._answer_later(asked, request))
            return False
        self._reply(asked, api.handle(request, address=self._address))
        return True

    async def _answer_later(self, asked: ParsedRequest, request: Request) -> None:
        delivery = await deliver(self._control.api, request, address=self._address)
        self._deliver(asked, delivery)
        self._under_way = None
        self._answer_all()

    def _deliver(self, asked: ParsedRequest, delivery: Delivery) -> None:
        if delivery.reach is Reach.WHOLE:
            self._reply(asked, delivery.response)
        elif self._transport is not None:
            if delivery.reach is Reach.HALF:
                whole = http1.write(delivery.response, keeps_alive=False)
                self._transport.write(whole[: len(whole) - len(delivery.response.body) // 2 - 1])
            self._close()

    def _reply(self, asked: ParsedRequest, response: Response) -> None:
        self._send(response, keeps_alive=asked.keeps_alive, is_head=asked.method == "HEAD")

    def _send(self, response: Response, *, keeps_alive: bool, is_head: bool = False) -> None:
        if self._transport is None:
            return
        self._transport.write(http1.write(response, keeps_alive=keeps_alive, is_head=is_head))
        if not keeps_alive:
            self._close()

    def _close(self) -> None:
        """Close the connection; data after the last answered request is ignored."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None
