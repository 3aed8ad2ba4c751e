"""Two connections that forward to each other, each only as fast as the other end reads."""

import asyncio
from typing import cast

_SLOW = "the other end is slow"


class Pipe(asyncio.Protocol):
    """One of two connections that forward to each other."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.other: Pipe | None = None
        self._holds: set[str] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note the transport."""
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Forward it."""
        if self.other is not None and self.other.transport is not None:
            self.other.transport.write(data)

    def eof_received(self) -> bool:
        """Whether the connection stays open: it closes, and with it the other."""
        return False

    def pause_writing(self) -> None:
        """Read nothing more from the other end: this one is slow."""
        if self.other is not None:
            self.other.hold(_SLOW)

    def resume_writing(self) -> None:
        """Read again from the other end."""
        if self.other is not None:
            self.other.release(_SLOW)

    def hold(self, reason: str) -> None:
        """Read nothing until the reason is released, and every other one."""
        self._holds.add(reason)
        if self.transport is not None:
            self.transport.pause_reading()

    def release(self, reason: str) -> None:
        """End a hold."""
        self._holds.discard(reason)
        if self.transport is not None and not self._holds:
            self.transport.resume_reading()

    def connection_lost(self, _exc: Exception | None) -> None:
        """Close the other connection."""
        other, self.other = self.other, None
        if other is not None and other.transport is not None:
            other.transport.close()
