"""A transport that tells when the server's time does not run as ours does.

A sandbox can run at any speed. A daemon waits for an arrival by its own clock, so at fifty times real time it would
seem to hang: that is said instead.
"""

from starfoundry.game.transport.transport import Request, Response, Transport
from starfoundry.kernel.conditions import ConditionReporter

SPEED_HEADER = "x-sandbox-speed"
"""A header of every answer of a sandbox that does not run at real time; the live server has none."""

KIND = "server-pace"


class ServerPaceWatch:
    """A transport to a server that should run at real time; implements transport.Transport."""

    def __init__(self, inner: Transport, conditions: ConditionReporter) -> None:
        self._inner = inner
        self._conditions = conditions
        self._said: str | None = None

    async def send(self, request: Request) -> Response:
        """The server's answer; the condition follows its header."""
        response = await self._inner.send(request)
        speed = response.headers.get(SPEED_HEADER)
        if speed != self._said:
            self._said = speed
            self._tell(speed)
        return response

    async def close(self) -> None:
        """Close every connection."""
        await self._inner.close()

    def _tell(self, speed: str | None) -> None:
        if speed is None:
            self._conditions.clear(KIND)
            return
        pace = "as fast as possible" if speed == "max" else f"{speed[:20]} times as fast as real time"
        self._conditions.report(
            KIND,
            "",
            reason=f"the server runs {pace}, and this daemon waits in real time",
            next_step="serve the sandbox at speed 1, or start a daemon with a sandbox of its own: --sandbox --speed X",
        )
