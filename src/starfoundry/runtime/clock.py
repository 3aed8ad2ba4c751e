"""Real clocks: the system's, and one that follows an event loop with scaled or virtual time."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

from starfoundry.kernel.ports import Clock
from starfoundry.runtime.scaled_loop import ScaledLoop


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The machine's wall-clock time in UTC."""
        return datetime.now(UTC)

    def elapsed(self) -> float:
        """The machine's monotonic seconds."""
        return time.monotonic()


class LoopClock:
    """Time as an event loop counts it, shown as a wall clock that began at `epoch`.

    With a scaled loop the wall clock runs at the loop's speed; with a virtual one it jumps with it.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, epoch: datetime) -> None:
        self._loop = loop
        self._epoch = epoch
        self._origin = loop.time()
        self._began = datetime.now(UTC)

    def now(self) -> datetime:
        """The epoch plus the seconds the loop has counted since."""
        return self._epoch + timedelta(seconds=self.elapsed())

    def elapsed(self) -> float:
        """Seconds the loop has counted since this clock was made."""
        return self._loop.time() - self._origin

    def shown_at(self, instant: datetime) -> datetime:
        """The time it showed at a real instant, such as when a file was made."""
        speed = self._loop.speed if isinstance(self._loop, ScaledLoop) else 1.0
        return self._epoch + speed * (instant - self._began)


def shown_at(instant: datetime, clock: Clock) -> datetime:
    """The clock's time at a real instant."""
    return clock.shown_at(instant) if isinstance(clock, LoopClock) else instant
