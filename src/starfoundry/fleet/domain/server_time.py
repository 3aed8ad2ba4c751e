"""Estimate of the server's clock, from the local clock and from the server's data about flights."""

from datetime import datetime, timedelta

from starfoundry.game.model import Nav, NavStatus
from starfoundry.kernel.ports import Clock

_FAR = timedelta(days=3650)


class ServerTime:
    """The time of the server, whose clock may be minutes from the local one.

    Every answer about a ship narrows the difference: a flying ship has departed and not yet arrived, any other has
    arrived. Within those bounds the clocks are assumed to agree.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._least, self._most = -_FAR, _FAR

    def now(self) -> datetime:
        """The current time by the server's clock."""
        return self._clock.now() + min(max(timedelta(0), self._least), self._most)

    def has_departed(self, nav: Nav) -> None:
        """Record that a flight has begun, now or earlier."""
        self._narrow(least=nav.departed_at - self._clock.now())

    def saw(self, nav: Nav) -> None:
        """Record a ship's navigation from an answer that has just arrived."""
        now = self._clock.now()
        if nav.status is NavStatus.IN_TRANSIT:
            self._narrow(least=nav.departed_at - now, most=nav.arrives_at - now)
        elif nav.status in (NavStatus.IN_ORBIT, NavStatus.DOCKED):
            self._narrow(least=nav.arrives_at - now)

    def _narrow(self, *, least: timedelta, most: timedelta = _FAR) -> None:
        """Narrow the bounds; if they contradict the previous ones, a clock was set, and only the new ones count."""
        self._least, self._most = max(self._least, least), min(self._most, most)
        if self._least > self._most:
            self._least, self._most = least, max(least, most)
