"""The handle of one container in this process, across all its restarts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from starfoundry.containers.domain.ending import Ending
from starfoundry.containers.domain.model import Container, ContainerStatus
from starfoundry.containers.runtime.runner import StopSignal
from starfoundry.kernel.ids import PlayerId

UNWRITTEN = "it is ending, but the disk has not stored that yet: a restart of the daemon before that would run it again"


class ContainerHandle:
    """Tells the container to end, limits the time for that, and reports its end.

    `drain_seconds` is the limit for an end that is neither immediate nor unlimited. `wanted` is the status it
    should have, whether or not the disk has stored it.
    """

    task: asyncio.Task[None]

    def __init__(self, player_id: PlayerId, drain_seconds: float) -> None:
        self.player_id = player_id
        self.wanted: ContainerStatus | None = None
        self.stop = StopSignal()
        self._drain_seconds = drain_seconds
        self._deadline: asyncio.Timeout | None = None

    @property
    def is_end_requested(self) -> bool:
        """Whether it was asked to end, other than by a shutdown of the daemon."""
        return self.stop.requested and not self.stop.is_shutdown

    def ends_now_requested(self) -> bool:
        """Whether it is asked to end immediately; that can change while it runs."""
        return self.stop.requested and self.stop.ending is Ending.NOW

    def timeout_reason(self) -> str:
        """The reason stored for a container whose work did not end in time."""
        within = f"{self._drain_seconds / 60:g} min"
        return f"its work did not end within {within} and was cancelled: its ships still have their cargo aboard"

    @asynccontextmanager
    async def limited(self) -> AsyncIterator[asyncio.Timeout]:
        """A context for a runner: without a time limit until it is asked to end."""
        async with asyncio.timeout(None) as deadline:
            self._deadline = deadline
            if self.stop.requested:
                self._limit(self._patience_seconds())
            try:
                yield deadline
            finally:
                self._deadline = None

    def with_current_status(self, stored: Container) -> Container:
        """The container with its current status; it may be ending although the disk has not stored that."""
        if self.wanted is None or not self.is_end_requested or stored.status is not ContainerStatus.RUNNING:
            return stored
        return replace(stored, status=self.wanted, exit_reason=UNWRITTEN)

    def end(self, ending: Ending, wanted: ContainerStatus) -> None:
        """Ask it to end; a working runner is cancelled when the time limit is over."""
        self.wanted = wanted
        self.stop.request(ending)
        self._limit(self._patience_seconds())

    def shut_down(self, seconds: float) -> None:
        """Ask it to end because the daemon stops; a working runner is cancelled after `seconds`."""
        self.stop.request(is_shutdown=True)
        self._limit(seconds)

    async def wait_until_ended(self, wait_seconds: float | None) -> None:
        """Wait until it has ended, or for `wait_seconds`; waiting does not affect it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_seconds):
                await asyncio.shield(self.task)

    def _patience_seconds(self) -> float | None:
        return {Ending.NOW: 0.0, Ending.SOON: self._drain_seconds, Ending.DRAINED: None}[self.stop.ending]

    def _limit(self, seconds: float | None) -> None:
        if seconds is not None and self._deadline is not None and not self._deadline.expired():
            self._deadline.reschedule(asyncio.get_running_loop().time() + seconds)
