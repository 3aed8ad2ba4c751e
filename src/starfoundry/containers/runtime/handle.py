"""One container in this process, over all its restarts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from starfoundry.containers.domain.ending import Ending
from starfoundry.containers.domain.model import Container, ContainerStatus
from starfoundry.containers.runtime.runner import StopSignal
from starfoundry.kernel.ids import PlayerId

UNWRITTEN = "it ends, which the disk refuses to remember yet: a restart of the daemon before it does would run it again"


class ContainerHandle:
    """Tells the container to end, limits how long that may take, and says when it is over.

    `drain_seconds` is how long an end may take that is neither at once nor without a limit. `wanted` is how it should
    stand until it has ended, whether or not the disk took note of that.
    """

    task: asyncio.Task[None]

    def __init__(self, player_id: PlayerId, drain_seconds: float) -> None:
        self.player_id = player_id
        self.wanted: ContainerStatus | None = None
        self.stop = StopSignal()
        self._drain_seconds = drain_seconds
        self._deadline: asyncio.Timeout | None = None

    @property
    def stops_for_good(self) -> bool:
        """Whether it was asked to end, and not only because the daemon goes down."""
        return self.stop.requested and not self.stop.is_shutdown

    def is_cut_off(self) -> bool:
        """Whether it is asked to end at once; that may come while it runs."""
        return self.stop.requested and self.stop.ending is Ending.NOW

    def cut_off_text(self) -> str:
        """What is told of a container whose work did not end within its time."""
        within = f"{self._drain_seconds / 60:g} min"
        return f"its work did not end within {within} and was cut off: what its ships hold is still aboard"

    @asynccontextmanager
    async def limited(self) -> AsyncIterator[asyncio.Timeout]:
        """What a runner is run inside: without a limit until it is asked to end."""
        async with asyncio.timeout(None) as deadline:
            self._deadline = deadline
            if self.stop.requested:
                self._limit(self._patience_seconds())
            try:
                yield deadline
            finally:
                self._deadline = None

    def as_it_is(self, stored: Container) -> Container:
        """The container as it stands: one may be ending though the disk took no note of it."""
        if self.wanted is None or not self.stops_for_good or stored.status is not ContainerStatus.RUNNING:
            return stored
        return replace(stored, status=self.wanted, exit_reason=UNWRITTEN)

    def end(self, ending: Ending, wanted: ContainerStatus) -> None:
        """Ask it to end for good; a runner at work is cancelled when that takes too long."""
        self.wanted = wanted
        self.stop.request(ending)
        self._limit(self._patience_seconds())

    def shut_down(self, seconds: float) -> None:
        """Ask it to end as the daemon does; a runner at work is cancelled after `seconds`."""
        self.stop.request(is_shutdown=True)
        self._limit(seconds)

    async def over(self, wait_seconds: float | None) -> None:
        """Return once it has ended, or after `wait_seconds`; it does not notice."""
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_seconds):
                await asyncio.shield(self.task)

    def _patience_seconds(self) -> float | None:
        return {Ending.NOW: 0.0, Ending.SOON: self._drain_seconds, Ending.DRAINED: None}[self.stop.ending]

    def _limit(self, seconds: float | None) -> None:
        if seconds is not None and self._deadline is not None and not self._deadline.expired():
            self._deadline.reschedule(asyncio.get_running_loop().time() + seconds)
