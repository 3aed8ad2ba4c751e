"""Calls to a daemon that is stopped after it has answered once."""

import os
import signal
import subprocess
import sys
import time

import pytest

from starfoundry.terminal.connection.daemon_client import DaemonClient
from starfoundry.terminal.connection.presence import AnswerTimeouts, ChangeUnanswered, DaemonSilent, is_stopped
from starfoundry.wire import daemon_pb2 as wire
from tests.patience import until

DAEMON = """
import sys
from concurrent import futures
import grpc
from starfoundry.wire import daemon_pb2 as wire, daemon_pb2_grpc

class Daemon(daemon_pb2_grpc.DaemonServiceServicer):
    def ListPlayers(self, request, context):
        return wire.ListPlayersResponse()

server = grpc.server(futures.ThreadPoolExecutor(2))
daemon_pb2_grpc.add_DaemonServiceServicer_to_server(Daemon(), server)
server.add_insecure_port(f"unix:{sys.argv[1]}")
server.start()
print("ready", flush=True)
server.wait_for_termination()
"""


@pytest.fixture
def stopped(tmp_path):
    """A client whose daemon has answered it once, and was stopped then."""
    path = tmp_path / "d.sock"
    command = [sys.executable, "-c", DAEMON, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        try:
            assert daemon.stdout is not None
            assert daemon.stdout.readline() == "ready\n"
            connected = DaemonClient(path, timeouts=AnswerTimeouts(answer=10.0, check=0.1))
            connected.call("ListPlayers", wire.ListPlayersRequest(), timeout_seconds=60)
            os.kill(daemon.pid, signal.SIGSTOP)
            until(lambda: is_stopped(daemon.pid))
            yield connected, daemon.pid
            connected.close()
        finally:
            daemon.kill()


def test_a_daemon_that_falls_silent_after_it_has_answered_is_told_long_before_the_deadline(stopped):
    """Once only the first call looked, and every later one waited for its whole minute."""
    connected, process = stopped
    began = time.monotonic()  # noqa: TID251  (the deadline is a minute of the real clock)
    with pytest.raises(DaemonSilent, match=rf"\(process {process}\) is stopped"):
        connected.call("ListPlayers", wire.ListPlayersRequest(), timeout_seconds=60)

    assert time.monotonic() - began < 50  # noqa: TID251


def test_a_change_that_was_sent_to_it_is_in_doubt(stopped):
    connected, process = stopped
    with pytest.raises(ChangeUnanswered, match=r"is stopped.*; what was sent may still be done") as caught:
        connected.call("StopContainer", wire.StopContainerRequest(), timeout_seconds=60)

    assert caught.value.next_step.startswith(f"resume it: kill -CONT {process}, then see")
