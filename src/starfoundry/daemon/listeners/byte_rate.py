"""The rate at which bytes of network callers are taken, by address.

gRPC works on every byte before anybody knows who sent it. It takes them as fast as they come and queues its work: 20 MB
of long lists of headers, all refused, made a daemon 1.2 GB larger (grpcio 1.85).
"""

import ipaddress
from collections.abc import Callable

BYTES_A_SECOND = 64 * 1024
"""A call is some hundred bytes."""

BYTES_AT_ONCE = 64 * 1024
"""The maximum burst after a pause."""

ADDRESSES_MAX = 10_000
IPV6_PREFIX = 64
"""Whoever has one address of IPv6 has all that begin with the same bits."""


class ByteRate:
    """Token buckets by address. `elapsed` is real time in seconds."""

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed = elapsed
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, address: str, wanted: int) -> int:
        """The number of these bytes that may be taken now; they are counted."""
        now = self._elapsed()
        left, at = self._left.pop(address, (float(BYTES_AT_ONCE), now))
        left = min(float(BYTES_AT_ONCE), left + (now - at) * BYTES_A_SECOND)
        taken = min(wanted, int(left))
        self._left[address] = (left - taken, now)
        if len(self._left) > ADDRESSES_MAX:
            del self._left[next(iter(self._left))]  # the one that has sent nothing for longest
        return taken


def network_of(host: str) -> str:
    """The part of an address that is counted as one."""
    address = ipaddress.ip_address(host.partition("%")[0])
    if isinstance(address, ipaddress.IPv4Address):
        return host
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False))
