"""A process that serves a universe over HTTP."""

import asyncio
import functools
import signal
import socket
from collections.abc import Callable

from starfoundry.kernel.errors import Unavailable
from starfoundry.sandbox.control.admin_api import Admin
from starfoundry.sandbox.control.controller import SandboxController
from starfoundry.sandbox.http.connection import BASE_PATH, Connection

BACKLOG = 256
ADMIN_PATH = "/admin"

Announcement = dict[str, object]


def serve(
    control: SandboxController, *, host: str, port: int, secret: str | None, announce: Callable[[Announcement], None]
) -> None:
    """Serve until SIGINT or SIGTERM; announces base_url, account_token and seed once reachable.

    With a `secret` the admin API is served too, under a path with that secret (`admin_url` in the announcement). Raises
    Unavailable when the port cannot be used.
    """
    listener = _listen(host, port)
    site = f"http://{_shown(host)}:{listener.getsockname()[1]}"
    announcement: Announcement = {
        "base_url": f"{site}{BASE_PATH}",
        "account_token": control.universe.account_token,
        "seed": control.universe.seed,
    }
    admin_path = ""
    if secret is not None:
        admin_path = f"{ADMIN_PATH}/{secret}"
        announcement["admin_url"] = f"{site}{admin_path}"
    connect = functools.partial(Connection, control, Admin(control).handle if admin_path else None, admin_path)
    asyncio.run(_serve(connect, listener, functools.partial(announce, announcement)))


async def _serve(connect: Callable[[], Connection], listener: socket.socket, announce: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for stopping in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stopping, lambda *_: loop.call_soon_threadsafe(stop.set))
    server = await loop.create_server(connect, sock=listener, backlog=BACKLOG)
    announce()
    try:
        await stop.wait()
    finally:
        server.close()


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


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
