"""The transport on real sockets: what left this machine is told from what did not, and nothing is trusted."""

import asyncio
import gzip
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Self, TypeVar

import pytest

from starfoundry.game.transport.http import BODY_BYTES_MAX, AiohttpTransport, checked_base_url
from starfoundry.game.transport.transport import AnswerLost, ConnectionNeverMade, Request, Response
from starfoundry.kernel.errors import Refused

T = TypeVar("T")

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-RateLimit-Remaining: 1\r\nContent-Length: 2\r\n\r\n{}"


def request(path: str = "/my/agent", method: str = "GET", body: bytes | None = None, seconds: float = 5.0) -> Request:
    """A request."""
    headers = {"authorization": "Bearer secret"}
    return Request(method=method, path=path, headers=headers, body=body, timeout_seconds=seconds)


class RawServer:
    """A server that says these bytes to each request, then closes if told to. Remembers what it heard."""

    def __init__(self, answer: bytes, *, closes: bool = False) -> None:
        self._answer = answer
        self._closes = closes
        self.heard: list[bytes] = []
        self.url = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v2"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next((int(one[15:]) for one in head.split(b"\r\n") if one.lower().startswith(b"content-l")), 0)
                self.heard.append(head + await reader.readexactly(length))
                writer.write(self._answer)
                await writer.drain()
                if self._closes:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def against(server: RawServer, scene: Callable[[AiohttpTransport], Awaitable[T]]) -> T:
    """The result of a scene against a server, on a real loop."""

    async def play() -> T:
        async with server:
            transport = AiohttpTransport(server.url)
            try:
                return await scene(transport)
            finally:
                await transport.close()

    return asyncio.run(play())


async def ask(transport: AiohttpTransport) -> Response:
    """One ordinary request."""
    return await transport.send(request())


def test_a_request_arrives_whole_and_its_answer_too():
    server = RawServer(OK)
    posted = request("/my/ships?page=1&limit=20", "POST", b'{"units": 1}')
    response = against(server, lambda transport: transport.send(posted))
    (heard,) = server.heard

    assert (response.status, response.body, response.headers["x-ratelimit-remaining"]) == (200, b"{}", "1")
    assert heard.startswith(b"POST /v2/my/ships?page=1&limit=20 HTTP/1.1\r\n")
    assert b"authorization: Bearer secret\r\n" in heard
    assert heard.endswith(b'\r\n\r\n{"units": 1}')


def test_what_is_escaped_in_a_path_stays_escaped():
    server = RawServer(OK)
    against(server, lambda transport: transport.send(request("/ships/..%2F..%2Fmy%3F")))

    assert server.heard[0].startswith(b"GET /v2/ships/..%2F..%2Fmy%3F HTTP/1.1\r\n")


def test_a_request_without_a_body_says_so():
    """The game refuses JSON that is announced and not there."""
    server = RawServer(OK)
    against(server, lambda transport: transport.send(request("/my/ships/A-1/dock", "POST")))

    assert b"content-type" not in server.heard[0].lower()


@pytest.mark.parametrize("token", ["secret\n", "sec\0ret", "geheim\u00e9"], ids=repr)
def test_a_request_that_cannot_be_written_was_not_sent(token: str):
    """What fails before the first byte leaves has not happened: nobody need look for it."""
    server = RawServer(OK)
    broken = Request(method="POST", path="/register", headers={"authorization": token}, body=b"", timeout_seconds=5.0)

    with pytest.raises(ConnectionNeverMade, match="not sent") as caught:
        against(server, lambda transport: transport.send(broken))

    assert server.heard == []
    assert token not in caught.value.message


def test_what_fails_before_the_headers_are_written_was_not_sent():
    server = RawServer(OK)
    broken = Request(method="PO ST", path="/", headers={}, body=b"{}", timeout_seconds=5.0)

    with pytest.raises(ConnectionNeverMade, match="not sent"):
        against(server, lambda transport: transport.send(broken))

    assert server.heard == []


def test_a_redirect_is_an_answer_and_the_token_goes_nowhere_else():
    async def play() -> tuple[Response, list[bytes]]:
        async with RawServer(OK) as other:
            away = f"HTTP/1.1 302 Found\r\nLocation: {other.url}/steal\r\nContent-Length: 0\r\n\r\n".encode()
            async with RawServer(away) as server:
                transport = AiohttpTransport(server.url)
                response = await ask(transport)
                await transport.close()
        return response, other.heard

    response, heard = asyncio.run(play())

    assert response.status == 302
    assert heard == []


