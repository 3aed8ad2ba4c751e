"""The emergency brake: while a file lies in the data directory, nothing that changes the game is sent.

It is a file so that it holds without the daemon's help: pulled while the daemon is stuck, busy or down, it holds from
that moment on, and after every restart until it is let go.
"""

import os
from pathlib import Path

from starfoundry.game.transport import ConnectionNeverMade, Request, Response, Transport

BRAKE_FILE = "halted"
HALTED = "halted by the operator; `spacetraders resume` lets go"


def brake_file(data_dir: Path) -> Path:
    """Where the brake is."""
    return data_dir / BRAKE_FILE


class BrakedTransport:
    """Carries requests as `inner` does; those that could change the game only while the brake is off."""

    def __init__(self, inner: Transport, data_dir: Path) -> None:
        self._inner = inner
        self._brake = os.fspath(brake_file(data_dir))

    def is_pulled(self) -> bool:
        """Whether the brake is on: a microsecond, asked at every call."""
        return os.path.exists(self._brake)

    async def send(self, request: Request) -> Response:
        """The answer; raises ConnectionNeverMade for anything but a look while the brake is on."""
        if request.method != "GET" and self.is_pulled():
            raise ConnectionNeverMade(HALTED)
        return await self._inner.send(request)

    async def close(self) -> None:
        """Let go of every connection."""
        await self._inner.close()
