"""Serves the wire contract on a unix socket that only its owner can reach.

gRPC cannot be trusted with a path: it takes over the socket of a living server, and removes that of a newer one when it
stops. So it binds to another name in the same private directory, which is renamed onto the public one when it serves;
the lock on the data directory is held before and after.
"""

import logging
import os
from pathlib import Path
from urllib.parse import quote

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from starfoundry.config.watch import WATCHERS_MAX
from starfoundry.daemon.directory import make_private
from starfoundry.daemon.servicer import CALLS_MAX
from starfoundry.kernel.errors import Refused
from starfoundry.wire import daemon_pb2
from starfoundry.wire.daemon_pb2_grpc import DaemonServiceServicer, add_DaemonServiceServicer_to_server

SERVICE = daemon_pb2.DESCRIPTOR.services_by_name["DaemonService"].full_name
BINDING_NAME = ".binding"  # shorter than daemon.sock, so that it fits where that fits
PATH_BYTES_MAX = 107
CONCURRENT_CALLS_MAX = CALLS_MAX + WATCHERS_MAX
"""What gRPC itself lets in; who is let in to what is said by the doors (servicer.CALLS_MAX, watch.WATCHERS_MAX)."""

STREAMS_OF_A_CONNECTION_MAX = 1_024
DRAIN_SECONDS = 5.0

_OPTIONS = [
    ("grpc.max_receive_message_length", 64 * 1024),
    ("grpc.max_send_message_length", 16 * 1024 * 1024),
    ("grpc.max_concurrent_streams", STREAMS_OF_A_CONNECTION_MAX),
    ("grpc.max_metadata_size", 4 * 1024),
    ("grpc.absolute_max_metadata_size", 8 * 1024),
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.http2.ping_timeout_ms", 5_000),  # without it a stopped client is noticed a minute late
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
    ("grpc.server_handshake_timeout_ms", 3_000),
    ("grpc.max_connection_idle_ms", 300_000),
]

_log = logging.getLogger(__name__)


class Server:
    """One daemon's door to the outside."""

    def __init__(self, servicer: DaemonServiceServicer, socket: Path) -> None:
        self._socket = socket
        self._server = grpc.aio.server(options=_OPTIONS, maximum_concurrent_rpcs=CONCURRENT_CALLS_MAX)
        self._health = health.aio.HealthServicer()
        add_DaemonServiceServicer_to_server(servicer, self._server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        names = (SERVICE, health_pb2.DESCRIPTOR.services_by_name["Health"].full_name, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, self._server)

    async def start(self) -> None:
        """Serve. Raises Refused for a path where no private socket can be."""
        _check_length(self._socket)
        make_private(self._socket.parent)
        binding = self._socket.parent / BINDING_NAME
        binding.unlink(missing_ok=True)
        try:
            self._server.add_insecure_port(f"unix:{quote(str(binding))}")
        except RuntimeError as error:
            raise Refused(f"no socket can be made at {self._socket}: {error}") from None
        await self._server.start()
        await self._say(is_serving=True)
        binding.chmod(0o600)
        os.replace(binding, self._socket)

    async def stop(self) -> None:
        """Take nothing new, let the calls under way end, and remove the socket."""
        try:
            self._socket.unlink(missing_ok=True)
        except OSError as error:  # a directory that is read-only must not keep the daemon from ending in good order
            _log.warning("%s stays behind: %s", self._socket, error.strerror)
        await self._say(is_serving=False)
        await self._server.stop(DRAIN_SECONDS)

    async def _say(self, *, is_serving: bool) -> None:
        answer = health_pb2.HealthCheckResponse
        status = answer.SERVING if is_serving else answer.NOT_SERVING
        for name in ("", SERVICE):
            await self._health.set(name, status)


def _check_length(socket: Path) -> None:
    length = len(os.fsencode(socket))
    if length > PATH_BYTES_MAX:
        raise Refused.of(
            "socket", str(socket), f"a path of at most {PATH_BYTES_MAX} bytes (this one has {length}); set --socket"
        )
