"""A connection that is cut while the daemon runs: what is safe to repeat is sent again, any other change is in doubt.

The same holds for the command line's client and for the page's.
"""

import asyncio
import socket
from collections import Counter
from concurrent import futures
from contextlib import suppress
from functools import partial

import grpc
import pytest

from starfoundry.dashboard.async_client import AsyncDaemonClient
from starfoundry.terminal.connection.daemon_client import DaemonClient
from starfoundry.terminal.connection.presence import ChangeUnanswered, ConnectionCut
from starfoundry.wire import daemon_pb2 as wire

DEADLINE_SECONDS = 60
SERVICE = wire.DESCRIPTOR.services_by_name["DaemonService"].full_name


class Cutter:
    """Forwards connections from one unix socket to another until all are cut."""

    def __init__(self, outer, inner):
        self.inner = str(inner)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(outer))
        self.listener.listen()
        self.ends = []
        self.threads = futures.ThreadPoolExecutor(32)
        self.threads.submit(self.accept)

    def accept(self):
        with suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(self.inner)
                self.ends += [near, far]
                for one, other in ((near, far), (far, near)):
                    self.threads.submit(self.forward, one, other)

    def forward(self, one, other):
        with suppress(OSError):
            while data := one.recv(65_536):
                other.sendall(data)
        self.end(one, other)

    def cut(self):
        self.end(*self.ends)

    def end(self, *ends):
        for each in ends:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


class Daemon:
    """Answers a few methods, and cuts the connection of its first calls before it does so."""

    def __init__(self, cutter, cuts):
        self.cutter = cutter
        self.cuts = cuts
        self.calls: Counter[str] = Counter()

    def handlers(self):
        return grpc.method_handlers_generic_handler(
            SERVICE,
            {
                "ListPlayers": self.handler("ListPlayers"),
                "ReviseConfig": self.handler("ReviseConfig"),
                "StopContainer": self.handler("StopContainer"),
            },
        )

    def handler(self, method):
        def answer(_request, _context):
            self.calls[method] += 1
            if self.calls.total() <= self.cuts:
                self.cutter.cut()
            return b""  # any message without a field that is set

        return grpc.unary_unary_rpc_method_handler(answer)


def by_the_command_line(socket_path, method, request):
    client = DaemonClient(socket_path)
    try:
        return client.call(method, request, timeout_seconds=DEADLINE_SECONDS)
    finally:
        client.close()


def by_the_page(socket_path, method, request):
    async def called():
        client = AsyncDaemonClient(socket_path)
        try:
            return await client.call(method, request, timeout_seconds=DEADLINE_SECONDS)
        finally:
            await client.close()

    return asyncio.run(called())


@pytest.fixture(params=[by_the_command_line, by_the_page])
def connected(request, tmp_path):
    """Starts a daemon that cuts so many calls, and gives it with a function that calls it."""
    opened = []

    def start(cuts):
        server = grpc.server(futures.ThreadPoolExecutor(2))
        server.add_insecure_port(f"unix:{tmp_path / 'inner.sock'}")
        cutter = Cutter(tmp_path / "daemon.sock", tmp_path / "inner.sock")
        daemon = Daemon(cutter, cuts)
        server.add_generic_rpc_handlers((daemon.handlers(),))
        server.start()
        opened.append((server, cutter))
        return daemon, partial(request.param, tmp_path / "daemon.sock")

    yield start
    for server, cutter in opened:
        server.stop(None).wait()
        cutter.cut()
        cutter.end(cutter.listener)
        cutter.threads.shutdown()
        for each in (*cutter.ends, cutter.listener):
            each.close()


def test_what_only_reads_is_asked_again(connected):
    daemon, call = connected(cuts=1)

    call("ListPlayers", wire.ListPlayersRequest())

    assert daemon.calls["ListPlayers"] == 2


def test_it_is_asked_again_once(connected):
    daemon, call = connected(cuts=9)

    with pytest.raises(ConnectionCut, match="was cut before it answered; the daemon runs"):
        call("ListPlayers", wire.ListPlayersRequest())

    assert daemon.calls["ListPlayers"] == 2


def test_a_change_is_in_doubt_and_not_sent_again(connected):
    daemon, call = connected(cuts=1)

    with pytest.raises(ChangeUnanswered, match="the daemon runs; what was sent may still be done") as caught:
        call("StopContainer", wire.StopContainerRequest())

    assert daemon.calls["StopContainer"] == 1
    assert caught.value.next_step == "wait a moment, then see whether it was done before you repeat it"


def test_a_change_with_an_idempotency_key_is_sent_again(connected):
    daemon, call = connected(cuts=1)

    call("ReviseConfig", wire.ReviseConfigRequest(terms=wire.ChangeTerms(request_id="once")))

    assert daemon.calls["ReviseConfig"] == 2
