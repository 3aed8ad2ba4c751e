"""Whose place a newcomer gets when all are taken."""

import os
import resource
from dataclasses import dataclass, field
from typing import Any

import pytest

from starfoundry.daemon.listeners import peer_proxy
from starfoundry.daemon.listeners.peer_proxy import Peer, PeerProxy, connections_max
from starfoundry.kernel.errors import Refused


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
    return PeerProxy("nowhere", nonce="n", most=most, elapsed=lambda: 0.0)


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
