"""Waiting for something, but not for ever."""

import asyncio
from typing import Protocol


class Waitable(Protocol):
    """An event, or whatever waits like one."""

    async def wait(self) -> object:
        """Return once it has happened."""


async def wait_at_most(event: Waitable, seconds: float) -> None:
    """Return once it has happened, or when the time is over."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
