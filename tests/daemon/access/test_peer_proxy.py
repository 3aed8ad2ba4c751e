"""Connections through the peer proxy: whose place a newcomer gets, and what a stranger may do."""

import asyncio
import os
import resource
import socket
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest

from starfoundry.daemon.listeners import peer_proxy
from starfoundry.daemon.listeners.byte_rate import BYTES_A_SECOND, BYTES_AT_ONCE
from starfoundry.daemon.listeners.network import stop_listening
from starfoundry.daemon.listeners.peer_proxy import TAKEN_AGAIN_SECONDS, Peer, PeerProxy, connections_max
from starfoundry.kernel.errors import Refused
from starfoundry.runtime.concurrency.background import BackgroundLoop
from tests.patience import DEADLINE_SECONDS

SILENT_SECONDS = 3 * TAKEN_AGAIN_SECONDS
"""How long nothing may arrive."""


@dataclass(eq=False)
class Caller:
    """A connection that notes when it is put out."""

    room: PeerProxy
    has_spoken: bool = True
    active_at: float = 0.0
    is_from_network: bool = False
    address: str = ""
    is_out: bool = field(default=False)

    def leave(self) -> None:
        self.is_out = True
        self.room.remove(self)  # type: ignore[arg-type]


def room_of(most):
    return PeerProxy("nowhere", "nowhere", nonce="n", most=most, elapsed=lambda: 0.0)


def add(room: Any, *callers: Caller) -> list[bool]:
    """Whether each of them was put out, after all have come in one after another."""
    for each in callers:
        room.add(each)
    return [each.is_out for each in callers]


def test_who_has_said_nothing_goes_first_and_then_who_has_been_still_for_longest():
    room = room_of(3)
    silent = Caller(room, has_spoken=False, active_at=9)
    still, busy = Caller(room, active_at=1), Caller(room, active_at=5)

    assert add(room, still, silent, busy, Caller(room, active_at=7)) == [False, True, False, False]
    assert add(room, Caller(room, active_at=8)) == [False]
    assert (still.is_out, busy.is_out) == (True, False)


def test_the_network_has_half_of_the_places_and_puts_nobody_of_this_machine_out():
    room = room_of(4)
    ours = [Caller(room, active_at=0) for _ in range(2)]
    theirs = [Caller(room, active_at=5, is_from_network=True) for _ in range(10)]

    assert add(room, *ours, *theirs) == [False, False, *[True] * 8, False, False]
    assert add(room, Caller(room), Caller(room)) == [False, False]
    assert [each.is_out for each in theirs[-2:]] == [True, True]


def test_an_address_that_was_not_made_here_is_nobodys(monkeypatch):
    monkeypatch.setattr(peer_proxy, "HAS_PEERS", True)
    room = room_of(1)
    made = room.address_for(Peer(7, "here"))

    assert room.peer_at(f"unix-abstract:{made}") == Peer(7, "here")
    for forged in (
        "unix:",
        "unix-abstract:",
        f"unix-abstract:{made}0",
        "unix-abstract:starfoundry/x/1",
        "ipv4:127.0.0.1:1",
    ):
        assert room.peer_at(forged) is None


def test_only_this_user_root_and_the_network_are_let_in(monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    room = room_of(1)

    admitted = [user for user in (1000, 0, None, 1001, 65534) if room.admits(Peer(user, ""))]
    assert admitted == [1000, 0, None]


def test_too_few_open_files_are_told(monkeypatch):
    monkeypatch.setattr(resource, "getrlimit", lambda _what: (64, 64))

    with pytest.raises(Refused, match="only 64 files may be open"):
        connections_max()


@dataclass(frozen=True)
class Network:
    """A proxy that strangers reach at a port of this machine, the socket it forwards to, and its time."""

    proxy: PeerProxy
    port: int
    inner: socket.socket
    now: list[float]

    def connected(self) -> tuple[socket.socket, socket.socket]:
        """Both ends of a new connection: that of a caller, and that of gRPC."""
        caller = socket.create_connection(("127.0.0.1", self.port))
        served, _ = self.inner.accept()
        served.settimeout(DEADLINE_SECONDS)
        return caller, served


@pytest.fixture
def network(tmp_path):
    inner, now = socket.socket(socket.AF_UNIX), [0.0]
    inner.bind(str(tmp_path / "inner"))
    inner.listen()
    proxy = PeerProxy("nowhere", str(tmp_path / "inner"), nonce="n", most=9, elapsed=lambda: now[0])
    loop = BackgroundLoop("proxy")

    async def serve() -> asyncio.Server:
        return await asyncio.get_running_loop().create_server(proxy.from_network, "127.0.0.1", 0)

    server = asyncio.run(loop.run(serve()))
    yield Network(proxy, server.sockets[0].getsockname()[1], inner, now)
    asyncio.run(loop.run(stop_listening(server)))
    asyncio.run(loop.run(proxy.close()))
    loop.close()
    inner.close()


def received(connection: socket.socket, count: int) -> bytes:
    """So many bytes, once they are there."""
    found = b""
    while len(found) < count:
        found += connection.recv(count - len(found))
    return found


def test_what_comes_too_fast_over_the_network_arrives_whole_when_its_time_has_come(network):
    sent = bytes(range(256)) * (2 * BYTES_AT_ONCE // 256)
    caller, served = network.connected()

    with caller, served:
        caller.sendall(sent)
        first = received(served, BYTES_AT_ONCE)
        served.settimeout(SILENT_SECONDS)
        with pytest.raises(TimeoutError):
            served.recv(1)
        network.now[0] += BYTES_AT_ONCE / BYTES_A_SECOND
        served.settimeout(DEADLINE_SECONDS)
        rest = received(served, BYTES_AT_ONCE)

    assert first + rest == sent


def test_a_connection_from_the_network_stays_only_if_its_caller_is_identified(network, monkeypatch):
    monkeypatch.setattr(peer_proxy, "STRANGER_SECONDS", 0.5)
    known, stranger = network.connected(), network.connected()
    network.proxy.identified("unix-abstract:starfoundry%2Fn%2F1")

    with ExitStack() as ends:
        for each in (*known, *stranger):
            ends.enter_context(each)
        assert stranger[1].recv(1) == b""
        known[0].sendall(b"still here")
        assert known[1].recv(10) == b"still here"
