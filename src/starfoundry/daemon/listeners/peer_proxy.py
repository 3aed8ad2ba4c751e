"""A proxy between the public socket and gRPC that identifies each caller by the operating system's user.

gRPC cannot see the user at the other end of a unix socket, and accepts without bound. So it listens on a socket that
only this process can reach; for each admitted connection, one is made to it from an address that encodes the user, with
a nonce that no other process knows. Identity claimed by the other end is ignored. All of it runs in its own event loop:
keepalive pings must not wait for the daemon's work.
"""

import asyncio
import contextlib
import hashlib
import os
import resource
import socket
import ssl
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starfoundry.daemon.listeners.byte_rate import ByteRate, network_of
from starfoundry.daemon.listeners.pipe import Pipe
from starfoundry.kernel.errors import Refused

FILES_MIN = 256
"""The minimum number of open files to start: the daemon's own, and some connections."""

FILES_KEPT = 64
FILES_PER_CONNECTION = 3
CONNECTIONS_MAX = 512
STRANGER_SECONDS = 10.0
"""The longest time that a connection over the network may be open without one call of an identified caller."""

TAKEN_AGAIN_SECONDS = 0.1
"""When more is taken of bytes that came too fast."""

NAME = "starfoundry"
HAS_PEERS = hasattr(socket, "SO_PEERCRED")
"""Whether the system identifies peers and has abstract socket addresses: Linux does."""

_CREDENTIALS = struct.Struct("3i")  # process, user and group of the other end


@dataclass(frozen=True, slots=True)
class Peer:
    """The peer of a connection, as the system identifies it; the user of a network peer is unknown.

    `certificate_sha256` is the fingerprint of the client certificate that TLS has verified; empty without one.
    """

    user: int | None
    origin: str
    certificate_sha256: str = ""


