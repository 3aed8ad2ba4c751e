"""The listener that Prometheus scrapes: HTTP at an address of its own, for callers with a token.

It runs in a loop of its own, so that it can see how late the daemon's loop is; figures are read in the daemon's loop.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from aiohttp import web

from starfoundry.daemon.access.recorder import Recorder
from starfoundry.daemon.access.tokens import Tokens
from starfoundry.daemon.listeners.network import address_taken, require_encrypted
from starfoundry.daemon.listeners.tls import tls_context
from starfoundry.daemon.metrics.scrape import Scraping
from starfoundry.daemon.metrics.timings import Timings
from starfoundry.daemon.settings import ListenSettings
from starfoundry.kernel.errors import Unauthenticated, Unavailable
from starfoundry.runtime.bounded_logging import BoundedLogFilter
from starfoundry.runtime.concurrency.background import BackgroundLoop

T = TypeVar("T")

PATH = "/metrics"
METHOD = f"GET {PATH}"
"""The name of a scrape in the audit trail."""

CONNECTIONS_MAX = 32
CONNECTION_SECONDS = 30.0
"""A connection makes one scrape within this time, or is closed."""

LAG_SECONDS = 1.0
"""Pause between two looks at how late the daemon's loop is."""

_HEADERS = {"Cache-Control": "no-store", "Server": "StarFoundry", "X-Content-Type-Options": "nosniff"}
_log = logging.getLogger(__name__)


class MetricsEndpoint:
    """The listener of one daemon. `elapsed` is the machine's own time in seconds."""

    def __init__(
        self,
        listen: ListenSettings,
        *,
        scraping: Scraping,
        timings: Timings,
        tokens: Tokens,
        recorder: Recorder,
        elapsed: Callable[[], float],
    ) -> None:
        self._listen = listen
        self._scraping = scraping
        self._timings = timings
        self._tokens = tokens
        self._recorder = recorder
        self._elapsed = elapsed
        self._home = asyncio.get_running_loop()
        self._background = BackgroundLoop("metrics")
        self._server = web.Server(self._answer, access_log=None, logger=_log)
        self._listening: asyncio.Server | None = None
        self._looking: asyncio.Task[None] | None = None
        _log.addFilter(BoundedLogFilter(elapsed))

    async def start(self) -> None:
        """Serve. Raises Refused for an address that cannot be had, or that others reach without encryption."""
        require_encrypted(self._listen)
        await self._background.run(self._begin())

    async def stop(self) -> None:
        """Serve no longer."""
        await self._background.run(self._end())
        self._background.close()

    async def _begin(self) -> None:
        loop = asyncio.get_running_loop()
        host, port = self._listen.host, self._listen.port
        try:
            context = tls_context(self._listen, "http/1.1")
            self._listening = await loop.create_server(self._connection, host, port, ssl=context)
        except OSError as error:
            raise address_taken(self._listen, error) from None
        self._looking = loop.create_task(self._look_at_lag(), name="event loop lag")

    async def _end(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
        if self._listening is not None:
            self._listening.close()
        await self._server.shutdown(timeout=0)

    def _connection(self) -> asyncio.BaseProtocol:
        """The protocol of one connection; one too many is closed at once."""
        if len(self._server.connections) >= CONNECTIONS_MAX:
            return _Full()
        visit = self._server()
        asyncio.get_running_loop().call_later(CONNECTION_SECONDS, visit.force_close)
        return visit

    async def _answer(self, request: web.BaseRequest) -> web.Response:
        response = await self._response(request)
        response.headers.update(_HEADERS)
        response.force_close()
        return response

    async def _response(self, request: web.BaseRequest) -> web.Response:
        given, accept = request.headers.get("Authorization", ""), request.headers.get("Accept", "")
        try:
            body, content_type = await self._at_home(self._scrape(given, accept, _origin(request), request))
        except web.HTTPException as error:
            return web.Response(status=error.status, text=f"{error.text}\n", headers=error.headers)
        except Unauthenticated as error:
            challenge = {"WWW-Authenticate": 'Bearer realm="starfoundry"'}
            return web.Response(status=401, text=f"{error.message}\n", headers=challenge)
        except Unavailable as error:
            return web.Response(status=503, text=f"{error.message}\n")
        return web.Response(body=body, headers={"Content-Type": content_type})

    async def _scrape(self, given: str, accept: str, origin: str, request: web.BaseRequest) -> tuple[bytes, str]:
        try:
            caller = self._tokens.verify(given.removeprefix("Bearer "), origin)
        except Unauthenticated:
            await self._recorder.refuse_stranger(METHOD, origin)
            raise
        if request.path != PATH:
            raise web.HTTPNotFound(text=f"there is only {PATH}")
        if request.method not in ("GET", "HEAD"):
            raise web.HTTPMethodNotAllowed(request.method, ("GET", "HEAD"), text=f"{PATH} is only read")
        return await self._scraping.scrape(accept, caller.players)

    async def _at_home(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of `work`, which runs in the daemon's own loop."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._home))

    async def _look_at_lag(self) -> None:
        while True:
            asked = self._elapsed()
            await self._at_home(_turn())
            self._timings.lagged(self._elapsed() - asked)
            await asyncio.sleep(LAG_SECONDS)


async def _turn() -> None:
    """Nothing but a place in the queue of what is due."""


class _Full(asyncio.Protocol):
    """A connection for which there is no room."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Close it."""
        transport.close()


def _origin(request: web.BaseRequest) -> str:
    peer = None if request.transport is None else request.transport.get_extra_info("peername")
    return f"{peer[0]} port {peer[1]}" if peer else "an unknown address"
