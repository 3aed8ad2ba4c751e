"""Event loops with scaled time, for a daemon that runs next to a sandbox.

Both are asyncio's own selector loop with another clock, so sockets, signals and gRPC work as usual. (The drill's loop
is different: it has no sockets at all, and in return reproduces a history from a seed.)
"""

import asyncio
import selectors
import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar, TypeVarTuple

from starfoundry.kernel.errors import Refused

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
Events = list[tuple[selectors.SelectorKey, int]]

SPEED_MAX = 10_000  # beyond, a millisecond of the selector is more than ten seconds, and arrivals lose their order


def new_event_loop(speed: float) -> asyncio.AbstractEventLoop:
    """A new loop whose time runs `speed` times as fast as real time; 0 means that time jumps when nothing can run.

    Raises Refused for a speed below 0 or above SPEED_MAX.
    """
    if not 0 <= speed <= SPEED_MAX:
        raise Refused.of("speed", speed, f"0 (as fast as possible) to {SPEED_MAX}")
    if speed == 1:
        return asyncio.new_event_loop()
    return JumpingLoop() if speed == 0 else ScaledLoop(speed)


def loop_seconds(real_seconds: float) -> float:
    """The running loop's seconds for so many real ones; the same where its time follows no clock."""
    loop = asyncio.get_running_loop()
    return real_seconds * loop.speed if isinstance(loop, ScaledLoop) else real_seconds


class ScaledLoop(asyncio.SelectorEventLoop):
    """A loop whose second is a fraction (or a multiple) of a real one; it starts at 0."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._origin = time.monotonic()
        super().__init__(_ScaledSelector(speed))

    def time(self) -> float:
        """Scaled seconds since the loop was made."""
        return (time.monotonic() - self._origin) * self.speed


class JumpingLoop(asyncio.SelectorEventLoop):
    """A loop whose time stands still while anything can run, then jumps to the next timer; it starts at 0.

    Sockets are checked before every jump, so callers from outside are served between two jumps. Blocking work runs
    inline: with a thread, hours would pass during a single query.
    """

    def __init__(self) -> None:
        self._elapsed = 0.0
        super().__init__(_JumpingSelector(self._jump))

    def time(self) -> float:
        """Seconds jumped since the loop was made."""
        return self._elapsed

    def run_in_executor(
        self,
        executor: Executor | None,  # noqa: ARG002  (there is no other thread here)
        func: Callable[[*Ts], T],
        *args: *Ts,
    ) -> asyncio.Future[T]:
        """Run `func` inline; the result is ready at once."""
        answer: asyncio.Future[T] = self.create_future()
        try:
            answer.set_result(func(*args))
        except Exception as error:  # noqa: BLE001  (every error of the work belongs to its caller)
            answer.set_exception(error)
        return answer

    def _jump(self, seconds: float) -> None:
        self._elapsed += seconds


class _ScaledSelector(selectors.DefaultSelector):
    """A selector that takes scaled seconds and waits real ones."""

    def __init__(self, speed: float) -> None:
        super().__init__()
        self._speed = speed

    def select(self, timeout: float | None = None) -> Events:
        """The ready events, after at most `timeout` scaled seconds."""
        return super().select(None if timeout is None else timeout / self._speed)


class _JumpingSelector(selectors.DefaultSelector):
    """A selector that never waits for a timer: if no socket is ready, it reports how far to jump."""

    def __init__(self, jump: Callable[[float], None]) -> None:
        super().__init__()
        self._jump = jump

    def select(self, timeout: float | None = None) -> Events:
        """The ready events; waits only if there is no timer to jump to."""
        if timeout is None:
            return super().select(None)
        events = super().select(0)
        if not events and timeout > 0:
            self._jump(timeout)
        return events