def connections_max() -> int:
    """The maximum number of connections; raises the soft limit of open files to the hard limit.

    Raises Refused if that is too few to serve.
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
    """The admitted connections, and the rule for a new one.

    When all places are taken, the new connection replaces one that has not sent anything yet, or else the one idle for
    longest: active callers are never disconnected for those that only hold a place. Network connections may use half of
    the places, and local connections are never disconnected for them.
    """

    def __init__(
        self, inner: str, inner_of_network: str, *, nonce: str, most: int, elapsed: Callable[[], float]
    ) -> None:
        self.inner, self.inner_of_network = inner, inner_of_network
        self.nonce = nonce
        self.elapsed = elapsed
        self._most = most
        self._inside: dict[_Outside, None] = {}
        self._peers: dict[str, Peer] = {}
        self._strangers: set[str] = set()
        self._count = 0
        self._users = (os.getuid(), 0)
        self.byte_rate = ByteRate(elapsed)

    def __call__(self) -> asyncio.Protocol:
        """The protocol of one connection to the public socket."""
        return _Outside(self, peer_of)

    def from_network(self) -> asyncio.Protocol:
        """The protocol of one connection over the network."""
        return _FromNetwork(self)

    def admits(self, peer: Peer) -> bool:
        """Whether a peer may connect at all; a network peer is asked for a token later."""
        return peer.user is None or peer.user in self._users

    def add(self, connection: "_Outside") -> None:
        """Take a place, replacing the least needed connection if all are taken."""
        from_network = [each for each in self._inside if each.is_from_network]
        if connection.is_from_network and len(from_network) >= self._most // 2:
            _least_needed(from_network).leave()
        elif len(self._inside) >= self._most:
            _least_needed(from_network or list(self._inside)).leave()
        self._inside[connection] = None

    def remove(self, connection: "_Outside") -> None:
        """Free the place."""
        self._inside.pop(connection, None)
        self._peers.pop(connection.address, None)
        self._strangers.discard(connection.address)

    async def close(self) -> None:
        """Close all connections."""
        for connection in tuple(self._inside):
            connection.leave()

    def address_for(self, peer: Peer) -> str:
        """The address at which gRPC will see the peer."""
        self._count += 1
        address = f"{NAME}/{self.nonce}/{self._count}"
        self._peers[address] = peer
        if peer.user is None:
            self._strangers.add(address)
        return address

    def identified(self, peer: str) -> None:
        """Note that the caller at an address seen by gRPC has been identified."""
        self._strangers.discard(_address_of(peer))

    def is_stranger(self, address: str) -> bool:
        """Whether the connection at an address is from the network and no caller on it has been identified."""
        return address in self._strangers

    def peer_at(self, peer: str) -> Peer | None:
        """The peer at an address seen by gRPC; None for one that was not made here."""
        if not HAS_PEERS:
            return Peer(os.getuid(), "this machine")
        return self._peers.get(_address_of(peer))


def _address_of(peer: str) -> str:
    """The address of a connection, from the form in which gRPC writes it."""
    return peer.removeprefix("unix-abstract:").replace("%2F", "/")


def _least_needed(connections: "Sequence[_Outside]") -> "_Outside":
    return min(connections, key=lambda each: (each.has_spoken, each.active_at))


def peer_of(transport: asyncio.Transport) -> Peer:
    """The peer of a connection; this user if the system does not say (the socket's mode admits no other)."""
    if not HAS_PEERS:
        return Peer(os.getuid(), "this machine")
    connected: socket.socket = transport.get_extra_info("socket")
    credentials = connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    process, user, _group = _CREDENTIALS.unpack(credentials)
    return Peer(user, f"user {user}, process {process}")


def _peer_over_network(transport: asyncio.Transport) -> Peer:
    host, port, *_ = transport.get_extra_info("socket").getpeername()
    encrypted: ssl.SSLObject | None = transport.get_extra_info("ssl_object")
    certificate = None if encrypted is None else encrypted.getpeercert(binary_form=True)
    return Peer(None, f"{host} port {port}", hashlib.sha256(certificate).hexdigest() if certificate else "")


class _Outside(Pipe):
    """The connection to the caller."""

    is_from_network = False

    def __init__(self, peer_proxy: PeerProxy, peer_of: Callable[[asyncio.Transport], Peer]) -> None:
        super().__init__()
        self._peer_proxy = peer_proxy
        self._peer_of = peer_of
        self.address = ""
        self._connecting: asyncio.Task[None] | None = None
        self.has_spoken = False
        self.active_at = peer_proxy.elapsed()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        assert self.transport is not None, "a connection that was made has a transport"
        try:
            peer = self._peer_of(self.transport)
        except OSError:  # closed already
            self.transport.abort()
            return
        if not self._peer_proxy.admits(peer):
            self.transport.abort()
            return
        self._peer_proxy.add(self)
        self.hold("connecting")
        self._connecting = asyncio.get_running_loop().create_task(self._connect(peer))

    def data_received(self, data: bytes) -> None:
        self.has_spoken = True
        self.active_at = self._peer_proxy.elapsed()
        super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._peer_proxy.remove(self)
        if self._connecting is not None:
            self._connecting.cancel()
        super().connection_lost(exc)

    def leave(self) -> None:
        """Disconnect; the place is free at once."""
        self._peer_proxy.remove(self)
        assert self.transport is not None, "a forwarding connection has a transport"
        self.transport.abort()

    async def _connect(self, peer: Peer) -> None:
        """Connect to gRPC, then start reading from the caller."""
        inner = socket.socket(socket.AF_UNIX)
        self.address = self._peer_proxy.address_for(peer)
        try:
            if HAS_PEERS:
                inner.bind(f"\0{self.address}")
            inner.settimeout(0)
            loop = asyncio.get_running_loop()
            proxy = self._peer_proxy
            await loop.sock_connect(inner, proxy.inner_of_network if self.is_from_network else proxy.inner)
            _, inside = await loop.create_connection(Pipe, sock=inner)
        except OSError:
            inner.close()
            self.leave()
            return
        except BaseException:
            inner.close()
            raise
        self.other, inside.other = inside, self
        self.release("connecting")


class _FromNetwork(_Outside):
    """The connection to a caller that may be anybody: its bytes are forwarded at a limited rate."""

    is_from_network = True

    def __init__(self, peer_proxy: PeerProxy) -> None:
        super().__init__(peer_proxy, _peer_over_network)
        self._network = ""
        self._waiting = bytearray()
        self._later: asyncio.TimerHandle | None = None
        self._stranger_deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if not transport.is_closing():
            self._network = network_of(transport.get_extra_info("peername")[0])
            self._stranger_deadline = asyncio.get_running_loop().call_later(STRANGER_SECONDS, self._leave_as_stranger)

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        if self._later is None:
            self._forward()

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._later, self._stranger_deadline):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def _leave_as_stranger(self) -> None:
        if self._peer_proxy.is_stranger(self.address):
            self.leave()

    def _forward(self) -> None:
        taken = self._peer_proxy.byte_rate.take(self._network, len(self._waiting))
        if taken:
            super().data_received(bytes(self._waiting[:taken]))
            del self._waiting[:taken]
        if self._waiting:
            self.hold("too fast")
            self._later = asyncio.get_running_loop().call_later(TAKEN_AGAIN_SECONDS, self._forward)
        else:
            self._later = None
            self.release("too fast")
