"""The entrance: takes connections to the public socket, asks the system who is there, and hands on to gRPC.

gRPC cannot see who is at the other end of a unix socket, and accepts without bound. So it listens on a socket that only
this process reaches; for each connection that is let in, one is made to it from an address that tells the user, with a
word that nobody else knows. What the other end says is never looked at. All of it runs in a loop of its own: the pings
by which both ends see that the other lives must not wait for the daemon's work.
"""

import asyncio
import contextlib
import os
import resource
import socket
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from starfoundry.kernel.errors import Refused

FILES_MIN = 256
"""Open files without which the daemon does not start: its own, and some callers at a time."""

FILES_KEPT = 64
FILES_PER_CONNECTION = 3
CONNECTIONS_MAX = 512

NAME = "starfoundry"
HAS_PEERS = hasattr(socket, "SO_PEERCRED")
"""Whether the system tells who is at the other end, and has addresses without files: Linux does."""

_CREDENTIALS = struct.Struct("3i")  # process, user and group of the other end


@dataclass(frozen=True, slots=True)
class Peer:
    """Who is at the other end of a connection, as the system says; over the network nobody's user is known."""

    user: int | None
    origin: str


def connections_max() -> int:
    """How many connections there may be; asks the system for as many files as this user may have.

    Raises Refused where that is too few to serve.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = 65_536 if hard == resource.RLIM_INFINITY else hard
    if soft != resource.RLIM_INFINITY and soft < most:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            soft = most
    if soft != resource.RLIM_INFINITY and soft < FILES_MIN:
        raise Refused(
            f"only {soft} files may be open at a time, and the daemon needs {FILES_MIN}; raise the limit: ulimit -n"
        )
    if soft == resource.RLIM_INFINITY:
        return CONNECTIONS_MAX
    return min(CONNECTIONS_MAX, (soft - FILES_KEPT) // FILES_PER_CONNECTION)


class PeerProxy:
    """Connections that were let in, and the rule for one more.

    When all places are taken the newcomer gets that of a connection that has said nothing yet, or else of the one that
    has been still for longest: a caller who talks is never put out by those who only hold a place. The network has half
    of the places at most, and who is on this machine is never put out for it.
    """

    def __init__(self, inner: str, *, nonce: str, most: int, elapsed: Callable[[], float]) -> None:
        self.inner = inner
        self.nonce = nonce
        self.elapsed = elapsed
        self._most = most
        self._inside: dict[_Outside, None] = {}
        self._visitors: dict[str, Peer] = {}
        self._count = 0
        self._users = (os.getuid(), 0)

    def __call__(self) -> asyncio.Protocol:
        """The protocol of one connection to the public socket."""
        return _Outside(self, visitor_of)

    def from_network(self) -> asyncio.Protocol:
        """The protocol of one connection over the network."""
        return _Outside(self, _visitor_over_network, is_from_network=True)

    def admits(self, visitor: Peer) -> bool:
        """Whether somebody may come in at all: who comes over the network is asked for a token later."""
        return visitor.user is None or visitor.user in self._users

    def come_in(self, connection: "_Outside") -> None:
        """Take a place, at the cost of whoever needs his least."""
        from_network = [each for each in self._inside if each.is_from_network]
        if connection.is_from_network and len(from_network) >= self._most // 2:
            _least_needed(from_network).leave()
        elif len(self._inside) >= self._most:
            _least_needed(from_network or list(self._inside)).leave()
        self._inside[connection] = None

    def go_out(self, connection: "_Outside") -> None:
        """Free the place."""
        self._inside.pop(connection, None)
        self._visitors.pop(connection.address, None)

    async def close(self) -> None:
        """Hang up on everybody."""
        for connection in tuple(self._inside):
            connection.leave()

    def address_for(self, visitor: Peer) -> str:
        """The address by which gRPC will name the visitor."""
        self._count += 1
        address = f"{NAME}/{self.nonce}/{self._count}"
        self._visitors[address] = visitor
        return address

    def visitor_at(self, peer: str) -> Peer | None:
        """Who is at an address that gRPC names; None for one that was not made here."""
        if not HAS_PEERS:
            return Peer(os.getuid(), "this machine")
        return self._visitors.get(peer.removeprefix("unix-abstract:").replace("%2F", "/"))


def _least_needed(connections: "Sequence[_Outside]") -> "_Outside":
    return min(connections, key=lambda each: (each.has_spoken, each.active_at))


def visitor_of(connected: socket.socket) -> Peer:
    """Who is at the other end; this user where the system does not tell (the socket's mode lets in no other)."""
    if not HAS_PEERS:
        return Peer(os.getuid(), "this machine")
    told = connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    process, user, _group = _CREDENTIALS.unpack(told)
    return Peer(user, f"user {user}, process {process}")


def _visitor_over_network(connected: socket.socket) -> Peer:
    host, port, *_ = connected.getpeername()
    return Peer(None, f"{host} port {port}")


class _Pipe(asyncio.Protocol):
    """One end of two that hand on to each other."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.other: _Pipe | None = None

    def data_received(self, data: bytes) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.write(data)

    def eof_received(self) -> bool:
        return False  # closes this end, and with it the other

    def pause_writing(self) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.resume_reading()

    def connection_lost(self, _exc: Exception | None) -> None:
        other, self.other = self.other, None
        if other is not None and other.transport is not None:
            other.transport.close()


class _Inside(_Pipe):
    """The end at gRPC's."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)


class _Outside(_Pipe):
    """The end at the caller's."""

    def __init__(
        self, peer_proxy: PeerProxy, visitor_of: Callable[[socket.socket], Peer], *, is_from_network: bool = False
    ) -> None:
        super().__init__()
        self.is_from_network = is_from_network
        self._peer_proxy = peer_proxy
        self._visitor_of = visitor_of
        self.address = ""
        self._connecting: asyncio.Task[None] | None = None
        self.has_spoken = False
        self.active_at = peer_proxy.elapsed()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        try:
            visitor = self._visitor_of(self.transport.get_extra_info("socket"))
        except OSError:  # gone already
            self.transport.abort()
            return
        if not self._peer_proxy.admits(visitor):
            self.transport.abort()
            return
        self._peer_proxy.come_in(self)
        self.transport.pause_reading()
        self._connecting = asyncio.get_running_loop().create_task(self._connect(visitor))

    def data_received(self, data: bytes) -> None:
        self.has_spoken = True
        self.active_at = self._peer_proxy.elapsed()
        super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._peer_proxy.go_out(self)
        if self._connecting is not None:
            self._connecting.cancel()
        super().connection_lost(exc)

    def leave(self) -> None:
        """Be put out; the place is free at once."""
        self._peer_proxy.go_out(self)
        assert self.transport is not None, "who is inside has come in"
        self.transport.abort()

    async def _connect(self, visitor: Peer) -> None:
        """Make the connection to gRPC, then let the caller speak."""
        inner = socket.socket(socket.AF_UNIX)
        self.address = self._peer_proxy.address_for(visitor)
        try:
            if HAS_PEERS:
                inner.bind(f"\0{self.address}")
            inner.settimeout(0)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(inner, self._peer_proxy.inner)
            _, inside = await loop.create_connection(_Inside, sock=inner)
        except OSError:
            inner.close()
            self.leave()
            return
        except BaseException:
            inner.close()
            raise
        assert self.transport is not None, "who is inside has come in"
        self.other, inside.other = inside, self
        self.transport.resume_reading()
