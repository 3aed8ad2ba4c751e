"""Tells very many that there is something new, a few at each turn of the event loop, so that other work goes on."""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

WOKEN_AT_ONCE = 50
"""Who is woken usually writes to a network, which takes some 0.1 ms."""

QUIET_SECONDS = 0.05
"""More than that are told when there was nothing new for so long and nothing is on its way: a burst once, and whole."""

GATHERING_SECONDS = 1.0
"""News without a pause are told so often, and nothing is told sooner after what was told before: telling them all keeps
a processor, and a loop, from the very work that news come from."""


class Broadcast:
    """A version that only grows, and those who wait for a newer one. They are woken in the order in which they came.

    Nothing is handed over: who is woken looks for itself, and finds the newest however long its turn took to come.
    """

    def __init__(self) -> None:
        self._version = 0
        self._content: deque[asyncio.Future[None]] = deque()
        self._due: deque[asyncio.Future[None]] = deque()
        self._waking: asyncio.Task[None] | None = None
        self._told_at = float("-inf")
        self._on_the_way = 0

    @property
    def version(self) -> int:
        """How often there was something new."""
        return self._version

    def tell(self) -> None:
        """There is something new."""
        self._version += 1
        self._due.extend(self._content)
        self._content.clear()
        self._wake()

    @contextmanager
    def on_its_way(self) -> Iterator[None]:
        """Something new may be told within this: for very many it is worth a while of waiting."""
        self._on_the_way += 1
        try:
            yield
        finally:
            self._on_the_way -= 1

    async def newer_than(self, version: int) -> None:
        """Return when there is something newer; who has missed some queues behind those who wait for their turn."""
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
        """Let a burst come to its end, unless it has none."""
        time = asyncio.get_running_loop().time
        latest = time() + GATHERING_SECONDS
        heard = -1
        while time() < self._told_at + GATHERING_SECONDS or (
            time() < latest and (self._on_the_way or heard != self._version)
        ):
            heard = self._version
            await asyncio.sleep(QUIET_SECONDS)
        self._told_at = time()
