"""Timers of a virtual loop, in whole microseconds: the earliest first, equal times in the order they were set."""

import asyncio
import heapq
import math

MICROSECONDS = 1_000_000
CANCELLED_MAX = 100  # fewer cancelled timers are not worth a rebuild


def microseconds(seconds: float) -> int:
    """Whole microseconds, rounded up so that a sleep never ends early; errors below a nanosecond are ignored."""
    return math.ceil(round(seconds * MICROSECONDS, 3))


class Timers:
    """A heap of timer handles that drops cancelled ones before they accumulate."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, asyncio.TimerHandle]] = []
        self._cancelled = 0

    def add(self, handle: asyncio.TimerHandle, number: int) -> None:
        """Schedule `handle`; `number` orders it among timers of its time. A timer at infinity never fires."""
        if handle.when() != math.inf:
            heapq.heappush(self._heap, (microseconds(handle.when()), number, handle))
            handle._scheduled = True  # type: ignore[attr-defined]  # noqa: SLF001  (asyncio's protocol with its loops)

    def note_cancelled(self) -> None:
        """One scheduled timer was cancelled; rebuild the heap when most of it is cancelled."""
        self._cancelled += 1
        if self._cancelled > max(CANCELLED_MAX, len(self._heap) // 2):
            self._heap = [entry for entry in self._heap if not entry[2].cancelled()]
            heapq.heapify(self._heap)
            self._cancelled = 0

    def next_at(self) -> int | None:
        """The microsecond of the earliest timer that will run; None if there is none."""
        while self._heap and self._heap[0][2].cancelled():
            heapq.heappop(self._heap)
            self._cancelled -= 1
        return self._heap[0][0] if self._heap else None

    def take_due(self, now: int) -> list[asyncio.TimerHandle]:
        """Remove and return the due timers."""
        due = []
        heap = self._heap
        while heap and heap[0][0] <= now:
            handle = heapq.heappop(heap)[2]
            handle._scheduled = False  # type: ignore[attr-defined]  # noqa: SLF001
            if handle.cancelled():
                self._cancelled -= 1
            else:
                due.append(handle)
        return due

    def clear(self) -> None:
        """Drop all timers."""
        self._heap.clear()
        self._cancelled = 0
