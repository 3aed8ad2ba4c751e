"""Tasks and callbacks whose order depends on a seed only."""

import asyncio
from collections.abc import Callable, Coroutine, Generator
from contextvars import Context
from typing import Any, TypeVar

T = TypeVar("T")


class DeterministicTask(asyncio.Task[T]):
    """A task whose hash is its creation number.

    Several of asyncio's own sets contain tasks. Their order would follow memory addresses, which no seed can reproduce.
    """

    def __init__(
        self,
        coroutine: Coroutine[Any, Any, T] | Generator[Any, None, T],
        *,
        loop: asyncio.AbstractEventLoop,
        number: int,
        name: str,
        context: Context | None,
    ) -> None:
        self.number = number  # first: asyncio puts the task into a set during its construction
        parent = asyncio.current_task(loop)
        self._ancestors: tuple[str, ...] = parent.lineage() if isinstance(parent, DeterministicTask) else ()
        super().__init__(coroutine, loop=loop, name=name, context=context)

    def __hash__(self) -> int:
        return self.number

    def lineage(self) -> tuple[str, ...]:
        """The chain of tasks that created it, the first one first and itself last; each with its number."""
        return (*self._ancestors, f"{self.get_name()} #{self.number}")


class DueCallback(asyncio.Handle):
    """A callback that is due; `is_step` says whether it runs the next step of a task."""

    __slots__ = ("is_step",)

    def __init__(
        self,
        callback: Callable[..., object],
        args: tuple[object, ...],
        loop: asyncio.AbstractEventLoop,
        context: Context | None,
    ) -> None:
        super().__init__(callback, args, loop, context)
        self.is_step = isinstance(getattr(callback, "__self__", None), asyncio.Task)


def is_step(handle: asyncio.Handle) -> bool:
    """Whether running `handle` runs the next step of a task."""
    return isinstance(handle, DueCallback) and handle.is_step
