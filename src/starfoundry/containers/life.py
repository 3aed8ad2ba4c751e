"""One container in this process, over all its restarts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starfoundry.containers.runner import StopSignal
from starfoundry.kernel.ids import PlayerId


class Life:
    """Tells the container to end, limits how long that may take, and says when it is over."""

    task: asyncio.Task[None]

    def __init__(self, player_id: PlayerId) -> None:
        self.player_id = player_id
        self.stop = StopSignal()
        self._deadline: asyncio.Timeout | None = None

    @property
    def stops_for_good(self) -> bool:
        """Whether it was asked to end, and not only because the daemon goes down."""
        return self.stop.requested and not self.stop.is_shutdown

    @asynccontextmanager
    async def limited(self, drain_seconds: float) -> AsyncIterator[asyncio.Timeout]:
        """What a runner is run inside: without a limit until it is asked to end, by default with `drain_seconds`."""
        async with asyncio.timeout(None) as deadline:
            self._deadline = deadline
            if self.stop.requested:
                self.end_within(drain_seconds, is_shutdown=self.stop.is_shutdown)
            try:
                yield deadline
            finally:
                self._deadline = None

    def end_within(self, seconds: float, *, is_shutdown: bool) -> None:
        """Ask it to end; a runner at work is cancelled after `seconds`."""
        self.stop.request(is_shutdown=is_shutdown)
        if self._deadline is not None and not self._deadline.expired():
            self._deadline.reschedule(asyncio.get_running_loop().time() + seconds)

    async def over(self, wait_seconds: float | None) -> None:
        """Return once it has ended, or after `wait_seconds`; it does not notice."""
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_seconds):
                await asyncio.shield(self.task)
