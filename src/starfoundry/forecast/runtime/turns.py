"""Turns at simulating on this machine: a forecast alone, else any number of runs of studies."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """A lock between forecasts and runs of studies (one writer or many readers, whoever asks first goes first)."""

    def __init__(self) -> None:
        self._queue = asyncio.Lock()
        self._runs = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """A forecast's turn: runs under way are waited for, others wait."""
        async with self._queue:
            await self._idle.wait()
            yield

    @asynccontextmanager
    async def shared(self) -> AsyncIterator[None]:
        """The turn of one run of a study, beside others."""
        async with self._queue:
            self._runs += 1
            self._idle.clear()
        try:
            yield
        finally:
            self._runs -= 1
            if not self._runs:
                self._idle.set()
