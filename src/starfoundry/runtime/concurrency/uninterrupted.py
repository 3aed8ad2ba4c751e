"""Work that must not be left half done when whoever asked for it goes away."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def uninterrupted(work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`, which runs to its end even if the caller is cancelled; the cancellation is raised then.

    For short work between two steps that belong together, such as a commit and its announcement.
    """
    task = asyncio.get_running_loop().create_task(work)
    interruption: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as cancelled:
            interruption = cancelled
        except Exception:  # noqa: BLE001  (the work's own; raised below, unless a cancellation outweighs it)
            break
    if interruption is not None and not task.cancelled():
        task.exception()  # somebody has looked at it, so nobody is warned
        raise interruption
    return task.result()
