"""Background loop of automatic tuning: one look a minute, from the first time that there is something to look at."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol

from starfoundry.kernel.errors import StarFoundryError

LOOK_SECONDS = 60.0
"""Pause between two looks."""

_log = logging.getLogger(__name__)


class Watcher(Protocol):
    """Something that is looked at now and then."""

    async def has_work(self) -> bool:
        """Whether there is anything to look at."""

    async def look(self) -> None:
        """One look, and what comes of it."""


class TuningWatch:
    """Has each watcher look, one after another."""

    def __init__(self, watchers: Sequence[Watcher]) -> None:
        self._watchers = watchers
        self._task: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Look from now on, in the background, if there is anything to look at."""
        if [each for each in self._watchers if await each.has_work()]:
            self.wake()

    def wake(self) -> None:
        """Look from now on: there is something to look at."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="tuning watch")

    async def close(self) -> None:
        """Look no more; what is stored goes on at the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            for watcher in self._watchers:
                try:
                    await watcher.look()
                except StarFoundryError as error:  # such as a disk that refuses: the next look tries again
                    _log.warning("a check of the tuner failed: %s", error.message)
            await asyncio.sleep(LOOK_SECONDS)
