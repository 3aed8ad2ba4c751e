"""The one way in which tests wait for what another process does: they look, pause, and look again.

A machine that is busy is no error, so the deadline is far longer than any of it takes; it only keeps a test that would
never end from holding up the run.
"""

import time
from collections.abc import Callable
from typing import TypeVar

DEADLINE_SECONDS = 300.0
PAUSE_SECONDS = 0.05

T = TypeVar("T")


def until(
    look: Callable[[], T],
    told: str = "",
    *,
    deadline_seconds: float = DEADLINE_SECONDS,
    pause_seconds: float = PAUSE_SECONDS,
) -> T:
    """The first answer that counts as true; raises AssertionError with `told` when the deadline passes without one."""
    ends = time.monotonic() + deadline_seconds  # noqa: TID251  (what is waited for is another process)
    while True:
        answer = look()
        if answer:
            return answer
        assert time.monotonic() < ends, f"waited {deadline_seconds:g} s in vain: {told or look}"  # noqa: TID251
        time.sleep(pause_seconds)  # noqa: TID251
