"""Work that runs to its end even when its caller is cancelled."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def uninterrupted(work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`, which completes even if the caller is cancelled; the cancellation is raised afterwards.

    For short work between two steps that belong together, such as a commit and its announcement.
    """
    task = asyncio.get_running_loop().create_task(work)
    interruption: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as cancelled:
            interruption = cancelled
        except Exception:  # noqa: BLE001  (the work's own error; raised below unless there is a cancellation)
            break
    if interruption is not None and not task.cancelled():
        task.exception()  # marks it as retrieved, which avoids asyncio's warning
        raise interruption
    return task.result()
