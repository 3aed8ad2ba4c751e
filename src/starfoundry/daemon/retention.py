"""Periodic pruning of the database."""

import asyncio
import logging

from starfoundry.kernel.errors import Unavailable
from starfoundry.kernel.ports import Clock
from starfoundry.store.engine import Database
from starfoundry.store.pruning import HISTORIES, Bounds, History

FIRST_SWEEP_SECONDS = 60.0
SWEEP_SECONDS = 3_600.0
BATCH_PAUSE_SECONDS = 0.05
"""Pause between two batches, in which others write: pruning uses a small share of the disk's time."""

_log = logging.getLogger(__name__)


class Retention:
    """Checks regularly for rows out of bounds, and deletes them."""

    def __init__(
        self, database: Database, clock: Clock, bounds: Bounds, *, sweep_seconds: float = SWEEP_SECONDS
    ) -> None:
        self._database = database
        self._clock = clock
        self._bounds = bounds
        self._sweep_seconds = sweep_seconds
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Start pruning in the background."""
        self._task = asyncio.create_task(self._run(), name="retention")

    async def close(self) -> None:
        """Stop pruning."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def sweep(self) -> None:
        """Delete everything out of bounds. Raises Unavailable when the disk refuses."""
        for history in HISTORIES:
            is_more = True
            while is_more:
                is_more = await self._prune_batch(history) > 0
                await asyncio.sleep(BATCH_PAUSE_SECONDS)

    async def _prune_batch(self, history: History) -> int:
        now = self._clock.now()
        return await self._database.write(lambda connection: history.prune_batch(connection, self._bounds, now))

    async def _run(self) -> None:
        await asyncio.sleep(FIRST_SWEEP_SECONDS)
        while True:
            try:
                await self.sweep()
            except Unavailable as error:
                _log.warning("histories cannot be pruned at the moment: %s", error.message)
            await asyncio.sleep(self._sweep_seconds)
