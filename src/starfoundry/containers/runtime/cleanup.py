"""What is cleared up behind a container that has ended, while the daemon goes on."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from starfoundry.containers.domain.model import Container
from starfoundry.kernel.ids import ContainerId

_log = logging.getLogger(__name__)

ClearUp = Callable[[Container], Coroutine[Any, Any, None]]


class Cleanup:
    """At most one for each container: a new run of it begins only when the parting of the last has given up."""

    def __init__(self, clear_up: ClearUp | None) -> None:
        self._clear_up = clear_up
        self._running: dict[ContainerId, asyncio.Task[None]] = {}

    def begin(self, container: Container) -> None:
        """Clear up behind a container, in its own time."""
        if self._clear_up is None:
            return
        parting = asyncio.create_task(self._clear_up(container), name=f"after {container.id}")
        self._running[container.id] = parting
        parting.add_done_callback(lambda _over: self._forget(container.id, parting))

    async def give_up(self, container_id: ContainerId) -> None:
        """Return once nothing is cleared up behind the container any more: from here on all is the new run's own."""
        await self._end([parting] if (parting := self._running.get(container_id)) is not None else [])

    async def close(self) -> None:
        """Give up on all of them; the next start of the daemon does the same again."""
        await self._end(list(self._running.values()))

    async def _end(self, cleanup: list[asyncio.Task[None]]) -> None:
        for parting in cleanup:
            parting.cancel()
        await asyncio.gather(*cleanup, return_exceptions=True)

    def _forget(self, container_id: ContainerId, parting: asyncio.Task[None]) -> None:
        if self._running.get(container_id) is parting:
            del self._running[container_id]
        if not parting.cancelled() and (error := parting.exception()) is not None:
            _log.warning(
                "could not clear up behind %s; the next start of the daemon does", container_id, exc_info=error
            )
