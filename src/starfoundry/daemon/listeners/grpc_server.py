"""A gRPC server of the wire contract, on a socket in the data directory that only this process connects to."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from starfoundry.kernel.errors import Refused
from starfoundry.wire import daemon_pb2
from starfoundry.wire.daemon_pb2_grpc import DaemonServiceServicer, add_DaemonServiceServicer_to_server

SERVICE = daemon_pb2.DESCRIPTOR.services_by_name["DaemonService"].full_name

CALLS_WAITING_MAX = 16_000
"""Calls that wait to be taken up. Beyond a thousand of them gRPC by itself ends some without a word, as CANCELLED."""

CALL_WAITS_SECONDS_MAX = 600
"""The longest such wait; gRPC ends those that have waited for 30 s in the same way."""

DRAIN_SECONDS = 5.0

_OPTIONS = [
    ("grpc.max_receive_message_length", 64 * 1024),
    ("grpc.max_send_message_length", 16 * 1024 * 1024),
    ("grpc.server.max_pending_requests", CALLS_WAITING_MAX),
    ("grpc.server.max_pending_requests_hard_limit", CALLS_WAITING_MAX),
    ("grpc.server_max_unrequested_time_in_server", CALL_WAITS_SECONDS_MAX),
    ("grpc.max_metadata_size", 4 * 1024),
    ("grpc.absolute_max_metadata_size", 8 * 1024),
    ("grpc.keepalive_time_ms", 2_000),
    ("grpc.keepalive_timeout_ms", 2_500),
    ("grpc.http2.ping_timeout_ms", 2_500),  # without it a stopped client is noticed after a minute
    ("grpc.http2.max_pings_without_data", 0),  # without a limit
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
    ("grpc.server_handshake_timeout_ms", 3_000),
    ("grpc.max_connection_idle_ms", 300_000),
]


class GrpcServer:
    """The contract, gRPC's health service and reflection.

    At most `calls_max` are under way, the next is refused; at most `calls_of_a_connection_max` on one connection, the
    next waits.
    """

    def __init__(
        self,
        socket: Path,
        servicer: DaemonServiceServicer,
        interceptors: Sequence[grpc.aio.ServerInterceptor],
        *,
        calls_max: int,
        calls_of_a_connection_max: int,
    ) -> None:
        self._socket = socket
        self._server = grpc.aio.server(
            options=[*_OPTIONS, ("grpc.max_concurrent_streams", calls_of_a_connection_max)],
            maximum_concurrent_rpcs=calls_max,
            interceptors=tuple(interceptors),
        )
        self._health = health.aio.HealthServicer()
        add_DaemonServiceServicer_to_server(servicer, self._server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        names = (SERVICE, health_pb2.DESCRIPTOR.services_by_name["Health"].full_name, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, self._server)

    async def start(self) -> None:
        """Serve. Raises Refused for a path where no socket can be made."""
        self._socket.unlink(missing_ok=True)
        try:
            self._server.add_insecure_port(f"unix:{quote(str(self._socket))}")
        except RuntimeError as error:
            raise Refused(f"no socket can be made in the data directory: {error}") from None
        await self._server.start()
        await self._say(is_serving=True)

    async def stop(self) -> None:
        """Let the calls in progress end."""
        await self._say(is_serving=False)
        await self._server.stop(DRAIN_SECONDS)

    async def _say(self, *, is_serving: bool) -> None:
        answer = health_pb2.HealthCheckResponse
        status = answer.SERVING if is_serving else answer.NOT_SERVING
        for name in ("", SERVICE):
            await self._health.set(name, status)
