"""The gRPC server of the wire contract, on a unix socket that only its owner can reach.

gRPC cannot be trusted with a public path: it takes over the socket of a running server, removes that of a newer one
when it stops, and does not see the caller's user. So it listens in the private data directory only, and the peer proxy
forwards to it.
"""

import asyncio
import logging
import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from starfoundry.config.service.settings_watch import WATCHERS_MAX
from starfoundry.daemon.access.interceptor import AccessInterceptor
from starfoundry.daemon.access.rate_limit import RateLimit
from starfoundry.daemon.access.recorder import Recorder
from starfoundry.daemon.access.tokens import Tokens
from starfoundry.daemon.composition.running import Daemon
from starfoundry.daemon.composition.servicer import CALLS_MAX, STREAMS_OF_A_CONNECTION_MAX
from starfoundry.daemon.listeners import malformed
from starfoundry.daemon.listeners.network import serve_locally, serve_network, stop_listening
from starfoundry.daemon.listeners.peer_proxy import PeerProxy, connections_max
from starfoundry.daemon.listeners.socket_path import PublicSocket
from starfoundry.daemon.metrics.endpoint import MetricsEndpoint
from starfoundry.daemon.settings import ListenSettings, Settings
from starfoundry.kernel.errors import Refused
from starfoundry.runtime.bounded_logging import BoundedLogFilter
from starfoundry.runtime.concurrency.background import BackgroundLoop
from starfoundry.wire import daemon_pb2
from starfoundry.wire.daemon_pb2_grpc import add_DaemonServiceServicer_to_server

SERVICE = daemon_pb2.DESCRIPTOR.services_by_name["DaemonService"].full_name
INNER_NAME = ".binding"
NONCE_CHARACTERS = 32
CONCURRENT_CALLS_MAX = CALLS_MAX + WATCHERS_MAX
"""The bound of gRPC itself; the bounds of calls and streams are servicer.CALLS_MAX and watch.WATCHERS_MAX."""

CALLS_OF_A_CONNECTION_MAX = 4 * STREAMS_OF_A_CONNECTION_MAX
"""More than allowed, so that a caller over its bound gets a reason: gRPC itself resets calls silently."""

CALLS_WAITING_MAX = 4 * CALLS_OF_A_CONNECTION_MAX
"""Calls that wait to be taken up. Beyond a thousand of them gRPC by itself ends some without a word, as CANCELLED."""

CALL_WAITS_SECONDS_MAX = 600
"""How long one may wait so; gRPC ends those that have waited for 30 s in the same way."""

DRAIN_SECONDS = 5.0

_OPTIONS = [
    ("grpc.max_receive_message_length", 64 * 1024),
    ("grpc.max_send_message_length", 16 * 1024 * 1024),
    ("grpc.max_concurrent_streams", CALLS_OF_A_CONNECTION_MAX),
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


class Server:
    """One daemon's server. `elapsed` is real time in seconds."""

    def __init__(self, daemon: Daemon, settings: Settings, *, nonce: str, elapsed: Callable[[], float]) -> None:
        data_dir, self._path, self._listen = settings.data_dir, settings.socket, settings.listen
        self._background = BackgroundLoop("peer_proxy")
        self._directory = os.open(data_dir, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        reachable = Path(f"/proc/self/fd/{self._directory}")  # short, whatever the length of the directory's path
        self._inner = (reachable if reachable.exists() else data_dir) / INNER_NAME
        self._peer_proxy = PeerProxy(str(self._inner), nonce=nonce, most=connections_max(), elapsed=elapsed)
        self._public: PublicSocket | None = None
        self._listening: asyncio.Server | None = None
        self._network: asyncio.Server | None = None
        pace = RateLimit(elapsed)
        recorder = Recorder(daemon.database, daemon.ports.clock, pace)
        self._metrics = None if settings.metrics is None else _metrics(daemon, settings.metrics, recorder, elapsed)
        logging.getLogger(malformed.__name__).addFilter(BoundedLogFilter(elapsed))
        self._server = grpc.aio.server(
            options=_OPTIONS,
            maximum_concurrent_rpcs=CONCURRENT_CALLS_MAX,
            interceptors=[self._guard(daemon.tokens, recorder, pace), malformed.MalformedInterceptor()],
        )
        self._health = health.aio.HealthServicer()
        add_DaemonServiceServicer_to_server(daemon.servicer, self._server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        names = (SERVICE, health_pb2.DESCRIPTOR.services_by_name["Health"].full_name, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, self._server)

    def _guard(self, tokens: Tokens, recorder: Recorder, pace: RateLimit) -> AccessInterceptor:
        return AccessInterceptor(tokens=tokens, recorder=recorder, pace=pace, peer_at=self._peer_proxy.peer_at)

    async def start(self) -> None:
        """Serve. Raises Refused for a path that cannot hold a private socket, SocketTaken for one in use."""
        self._inner.unlink(missing_ok=True)
        try:
            self._server.add_insecure_port(f"unix:{quote(str(self._inner))}")
        except RuntimeError as error:
            raise Refused(f"no socket can be made in the data directory: {error}") from None
        await self._server.start()
        await self._say(is_serving=True)
        self._public = PublicSocket(self._path)
        self._listening = await self._background.run(serve_locally(self._peer_proxy, self._public.listener))
        if self._listen is not None:
            self._network = await self._background.run(serve_network(self._peer_proxy, self._listen))
        if self._metrics is not None:
            await self._metrics.start()

    async def stop(self) -> None:
        """Accept nothing new, let the calls in progress end, and remove the socket."""
        if self._public is not None:
            self._public.remove()
        await self._background.run(stop_listening(self._listening, self._network))
        if self._metrics is not None:
            await self._metrics.stop()
        await self._say(is_serving=False)
        await self._server.stop(DRAIN_SECONDS)
        await self._background.run(self._peer_proxy.close())
        self._background.close()
        os.close(self._directory)

    async def _say(self, *, is_serving: bool) -> None:
        answer = health_pb2.HealthCheckResponse
        status = answer.SERVING if is_serving else answer.NOT_SERVING
        for name in ("", SERVICE):
            await self._health.set(name, status)


def _metrics(
    daemon: Daemon, listen: ListenSettings, recorder: Recorder, elapsed: Callable[[], float]
) -> MetricsEndpoint:
    return MetricsEndpoint(
        listen,
        scraping=daemon.scraping,
        timings=daemon.timings,
        tokens=daemon.tokens,
        recorder=recorder,
        elapsed=elapsed,
    )
