"""What a kind of container must offer to be run, and how it is told to come to an end."""

import asyncio
from typing import Protocol

from starfoundry.containers.model import Container


class StopSignal:
    """Tells one run of a container to come to an end."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._is_shutdown = False

    @property
    def requested(self) -> bool:
        """Whether the run should end."""
        return self._event.is_set()

    @property
    def is_shutdown(self) -> bool:
        """Whether only the daemon goes down: the container runs again later, so its work may stay as it lies."""
        return self._is_shutdown

    async def wait(self) -> None:
        """Return once the run should end."""
        await self._event.wait()

    def request(self, *, is_shutdown: bool = False) -> None:
        """Ask the run to end; a stop for good outweighs a shutdown."""
        if not self.requested or not is_shutdown:
            self._is_shutdown = is_shutdown
        self._event.set()


class Runner(Protocol):
    """The whole life of one container."""

    async def __call__(self, container: Container, stop: StopSignal) -> None:
        """Work until there is nothing left to do, or until `stop` asks for the end and the work in hand has drained.

        Returning unasked means the container has COMPLETED. Raising means it crashed: it is started again after a
        while, from what is stored.
        """
