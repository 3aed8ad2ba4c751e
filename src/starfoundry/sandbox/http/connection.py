"""The sandbox over HTTP: an asyncio protocol for the game under /v2 and, on request, the admin API."""

import asyncio
from collections.abc import Callable, Iterator

from starfoundry.game.transport.transport import Request, Response
from starfoundry.sandbox.api.delivery import Delivery, Reach, deliver
from starfoundry.sandbox.control.controller import SandboxController
from starfoundry.sandbox.http import http1
from starfoundry.sandbox.http.http1 import BadRequest, RequestHead

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
        self._data = bytearray()
        self._transport: asyncio.Transport | None = None
        self._address = "local"
        self._under_way: asyncio.Task[None] | None = None
        self._went_ahead = False

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
        self._data += data
        if self._under_way is None:
            self._answer_all()

    def _answer_all(self) -> None:
        try:
            for head, body in self._requests():
                if not self._answer(head, body):
                    return
        except BadRequest as error:
            self._data.clear()
            body = b'{"error":{"message":"%b","code":%d}}' % (error.problem.encode(), error.status)
            self._send(Response(status=error.status, headers=_JSON, body=body), keeps_alive=False)

    def _requests(self) -> Iterator[tuple[RequestHead, bytes]]:
        """The complete requests in the data, removed from it one by one."""
        while self._data and self._transport is not None:
            head = http1.read_head(self._data)
            if head is None:
                return
            found = self._body(head)
            if found is None:
                if head.expects_continue and not self._went_ahead:
                    self._went_ahead = True
                    self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                return
            body, end = found
            self._went_ahead = False
            del self._data[:end]
            yield head, body

    def _body(self, head: RequestHead) -> tuple[bytes, int] | None:
        limit = ADMIN_BODY_BYTES_MAX if self._is_admin(head.target) else BODY_BYTES_MAX
        if head.length is None:
            return http1.read_chunks(self._data, head.size, limit)
        if head.length > limit:
            raise BadRequest(413, "the body is too long")
        end = head.size + head.length
        return (bytes(self._data[head.size : end]), end) if len(self._data) >= end else None

    def _is_admin(self, target: str) -> bool:
        return self._admin is not None and target.startswith(self._admin_path)

    def _answer(self, head: RequestHead, body: bytes) -> bool:
        """Answer one request; False while its answer is delayed."""
        path = head.target
        if self._admin is not None and self._is_admin(path):
            self._reply(head, self._admin(head.method, path[len(self._admin_path) :], body))
            return True
        if not path.startswith(BASE_PATH) or path[len(BASE_PATH) : len(BASE_PATH) + 1] not in ("", "/", "?"):
            self._reply(head, _NOT_HERE)
            return True
        within = path[len(BASE_PATH) :]
        request = Request(
            method=head.method,
            path=within if within.startswith("/") else f"/{within}",
            headers=head.headers,
            body=body or None,
            timeout_seconds=_NO_LIMIT_SECONDS,
        )
        self._control.before_request()
        api = self._control.api
        if api.faults:
            self._under_way = asyncio.get_running_loop().create_task(self._answer_later(head, request))
            return False
        self._reply(head, api.handle(request, address=self._address))
        return True

    async def _answer_later(self, head: RequestHead, request: Request) -> None:
        delivery = await deliver(self._control.api, request, address=self._address)
        self._deliver(head, delivery)
        self._under_way = None
        self._answer_all()

    def _deliver(self, head: RequestHead, delivery: Delivery) -> None:
        if delivery.reach is Reach.WHOLE:
            self._reply(head, delivery.response)
        elif self._transport is not None:
            if delivery.reach is Reach.HALF:
                whole = http1.write(delivery.response, keeps_alive=False)
                self._transport.write(whole[: len(whole) - len(delivery.response.body) // 2 - 1])
            self._close()

    def _reply(self, head: RequestHead, response: Response) -> None:
        self._send(response, keeps_alive=head.keeps_alive, is_head=head.method == "HEAD")

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
