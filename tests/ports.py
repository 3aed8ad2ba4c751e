"""Ports for programs that are told where to listen."""

import socket
from pathlib import Path

from starfoundry.runtime.entropy import SystemEntropy

LOWEST = 20_000
RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_port() -> int:
    """A port of the loopback at which nobody listens.

    It is none of those that the system gives to connections, so that none of them has it before the program listens.
    """
    below = int(RANGE.read_text().split()[0]) if RANGE.exists() else 32_768
    ports = SystemEntropy().stream("ports")
    while True:
        port = ports.randrange(LOWEST, below)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
