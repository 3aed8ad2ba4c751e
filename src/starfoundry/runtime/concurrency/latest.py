"""A cell with the newest value of something, which wakes those waiting for a newer one; never a queue."""

import asyncio
from typing import Generic, TypeVar

T = TypeVar("T")


class Latest(Generic[T]):
    """The newest value and its version.

    Setting never blocks and never drops the newest value. Versions only grow: an older or equal version is ignored, so
    publications may arrive late or twice.
    """

    def __init__(self, value: T, version: int) -> None:
        self._value = value
        self._version = version
        self._changed = asyncio.Event()

    @property
    def value(self) -> T:
        """The newest value."""
        return self._value

    @property
    def version(self) -> int:
        """The version of the newest value."""
        return self._version

    def set(self, value: T, version: int) -> bool:
        """Store `value` if `version` is newer than the current one; whether it was stored."""
        if version <= self._version:
            return False
        self._value = value
        self._version = version
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
        return True

    async def newer_than(self, version: int) -> T:
        """The newest value, as soon as its version is above `version`."""
        while self._version <= version:
            await self._changed.wait()
        return self._value
