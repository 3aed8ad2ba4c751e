"""Failures of a drill's event loop: deadlock, livelock, timeout, unhandled errors and power cuts."""

import asyncio
from collections.abc import Iterable
from types import CodeType, FrameType

NAMED_TASKS_MAX = 12


class DrillFailure(Exception):
    """Base of the errors reported by a drill's event loop itself."""


class Deadlock(DrillFailure):
    """Nothing is ready or scheduled, but the run is not over."""


class Livelock(DrillFailure):
    """The loop keeps turning while virtual time stands still."""


class OutOfTime(DrillFailure):
    """The run is not over at its limit of virtual seconds."""


class Unhandled(DrillFailure):
    """A task or callback failed and its error was never retrieved; `__cause__` is that error."""


class PowerLost(BaseException):
    """The machine has lost its power: every call of one of its ports raises this."""


def is_power_cut(error: object) -> bool:
    """Whether an error, or all errors of a group, only say that the machine has no power."""
    if isinstance(error, BaseExceptionGroup):
        return any(is_power_cut(each) for each in error.exceptions)
    return isinstance(error, PowerLost)


def task_locations(tasks: Iterable[asyncio.Task[object]]) -> str:
    """One line per task: its name and where it waits, for the first NAMED_TASKS_MAX of them."""
    lines = [f"  {task.get_name()} waits at {_place(task)}" for task in tasks if not task.done()]
    hidden = len(lines) - NAMED_TASKS_MAX
    if hidden > 0:
        lines = [*lines[:NAMED_TASKS_MAX], f"  and {hidden} more"]
    return "\n".join(lines)


def _place(task: asyncio.Task[object]) -> str:
    """File, line and function of the innermost coroutine of the task."""
    awaited: object = task.get_coro()
    place = "its first step"
    while awaited is not None:
        code: CodeType | None = getattr(awaited, "cr_code", None)
        frame: FrameType | None = getattr(awaited, "cr_frame", None)
        if code is not None and frame is not None:
            place = f"{code.co_filename}:{frame.f_lineno} in {code.co_qualname}"
        awaited = getattr(awaited, "cr_await", None)
    return place
