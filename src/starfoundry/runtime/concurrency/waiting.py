"""Waiting with a timeout."""

import asyncio
from typing import Protocol


class Waitable(Protocol):
    """An event, or anything with the same `wait`."""

    async def wait(self) -> object:
        """Return once it has happened."""


async def wait_at_most(event: Waitable, seconds: float) -> None:
    """Return once it has happened, or after that many seconds."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
