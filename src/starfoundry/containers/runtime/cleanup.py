"""Cleanup after a container has ended, in the background."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from starfoundry.containers.domain.model import Container
from starfoundry.kernel.ids import ContainerId

_log = logging.getLogger(__name__)

CleanupWork = Callable[[Container], Coroutine[Any, Any, None]]


class Cleanup:
    """At most one cleanup per container; a new run starts only after the cleanup of the last one was cancelled."""

    def __init__(self, clean_up: CleanupWork | None) -> None:
        self._clean_up = clean_up
        self._running: dict[ContainerId, asyncio.Task[None]] = {}

    def begin(self, container: Container) -> None:
        """Start the cleanup of a container in the background."""
        if self._clean_up is None:
            return
        cleanup = asyncio.create_task(self._clean_up(container), name=f"after {container.id}")
        self._running[container.id] = cleanup
        cleanup.add_done_callback(lambda _cleanup: self._forget(container.id, cleanup))

    async def cancel(self, container_id: ContainerId) -> None:
        """Cancel the cleanup of the container; when this returns, none is running."""
        await self._end([cleanup] if (cleanup := self._running.get(container_id)) is not None else [])

    async def close(self) -> None:
        """Cancel all cleanups; the next start of the daemon repeats them."""
        await self._end(list(self._running.values()))

    async def _end(self, cleanups: list[asyncio.Task[None]]) -> None:
        for cleanup in cleanups:
            cleanup.cancel()
        await asyncio.gather(*cleanups, return_exceptions=True)

    def _forget(self, container_id: ContainerId, cleanup: asyncio.Task[None]) -> None:
        if self._running.get(container_id) is cleanup:
            del self._running[container_id]
        if not cleanup.cancelled() and (error := cleanup.exception()) is not None:
            _log.warning(
                "cleanup after %s failed; the next start of the daemon repeats it", container_id, exc_info=error
            )
