"""The sandbox's own time, which may pass faster or slower than the machine's."""

from datetime import datetime, timedelta

from starfoundry.kernel.ports import Clock


class ScaledClock:
    """Another clock's time since this one was made, multiplied. Both start at the same moment."""

    def __init__(self, clock: Clock, speed: float) -> None:
        self._clock = clock
        self._speed = speed
        self._began_at = clock.now()
        self._began = clock.elapsed()

    def now(self) -> datetime:
        """The moment this clock was made plus the scaled time since."""
        return self._began_at + timedelta(seconds=self.elapsed())

    def elapsed(self) -> float:
        """Scaled seconds since this clock was made."""
        return (self._clock.elapsed() - self._began) * self._speed
