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

from starfoundry.config.service.settings_watch import WATCHERS_MAX
from starfoundry.daemon.access.interceptor import AccessInterceptor
from starfoundry.daemon.access.rate_limit import RateLimit
from starfoundry.daemon.access.recorder import Recorder
from starfoundry.daemon.access.tokens import Tokens
from starfoundry.daemon.composition.running import Daemon
from starfoundry.daemon.composition.servicer import CALLS_MAX, STREAMS_OF_A_CONNECTION_MAX
from starfoundry.daemon.listeners import malformed
from starfoundry.daemon.listeners.grpc_server import GrpcServer
from starfoundry.daemon.listeners.network import serve_locally, serve_network, stop_listening
from starfoundry.daemon.listeners.peer_proxy import PeerProxy, connections_max
from starfoundry.daemon.listeners.socket_path import PublicSocket
from starfoundry.daemon.metrics.endpoint import MetricsEndpoint
from starfoundry.daemon.settings import ListenSettings, Settings
from starfoundry.daemon.tracing.traced_calls import TracingInterceptor
from starfoundry.runtime.bounded_logging import BoundedLogFilter
from starfoundry.runtime.concurrency.background import BackgroundLoop

INNER_NAME, INNER_NETWORK_NAME = ".binding", ".binding-network"
NONCE_CHARACTERS = 32
LOCAL_CALLS_MAX = CALLS_MAX + WATCHERS_MAX
"""The bound of gRPC itself; the bounds of calls and streams are servicer.CALLS_MAX and watch.WATCHERS_MAX."""

CALLS_OF_A_CONNECTION_MAX = 4 * STREAMS_OF_A_CONNECTION_MAX
"""More than allowed, so that a caller over its bound gets a reason: gRPC itself resets calls silently."""

NETWORK_CALLS_MAX = 1_000
"""The same for all callers over the network together; a call counts before its caller is known."""


class Server:
    """One daemon's server. `elapsed` is real time in seconds.

    Callers over the network have a gRPC server of their own: whatever they do, it takes no call of a local caller.
    """

    def __init__(self, daemon: Daemon, settings: Settings, *, nonce: str, elapsed: Callable[[], float]) -> None:
        data_dir, self._path, self._listen = settings.data_dir, settings.socket, settings.listen
        self._background = BackgroundLoop("peer_proxy")
        self._directory = os.open(data_dir, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        reachable = Path(f"/proc/self/fd/{self._directory}")  # short, whatever the length of the directory's path
        private = reachable if reachable.exists() else data_dir
        self._inner, self._inner_network = private / INNER_NAME, private / INNER_NETWORK_NAME
        self._peer_proxy = PeerProxy(
            str(self._inner), str(self._inner_network), nonce=nonce, most=connections_max(), elapsed=elapsed
        )
        self._public: PublicSocket | None = None
        self._listening: asyncio.Server | None = None
        self._network: asyncio.Server | None = None
        pace = RateLimit(elapsed)
        recorder = Recorder(daemon.database, daemon.ports.clock, pace)
        self._metrics = None if settings.metrics is None else _metrics(daemon, settings.metrics, recorder, elapsed)
        logging.getLogger(malformed.__name__).addFilter(BoundedLogFilter(elapsed))
        guards = [
            self._guard(daemon.tokens, recorder, pace),
            TracingInterceptor(daemon.ports.tracer),
            malformed.MalformedInterceptor(),
        ]
        self._local, self._remote = (
            GrpcServer(
                inner,
                daemon.servicer,
                guards,
                calls_max=calls_max,
                calls_of_a_connection_max=CALLS_OF_A_CONNECTION_MAX,
            )
            for inner, calls_max in ((self._inner, LOCAL_CALLS_MAX), (self._inner_network, NETWORK_CALLS_MAX))
        )

    def _guard(self, tokens: Tokens, recorder: Recorder, pace: RateLimit) -> AccessInterceptor:
        proxy = self._peer_proxy
        return AccessInterceptor(
            tokens=tokens, recorder=recorder, pace=pace, peer_at=proxy.peer_at, identified=proxy.identified
        )

    async def start(self) -> None:
        """Serve. Raises Refused for a path that cannot hold a private socket, SocketTaken for one in use."""
        await self._local.start()
        self._public = PublicSocket(self._path)
        self._listening = await self._background.run(serve_locally(self._peer_proxy, self._public.listener))
        if self._listen is not None:
            await self._remote.start()
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
        await asyncio.gather(self._local.stop(), self._remote.stop())
        await self._background.run(self._peer_proxy.close())
        self._background.close()
        os.close(self._directory)


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
