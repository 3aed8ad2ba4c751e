"""Serves the page to this machine until told to stop."""

import asyncio
import signal
import socket
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from starfoundry.dashboard.guard import Guard
from starfoundry.dashboard.link import Link
from starfoundry.dashboard.site import Site
from starfoundry.kernel.errors import Unavailable
from starfoundry.kernel.ports import Entropy

HOST = "127.0.0.1"
TOKEN_CHARACTERS = 32

_GOODBYE_SECONDS = 0.2  # open pages listen for ever; they begin anew by themselves when the page is served again


def serve(daemon: Path, *, port: int, entropy: Entropy, announce: Callable[[str], None]) -> None:
    """Serve the page of the daemon behind that socket until SIGINT or SIGTERM; `announce` gets its address.

    With port 0 any that is free is taken. Raises Unavailable when the port cannot be had.
    """
    listener = _listen(port)
    number = listener.getsockname()[1]
    hosts = frozenset(f"{name}:{number}" for name in (HOST, "localhost"))
    guard = Guard(hosts=hosts, token=entropy.token("dashboard", TOKEN_CHARACTERS))
    asyncio.run(_serve(listener, daemon, guard, lambda: announce(f"http://{HOST}:{number}/")))


async def _serve(listener: socket.socket, daemon: Path, guard: Guard, announce: Callable[[], None]) -> None:
    link = Link(daemon)
    runner = web.AppRunner(
        Site(link=link, guard=guard).application(), access_log=None, shutdown_timeout=_GOODBYE_SECONDS
    )
    await runner.setup()
    stop = asyncio.Event()
    for stopping in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(stopping, stop.set)
    try:
        await web.SockSite(runner, listener).start()
        announce()
        await stop.wait()
    finally:
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
