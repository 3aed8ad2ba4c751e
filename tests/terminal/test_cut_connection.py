"""A connection that is cut while the daemon runs: what only reads is asked again, a change is in doubt."""

import socket
from collections import Counter
from concurrent import futures
from contextlib import suppress

import grpc
import pytest

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
    """Answers two methods, and cuts the connection of its first calls before it does so."""

    def __init__(self, cutter, cuts):
        self.cutter = cutter
        self.cuts = cuts
        self.calls: Counter[str] = Counter()

    def handlers(self):
        return grpc.method_handlers_generic_handler(
            SERVICE,
            {
                "ListPlayers": self.handler("ListPlayers"),
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


@pytest.fixture
def connected(tmp_path):
    """Starts a daemon that cuts so many calls, and gives it with a client."""
    opened = []

    def start(cuts):
        server = grpc.server(futures.ThreadPoolExecutor(2))
        server.add_insecure_port(f"unix:{tmp_path / 'inner.sock'}")
        cutter = Cutter(tmp_path / "daemon.sock", tmp_path / "inner.sock")
        daemon = Daemon(cutter, cuts)
        server.add_generic_rpc_handlers((daemon.handlers(),))
        server.start()
        client = DaemonClient(tmp_path / "daemon.sock")
        opened.append((client, server, cutter))
        return daemon, client

    yield start
    for client, server, cutter in opened:
        client.close()
        server.stop(None).wait()
        cutter.cut()
        cutter.end(cutter.listener)
        cutter.threads.shutdown()
        for each in (*cutter.ends, cutter.listener):
            each.close()


def test_what_only_reads_is_asked_again(connected):
    daemon, client = connected(cuts=1)

    client.call("ListPlayers", wire.ListPlayersRequest(), timeout_seconds=DEADLINE_SECONDS)

    assert daemon.calls["ListPlayers"] == 2


def test_it_is_asked_again_once(connected):
    daemon, client = connected(cuts=9)

    with pytest.raises(ConnectionCut, match="was cut before it answered; the daemon runs"):
        client.call("ListPlayers", wire.ListPlayersRequest(), timeout_seconds=DEADLINE_SECONDS)

    assert daemon.calls["ListPlayers"] == 2


def test_a_change_is_in_doubt_and_not_sent_again(connected):
    daemon, client = connected(cuts=1)

    with pytest.raises(ChangeUnanswered, match="the daemon runs; what was sent may still be done") as caught:
        client.call("StopContainer", wire.StopContainerRequest(), timeout_seconds=DEADLINE_SECONDS)

    assert daemon.calls["StopContainer"] == 1
    assert caught.value.next_step == "wait a moment, then see whether it was done before you repeat it"