def test_a_cookie_is_not_kept():
    server = RawServer(OK.replace(b"\r\n\r\n", b"\r\nSet-Cookie: track=me\r\n\r\n"))

    async def twice(transport: AiohttpTransport) -> None:
        await ask(transport)
        await ask(transport)

    against(server, twice)

    assert len(server.heard) == 2
    assert b"cookie" not in server.heard[1].lower()


def test_a_proxy_from_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    assert against(RawServer(OK), ask).status == 200


def unused_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_refused_connection_was_never_made(scheme: str):
    async def play() -> None:
        transport = AiohttpTransport(f"{scheme}://127.0.0.1:{unused_port()}")
        with pytest.raises(ConnectionNeverMade):
            await ask(transport)
        await transport.close()

    asyncio.run(play())


def test_a_failed_handshake_never_carried_the_request():
    """Told by TLS that this is no TLS server, nothing of the request has left."""

    async def play() -> None:
        async with RawServer(OK) as server:
            transport = AiohttpTransport(server.url.replace("http:", "https:"), connect_seconds=0.3)
            with pytest.raises(ConnectionNeverMade):
                await ask(transport)
            await transport.close()

    asyncio.run(play())


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        b"this is not HTTP\r\n\r\n",
    ],
    ids=["nothing", "half a head", "half a body", "half of the chunks", "another language"],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_answer_that_breaks_off_is_lost(answer: bytes, method: str):
    server = RawServer(answer, closes=True)

    async def scene(transport: AiohttpTransport) -> None:
        with pytest.raises(AnswerLost):
            await transport.send(request(method=method, body=b"{}" if method == "POST" else None))

    against(server, scene)

    assert len(server.heard) == 1


def test_an_answer_that_does_not_come_in_time_is_lost():
    async def scene(transport: AiohttpTransport) -> None:
        with pytest.raises(AnswerLost):
            await transport.send(request(seconds=0.05))

    against(RawServer(b""), scene)


def test_an_answer_without_an_end_is_not_listened_to():
    length = BODY_BYTES_MAX + 1
    endless = f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n".encode() + b"x" * length

    async def scene(transport: AiohttpTransport) -> None:
        with pytest.raises(AnswerLost):
            await ask(transport)

    against(RawServer(endless), scene)


def test_a_packed_bomb_is_not_unpacked():
    bomb = gzip.compress(b"0" * (2 * BODY_BYTES_MAX))
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n".encode()

    async def scene(transport: AiohttpTransport) -> None:
        with pytest.raises(AnswerLost):
            await ask(transport)

    against(RawServer(head + bomb), scene)


def test_a_purchase_on_a_connection_that_the_server_dropped_is_lost_and_not_repeated():
    server = RawServer(OK, closes=True)

    async def scene(transport: AiohttpTransport) -> int:
        await ask(transport)
        with suppress(AnswerLost):
            await transport.send(request("/my/ships/A-1/purchase", "POST", b"{}"))
        return sum(one.startswith(b"POST") for one in server.heard)

    assert against(server, scene) <= 1


def test_closing_twice_is_harmless():
    async def scene(transport: AiohttpTransport) -> None:
        await ask(transport)
        await transport.close()

    against(RawServer(OK), scene)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.spacetraders.io/v2",
        "https://api.spacetraders.io/v2/",
        "http://127.0.0.1:8080",
        "http://localhost:8080/v2",
        "http://[::1]:8080",
    ],
)
def test_a_safe_base_url_is_taken_without_its_last_slash(url: str):
    assert checked_base_url(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.spacetraders.io",
        "ftp://api.spacetraders.io",
        "http://api.spacetraders.io/v2",
        "http://localhost.example.com",
        "https://user:password@api.spacetraders.io",
        "https://api.spacetraders.io/v2?x=1",
        "https://api.spacetraders.io:port",
        "https://[::1",
    ],
)
def test_an_unsafe_base_url_is_refused_by_name(url: str):
    with pytest.raises(Refused) as caught:
        checked_base_url(url)

    assert caught.value.fields[0].field == "api.base_url"


def test_plain_http_to_another_machine_must_be_asked_for():
    assert checked_base_url("http://sandbox:8080", allow_plain_http=True) == "http://sandbox:8080"
