"""The user at the other end of a local connection, as far as the operating system says (Linux does).

A port is open to every user of the machine, unlike the daemon's socket, which lies in a directory of its owner's.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address
from pathlib import Path

TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))

Address = tuple[str, int]


def read_tables(tables: Sequence[Path] = TABLES) -> list[str] | None:
    """The connections of this machine, a line each; None where the system does not tell."""
    try:
        return [line for table in tables if table.exists() for line in table.read_text().splitlines()[1:]] or None
    except OSError:
        return None


def user_of(connections: Sequence[str], client: Address, server: Address) -> int | None:
    """The number of the user whose end `client` is; None for a connection that nobody holds (any more)."""
    wanted = [_written(client), _written(server)]
    for line in connections:
        columns = line.split()
        local, remote, user, inode = columns[1], columns[2], columns[7], columns[9]
        # An end that its process has let go of is shown as root's, and without an inode.
        if [_short(local), _short(remote)] == wanted and inode != "0":
            return int(user)
    return None


def _written(address: Address) -> str:
    host, port = address
    return f"{IPv4Address(host).packed[::-1].hex().upper()}:{port:04X}"


def _short(column: str) -> str:
    """An address of the table as IPv4; one of IPv6 that stands for it ends in it."""
    host, _, port = column.partition(":")
    return f"{host[-8:]}:{port}"
