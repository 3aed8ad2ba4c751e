"""Real clocks: the system's, and one that follows an event loop with scaled or virtual time."""

import asyncio
import time
from datetime import UTC, datetime, timedelta


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

    def now(self) -> datetime:
        """The epoch plus the seconds the loop has counted since."""
        return self._epoch + timedelta(seconds=self.elapsed())

    def elapsed(self) -> float:
        """Seconds the loop has counted since this clock was made."""
        return self._loop.time() - self._origin
