"""A TCP proxy that loses, delays, doubles and corrupts HTTP requests on real sockets.

It is the counterpart of drill.faults.failing_network for bytes: resets before, during and after a request, answers that
are truncated or claim to be complete, requests delivered late or twice, HTML pages instead of JSON.
"""

import asyncio
import enum
import socket
import struct
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random  # noqa: TID251  (named as a type only)

from starfoundry.game.transport.transport import Response
from starfoundry.sandbox.http import http1

DELAY_SECONDS = (0.02, 0.2)
SLOW_SECONDS = (2.0, 55.0)
LATE_SECONDS = (1.0, 50.0)
"""How long after its connection broke a request is still delivered; the daemon waits a minute before it checks."""

SECOND_DELIVERY = b"x-drill-delivery: second\r\n"
"""The header that marks the second delivery of a request; only the drill's own record reads it."""


class ProxyFault(enum.Enum):
    """The fault applied to one request, in words."""

    PASSED = "delivered and answered"
    SLOW = "delivered and answered many seconds later"
    RESET_BEFORE = "the connection is reset, nothing is delivered"
    CUT_SHORT = "half of the request is delivered, then both connections break"
    RESET_AFTER = "delivered; the connection is reset instead of the answer"
    TORN = "delivered; the connection is reset in the middle of the answer"
    TRUNCATED = "delivered; half of the answer's body arrives and pretends to be whole"
    LATE = "the connection is reset, and the request is delivered later"
    DOUBLED = "delivered, and once more a moment later"
    FAILED_BEFORE = "a 5xx, nothing is delivered"
    FAILED_AFTER = "delivered, and answered with a 5xx all the same"
    HTML = "delivered, and answered with a page for people"
    STRANGER = "429 without the game's headers, nothing is delivered"


UNDELIVERED = frozenset({ProxyFault.RESET_BEFORE, ProxyFault.FAILED_BEFORE, ProxyFault.STRANGER})


@dataclass(slots=True)
class FaultScript:
    """Draws the fault of each request and counts them: `shares` of all requests, from 0 to 1; the rest pass."""

    rng: Random
    shares: Mapping[ProxyFault, float] = field(default_factory=dict)
    struck: dict[ProxyFault, int] = field(default_factory=dict)

    def next(self) -> ProxyFault:
        """The fault of the next request."""
        drawn = self.rng.random()
        for fate, share in self.shares.items():
            drawn -= share
            if drawn < 0:
                self.struck[fate] = self.struck.get(fate, 0) + 1
                return fate
        return ProxyFault.PASSED


class FaultProxy:
    """Listens on a port of this machine and forwards to `upstream` (host and port), with the script's faults.

    The script may be replaced at any time. A late delivery happens even if the sender has closed its connection.
    """

    def __init__(self, upstream: tuple[str, int], script: FaultScript) -> None:
        self.script = script
        self._upstream = upstream
        self._deliveries: dict[asyncio.Task[bytes], None] = {}
        self._server: asyncio.Server | None = None

    async def start(self) -> int:
        """Listen; the port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        """Stop listening, and finish the requests in progress."""
        assert self._server is not None, "close what was started"
        self._server.close()
        await asyncio.gather(*self._deliveries, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while (request := await _read_message(reader)) and await self._pass(request, writer):
                pass
        writer.close()

    async def _pass(self, request: bytes, writer: asyncio.StreamWriter) -> bool:
        """Handle one request; whether the connection stays open."""
        fate = self.script.next()
        await asyncio.sleep(self._uniform(SLOW_SECONDS if fate is ProxyFault.SLOW else DELAY_SECONDS))
        if fate is ProxyFault.RESET_BEFORE:
            return _reset(writer)
        if fate is ProxyFault.CUT_SHORT:
            await self._deliver(request[: len(request) // 2], is_whole=False)
            return _reset(writer)
        if fate is ProxyFault.LATE:
            self._begin(self._deliver(request, after=self._uniform(LATE_SECONDS)))
            return _reset(writer)
        answer = b"" if fate in UNDELIVERED else await self._begin(self._deliver(request))
        if fate is ProxyFault.DOUBLED:
            again = request.replace(b"\r\n", b"\r\n" + SECOND_DELIVERY, 1)
            self._begin(self._deliver(again, after=self._uniform(DELAY_SECONDS)))
        if fate is ProxyFault.RESET_AFTER:
            return _reset(writer)
        writer.write(self._spoilt(fate, answer))
        await writer.drain()
        return _reset(writer) if fate is ProxyFault.TORN else True

    def _begin(self, delivery: "asyncio.Task[bytes]") -> "asyncio.Task[bytes]":
        self._deliveries[delivery] = None
        delivery.add_done_callback(self._deliveries.pop)
        return delivery

    def _deliver(self, request: bytes, *, after: float = 0.0, is_whole: bool = True) -> "asyncio.Task[bytes]":
        """A separate task, so that a request that was sent cannot be recalled; its result is the answer's bytes."""

        async def deliver() -> bytes:
            await asyncio.sleep(after)
            reader, writer = await asyncio.open_connection(*self._upstream)
            try:
                writer.write(request)
                await writer.drain()
                return await _read_message(reader) if is_whole else b""
            finally:
                writer.close()

        return asyncio.get_running_loop().create_task(deliver())

    def _spoilt(self, fate: ProxyFault, answer: bytes) -> bytes:
        match fate:
            case ProxyFault.TORN:
                return answer[: len(answer) * 2 // 3]
            case ProxyFault.TRUNCATED:
                return _truncated(answer)
            case ProxyFault.FAILED_BEFORE | ProxyFault.FAILED_AFTER:
                body = b'{"error":{"message":"Something went wrong (drill).","code":3000}}'
                return _answer(self.script.rng.choice((500, 502, 503, 504)), "application/json", body)
            case ProxyFault.HTML:
                return _answer(200, "text/html", b"<html><h1>Just a moment...</h1></html>")
            case ProxyFault.STRANGER:
                return _answer(429, "text/html", b"<h1>Too many requests</h1>")
            case _:
                return answer

    def _uniform(self, bounds: tuple[float, float]) -> float:
        return self.script.rng.uniform(*bounds)


async def _read_message(reader: asyncio.StreamReader) -> bytes:
    """One request or answer, head and body, as received; empty if the other side has closed."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    length = next(
        (int(line.partition(b":")[2]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")),
        0,
    )
    return head + await reader.readexactly(length)


def _reset(writer: asyncio.StreamWriter) -> bool:
    """Close the connection with an RST instead of an orderly end; it does not continue."""
    linger: socket.socket = writer.get_extra_info("socket")
    linger.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
    return False


def _answer(status: int, content_type: str, body: bytes) -> bytes:
    return http1.write(Response(status=status, headers={"content-type": content_type}, body=body), keeps_alive=True)


def _truncated(answer: bytes) -> bytes:
    """The answer with half of its body, and a matching length."""
    head, _, body = answer.partition(b"\r\n\r\n")
    half = body[: len(body) // 2]
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length:")]
    return b"\r\n".join([*lines, b"content-length: %d" % len(half), b"", half])
