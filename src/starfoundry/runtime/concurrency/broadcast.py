"""Notification of very many waiters, a few per turn of the event loop, so that other work continues."""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

WOKEN_AT_ONCE = 50
"""A woken waiter usually writes to a network, which takes about 0.1 ms."""

QUIET_SECONDS = 0.05
"""More waiters than that are notified after this long without a new version and with none expected: once for a whole
burst.
"""

GATHERING_SECONDS = 1.0
"""The longest wait for a burst to end, and the shortest time between two notifications of that many waiters: notifying
them all takes processor time from the work that makes new versions.
"""


class Broadcast:
    """A version that only grows, and waiters for a newer one, woken in the order of their arrival.

    No value is passed: a woken waiter reads the newest one itself, however late its turn comes.
    """

    def __init__(self) -> None:
        self._version = 0
        self._content: deque[asyncio.Future[None]] = deque()
        self._due: deque[asyncio.Future[None]] = deque()
        self._waking: asyncio.Task[None] | None = None
        self._notified_at = float("-inf")
        self._expected = 0

    @property
    def version(self) -> int:
        """The number of announcements so far."""
        return self._version

    def announce(self) -> None:
        """Announce a new version."""
        self._version += 1
        self._due.extend(self._content)
        self._content.clear()
        self._wake()

    @contextmanager
    def announcement_expected(self) -> Iterator[None]:
        """Within this context a new version is expected: notifying very many waiters may be delayed for it."""
        self._expected += 1
        try:
            yield
        finally:
            self._expected -= 1

    async def newer_than(self, version: int) -> None:
        """Return when there is a newer version. A waiter that has missed some queues behind those already due."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._version > version:
            self._due.append(turn)
            self._wake()
        else:
            self._content.append(turn)
        await turn

    def _wake(self) -> None:
        if self._due and self._waking is None:
            self._waking = asyncio.get_running_loop().create_task(self._wake_all(), name="broadcast")

    async def _wake_all(self) -> None:
        try:
            while self._due:
                if len(self._due) > WOKEN_AT_ONCE:
                    await self._gather()
                for number in range(len(self._due)):
                    if number % WOKEN_AT_ONCE == 0:
                        await asyncio.sleep(0)
                    turn = self._due.popleft()
                    if not turn.done():  # else it was cancelled
                        turn.set_result(None)
        finally:
            self._waking = None

    async def _gather(self) -> None:
        """Wait for the end of a burst, up to GATHERING_SECONDS."""
        time = asyncio.get_running_loop().time
        latest = time() + GATHERING_SECONDS
        seen_version = -1
        while time() < self._notified_at + GATHERING_SECONDS or (
            time() < latest and (self._expected or seen_version != self._version)
        ):
            seen_version = self._version
            await asyncio.sleep(QUIET_SECONDS)
        self._notified_at = time()
