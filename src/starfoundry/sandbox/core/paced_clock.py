"""The sandbox's clock, which may run faster or slower than the machine's, stand still, or jump."""

import math
from datetime import datetime, timedelta

from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ports import Clock

SPEED_MAX = 10_000.0
PAUSED, UNPACED = 0.0, math.inf


class PacedClock:
    """Another clock's time since this one was made, at a variable speed; it never goes back.

    At infinite speed no time passes by itself: the server of the universe advances it.
    """

    def __init__(self, clock: Clock, speed: float = 1.0, *, starts_at: datetime | None = None) -> None:
        self._clock = clock
        self._speed = _checked(speed)
        self._first = starts_at or clock.now()
        self._passed = 0.0
        self._anchor = clock.elapsed()

    @property
    def speed(self) -> float:
        """Its seconds per second of the machine."""
        return self._speed

    def now(self) -> datetime:
        """The start time plus the time that has passed since."""
        return self._first + timedelta(seconds=self.elapsed())

    def elapsed(self) -> float:
        """Its own seconds since it was made."""
        if math.isinf(self._speed):
            return self._passed
        return self._passed + (self._clock.elapsed() - self._anchor) * self._speed

    def beginning_at(self, moment: datetime) -> "PacedClock":
        """Another clock at the same speed, which shows `moment` now."""
        return PacedClock(self._clock, self._speed, starts_at=moment)

    def set_speed(self, speed: float) -> None:
        """Continue at another speed. Raises Refused."""
        passed = self.elapsed()
        self._speed, self._passed, self._anchor = _checked(speed), passed, self._clock.elapsed()

    def jump(self, seconds: float) -> None:
        """Advance by that many seconds at once. Raises Refused for a negative number."""
        if not 0 <= seconds < math.inf:
            raise Refused.of("seconds", seconds, "0 or more")
        self._passed += seconds


def _checked(speed: float) -> float:
    if speed != UNPACED and not 0 <= speed <= SPEED_MAX:
        raise Refused.of("speed", speed, f"from 0 (paused) to {SPEED_MAX:.0f}, or max")
    return speed
