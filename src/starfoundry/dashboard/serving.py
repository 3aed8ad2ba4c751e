"""The page's server, for this machine only, until a signal stops it."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from starfoundry.dashboard.access_rules import PageAccess
from starfoundry.dashboard.async_client import AsyncDaemonClient
from starfoundry.dashboard.listener import Listener
from starfoundry.dashboard.web_app import WebApp
from starfoundry.kernel.errors import Unavailable
from starfoundry.kernel.ports import Entropy
from starfoundry.runtime.bounded_logging import BoundedLogFilter
from starfoundry.runtime.clock import SystemClock

HOST = "127.0.0.1"
BACKLOG = 128
"""Connections that the system keeps waiting to be taken."""

TAKEN_AT_ONCE = 16
"""Connections taken before those taken earlier are judged: each holds one of the process's files until then."""

IDLE_SECONDS = 1.0
"""A connection that asks for nothing more, or for only a part of it, is closed after this."""

TOKEN_CHARACTERS = 32

_log = logging.getLogger(__name__)

_GOODBYE_SECONDS = 0.2  # open pages listen for ever; they reconnect by themselves when the page is served again


def serve(daemon: Path, *, port: int, entropy: Entropy, announce: Callable[[str], None]) -> None:
    """Serve the page of the daemon behind that socket until SIGINT or SIGTERM; `announce` gets its address.

    With port 0 any that is free is taken. Raises Unavailable when the port cannot be had.
    """
    for name in (_log.name, "asyncio"):
        logging.getLogger(name).addFilter(BoundedLogFilter(SystemClock().elapsed))
    listener = _listen(port)
    number = listener.getsockname()[1]
    hosts = frozenset(f"{name}:{number}" for name in (HOST, "localhost"))
    guard = PageAccess(hosts=hosts, token=entropy.token("dashboard", TOKEN_CHARACTERS))
    asyncio.run(_serve(listener, daemon, guard, lambda: announce(f"http://{HOST}:{number}/")))


async def _serve(listener: socket.socket, daemon: Path, guard: PageAccess, announce: Callable[[], None]) -> None:
    link = AsyncDaemonClient(daemon)
    runner = web.AppRunner(
        WebApp(link=link, guard=guard).application(),
        access_log=None,
        shutdown_timeout=_GOODBYE_SECONDS,
        keepalive_timeout=IDLE_SECONDS,
        logger=_log,
    )
    await runner.setup()
    stop = asyncio.Event()
    for stopping in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(stopping, stop.set)
    assert runner.server is not None, "a runner that is set up has one"
    served = await asyncio.get_running_loop().create_server(
        Listener(runner.server), sock=listener, backlog=TAKEN_AT_ONCE
    )
    listener.listen(BACKLOG)  # to the loop `backlog` is also how many it takes in one go
    try:
        announce()
        await stop.wait()
    finally:
        served.close()
        await runner.cleanup()
        await link.close()


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise Unavailable(f"cannot listen on {HOST}:{port}: {error.strerror}; choose another with --port") from None
    return listener
