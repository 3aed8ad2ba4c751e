"""Listeners on the socket and the network. Network callers need a token or a client certificate."""

import asyncio
import ipaddress
import socket

from starfoundry.daemon.listeners.peer_proxy import HAS_PEERS, PeerProxy
from starfoundry.daemon.listeners.tls import tls_context
from starfoundry.daemon.settings import ListenSettings
from starfoundry.kernel.errors import Refused

HANDSHAKE_SECONDS = 5.0
BACKLOG = 64


async def serve_locally(peer_proxy: PeerProxy, listener: socket.socket) -> asyncio.Server:
    """Serve at the public socket."""
    return await asyncio.get_running_loop().create_unix_server(peer_proxy, sock=listener)


async def stop_listening(*servers: asyncio.Server | None) -> None:
    """Accept no new connections; existing ones stay."""
    for server in servers:
        if server is not None:
            server.close()


async def serve_network(peer_proxy: PeerProxy, listen: ListenSettings) -> asyncio.Server:
    """Serve at that address.

    Raises Refused for an address beyond this machine without a certificate, for an unusable certificate, and for an
    address that cannot be used.
    """
    require_encrypted(listen)
    if not HAS_PEERS:
        raise Refused.of("listen.address", listen.host, "left out on this system: it is served on Linux only")
    context = tls_context(listen, "h2", knows_clients=True)
    loop = asyncio.get_running_loop()
    try:
        return await loop.create_server(
            peer_proxy.from_network,
            listen.host,
            listen.port,
            backlog=BACKLOG,
            ssl=context,
            ssl_handshake_timeout=HANDSHAKE_SECONDS if context else None,
        )
    except OSError as error:
        raise address_taken(listen, error) from None


def address_taken(listen: ListenSettings, error: OSError) -> Refused:
    """The error for an address that cannot be had."""
    return Refused(f"cannot listen on {listen.host} port {listen.port}: {error.strerror or error}")


def require_encrypted(listen: ListenSettings) -> None:
    """Raise Refused for an address reachable by others without encryption."""
    if (listen.certificate is None) is not (listen.key is None):
        raise Refused("listen.certificate and listen.key go together: name both, or none")
    if listen.certificate is None and not _is_this_machine(listen.host):
        raise Refused(
            f"{listen.host} can be reached from other machines, and nothing would be encrypted; make a certificate"
            " first: spacetraders auth cert --host NAME"
        )


def _is_this_machine(host: str) -> bool:
    """Whether every address of that name is a loopback address."""
    try:
        found = {each[4][0] for each in socket.getaddrinfo(host, None)}
    except OSError:
        raise Refused.of("listen.address", host, "an address of this machine") from None
    return all(ipaddress.ip_address(str(each).partition("%")[0]).is_loopback for each in found)
