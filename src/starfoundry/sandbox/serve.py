"""Serves a universe over HTTP in a process of its own."""

import signal
import socket
from collections.abc import Callable

import uvicorn

from starfoundry.kernel.errors import Refused, Unavailable
from starfoundry.kernel.ports import Clock
from starfoundry.sandbox.api import Api
from starfoundry.sandbox.clock import ScaledClock
from starfoundry.sandbox.http import BASE_PATH, HttpSandbox
from starfoundry.sandbox.universe import Universe

SPEED_MAX = 10_000.0
BACKLOG = 256

Announcement = dict[str, object]


class _AnnouncingServer(uvicorn.Server):
    """A server that says so once it can be reached."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start serving, then announce it."""
        await super().startup(sockets)
        if self.started:
            self._announce()


def serve(
    *, seed: int, host: str, port: int, speed: float, clock: Clock, announce: Callable[[Announcement], None]
) -> None:
    """Serve until told to stop (SIGINT, SIGTERM); announces base_url, account_token and seed once it can be reached.

    Raises Refused for a speed that is not above 0, and Unavailable when the port cannot be had.
    """
    if not 0 < speed <= SPEED_MAX:
        raise Refused.of("speed", speed, f"above 0, at most {SPEED_MAX:.0f}")
    universe = Universe(seed, ScaledClock(clock, speed))
    listener = _listen(host, port)
    bound = listener.getsockname()[1]
    announcement: Announcement = {
        "base_url": f"http://{host}:{bound}{BASE_PATH}",
        "account_token": universe.account_token,
        "seed": seed,
    }
    config = uvicorn.Config(
        HttpSandbox(Api(universe)), log_level="warning", access_log=False, server_header=False, date_header=False
    )
    for stopping in (signal.SIGINT, signal.SIGTERM):
        signal.signal(
            stopping, lambda *_: None
        )  # uvicorn stops on the signal, then raises it again for whoever is left
    _AnnouncingServer(config, lambda: announce(announcement)).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket. Asyncio sends small answers at once only on sockets that name their protocol (TCP)."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(place)
            listener.listen(BACKLOG)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise Unavailable(f"cannot listen on {host}:{port}: {error.strerror}") from None
    return listener
