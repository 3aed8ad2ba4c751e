"""The listener of the page: a connection is admitted or refused before a byte of it is read.

Every user of the machine can connect to a port. Connections of others are answered and dropped at once, so that they
take no room; the owner's have so many places, and so long to say what they want.
"""

import asyncio
import os
from collections.abc import Callable
from typing import cast

from starfoundry.dashboard import peer

CONNECTIONS_MAX = 64
"""Connections of the owner's at a time: a browser opens six for each page."""

STRANGERS_MAX = 16
"""Refused connections that are still being answered; more are dropped without an answer."""

HEADER_SECONDS = 5.0
GOODBYE_SECONDS = 1.0

_END_OF_HEADERS = b"\r\n\r\n"

Address = tuple[str, int]


class Listener:
    """Makes the protocol of each connection: the site's behind a check, or a refusal."""

    def __init__(
        self,
        site: Callable[[], asyncio.BaseProtocol],
        *,
        is_ours: Callable[[Address, Address], bool] | None = None,
    ) -> None:
        self.site = site
        self.is_ours = is_ours or _is_ours
        self.inside = 0
        self.strangers = 0

    def __call__(self) -> asyncio.Protocol:
        """The protocol of one connection."""
        return _Visit(self)


class _Visit(asyncio.Protocol):
    """One connection: it is judged when it is made, and must have sent its headers in time."""

    def __init__(self, door: Listener) -> None:
        self._door = door
        self._site: asyncio.Protocol | None = None
        self._is_stranger = False
        self._tail = b""
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport = cast("asyncio.Transport", transport)
        client, server = (transport.get_extra_info(name) for name in ("peername", "sockname"))
        if not client or not self._door.is_ours(client[:2], server[:2]):
            self._refuse(transport, "403 Forbidden", "the page is for the user who serves it")
        elif self._door.inside >= CONNECTIONS_MAX:
            message = f"the page has {CONNECTIONS_MAX} connections already; close some of its tabs"
            self._refuse(transport, "503 Service Unavailable", message)
        else:
            self._door.inside += 1
            self._site = cast("asyncio.Protocol", self._door.site())
            self._end_in(HEADER_SECONDS, transport)
            self._site.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if self._site is None:
            return
        if self._deadline is not None:
            seen = self._tail + data
            self._tail = seen[-len(_END_OF_HEADERS) :]
            if _END_OF_HEADERS in seen:
                self._deadline.cancel()
                self._deadline = None
        self._site.data_received(data)

    def eof_received(self) -> bool | None:
        return None if self._site is None else self._site.eof_received()

    def pause_writing(self) -> None:
        if self._site is not None:
            self._site.pause_writing()

    def resume_writing(self) -> None:
        if self._site is not None:
            self._site.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        if self._is_stranger:
            self._door.strangers -= 1
        if self._site is not None:
            self._door.inside -= 1
            self._site.connection_lost(exc)

    def _refuse(self, transport: asyncio.Transport, status: str, message: str) -> None:
        if self._door.strangers >= STRANGERS_MAX:
            transport.abort()
            return
        self._door.strangers += 1
        self._is_stranger = True
        body = f'{{"error": {{"code": "PERMISSION_DENIED", "message": "{message}", "fields": []}}}}'
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {len(body)}"
        )
        transport.write(f"{head}\r\n\r\n{body}".encode())
        self._end_in(GOODBYE_SECONDS, transport)  # closing with bytes unread would take the answer back

    def _end_in(self, seconds: float, transport: asyncio.Transport) -> None:
        self._deadline = asyncio.get_running_loop().call_later(seconds, transport.abort)


def _is_ours(client: Address, server: Address) -> bool:
    """Whether the other end is held by this user or root; true where the system does not tell who holds it."""
    connections = peer.read_tables()
    return connections is None or peer.user_of(connections, client, server) in (os.getuid(), 0)
