"""Named children of a loop: a crash of one is reported and leaves the others alone; none outlives the nursery."""

import asyncio
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

T = TypeVar("T")


class Nursery:
    """Runs coroutines beside its owner, inside `async with`.

    Unlike a TaskGroup's, a crash of one child neither cancels the others nor its owner: `on_crash(name, error)` hears
    of it. On the way out every child is cancelled, the oldest first, and waited for.
    """

    def __init__(self, on_crash: Callable[[str, BaseException], None]) -> None:
        self._on_crash = on_crash
        self._children: dict[asyncio.Task[Any], str] = {}
        self._empty = asyncio.Event()
        self._closing = False

    def start(self, name: str, coroutine: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run `coroutine` as the child `name`; raises RuntimeError once the nursery is closing."""
        if self._closing:
            coroutine.close()
            raise RuntimeError(f"the nursery is closing, {name} was not started")
        child = asyncio.get_running_loop().create_task(coroutine, name=name)
        self._children[child] = name
        self._empty.clear()
        child.add_done_callback(self._ended)
        return child

    def names(self) -> tuple[str, ...]:
        """The children still running, oldest first."""
        return tuple(self._children.values())

    async def drained(self) -> None:
        """Return when no child is running."""
        while self._children:
            await self._empty.wait()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing = True
        interruption: asyncio.CancelledError | None = None
        while self._children:
            for child in list(self._children):
                child.cancel()
            try:
                await self.drained()
            except asyncio.CancelledError as cancelled:
                interruption = cancelled
        if interruption is not None:
            raise interruption

    def _ended(self, child: asyncio.Task[Any]) -> None:
        """Forget an ended child and report its crash."""
        name = self._children.pop(child)
        if not self._children:
            self._empty.set()
        if not child.cancelled() and (error := child.exception()) is not None:
            self._on_crash(name, error)
