"""An event loop with virtual time whose order is a function of one seed.

Ordinary asyncio code runs on it unchanged, hours of it in a second: the clock stands still while anything can run and
then jumps to the next timer. One seed gives one history, in any process; another seed runs the ready tasks in another
order, which reveals races. There are no threads and no sockets here: blocking work runs inline.
"""

import asyncio
import gc
import sys
import weakref
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager, suppress
from contextvars import Context
from typing import Any, TypeVar, TypeVarTuple

from starfoundry.drill.virtual_time.deterministic_tasks import DeterministicTask, DueCallback, is_step
from starfoundry.drill.virtual_time.errors import Deadlock, Livelock, OutOfTime, Unhandled, is_power_cut, task_locations
from starfoundry.drill.virtual_time.timers import MICROSECONDS, Timers, microseconds
from starfoundry.runtime.entropy import SeededEntropy

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

STILL_TURNS_MAX = 200_000  # turns without a change of the clock; correct programs need some hundreds
EXECUTOR_MICROSECONDS = (50, 2_000)  # duration of blocking work: a small commit on a laptop's disk
COLLECT_MICROSECONDS = 3_600 * MICROSECONDS  # garbage is collected at fixed virtual times, never in between
WIND_DOWN_SECONDS_MAX = 3_600  # virtual; a longer cancellation is stuck
WIND_DOWN_ROUNDS_MAX = 20  # a task may start others while it is cancelled, but not endlessly


class VirtualLoop(asyncio.AbstractEventLoop):
    """The loop. Time starts at 0 and counts whole microseconds, which a float represents exactly enough."""

    def __init__(self, *, seed: int = 0, limit_seconds: float | None = None) -> None:
        entropy = SeededEntropy(seed)
        self._schedule = entropy.stream("drill.schedule")
        self._executor = entropy.stream("drill.executor")
        self._now = 0
        self._limit = None if limit_seconds is None else microseconds(limit_seconds)
        self._collect_at = COLLECT_MICROSECONDS
        self._ready: deque[asyncio.Handle] = deque()
        self._timers = Timers()
        self._births = 0
        self._tasks: weakref.WeakValueDictionary[int, DeterministicTask[Any]] = weakref.WeakValueDictionary()
        self._generators: weakref.WeakValueDictionary[int, AsyncGenerator[Any, Any]] = weakref.WeakValueDictionary()
        self._unhandled: Unhandled | None = None
        self._running = False
        self._closed = False

    # Asyncio's interface

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._now / MICROSECONDS

    def get_debug(self) -> bool:
        """Always False: debug mode uses the real clock."""
        return False

    def is_running(self) -> bool:
        """Whether the loop is turning."""
        return self._running

    def is_closed(self) -> bool:
        """Whether the loop was closed."""
        return self._closed

    def close(self) -> None:
        """Drop everything still scheduled."""
        self._closed = True
        self._ready.clear()
        self._timers.clear()

    def create_future(self) -> asyncio.Future[Any]:
        """A future of this loop."""
        return asyncio.Future(loop=self)

    def create_task(
        self,
        coro: Coroutine[Any, Any, T] | Generator[Any, None, T],
        *,
        name: str | None = None,
        context: Context | None = None,
    ) -> DeterministicTask[T]:
        """A task with a deterministic hash; an unnamed one is named after its number."""
        number = self._number()
        task = DeterministicTask(coro, loop=self, number=number, name=name or f"task-{number}", context=context)
        self._tasks[number] = task
        return task

    def call_soon(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        """Run `callback` in the next turn."""
        handle = DueCallback(callback, args, self, context)
        self._ready.append(handle)
        return handle

    call_soon_threadsafe = call_soon  # there is only one thread

    def call_later(
        self, delay: float, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Run `callback` after `delay` virtual seconds."""
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Run `callback` at the virtual second `when`; timers of the same time run in the order they were set."""
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        self._timers.add(handle, self._number())
        return handle

    def _timer_handle_cancelled(self, _handle: asyncio.TimerHandle) -> None:
        """Asyncio calls this by name when a scheduled timer is cancelled."""
        self._timers.note_cancelled()

    def run_in_executor(self, executor: object, func: Callable[[*Ts], T], *args: *Ts) -> asyncio.Future[T]:  # noqa: ARG002
        """Run `func` inline, as a thread would (empty context, no running loop), and answer a little later."""
        answer: asyncio.Future[T] = self.create_future()
        delay = self._executor.randint(*EXECUTOR_MICROSECONDS) / MICROSECONDS
        asyncio._set_running_loop(None)  # noqa: SLF001  (intended for implementations of loops)
        try:
            result = Context().run(func, *args)
        except Exception as error:  # noqa: BLE001  (every error of the work belongs to its caller)
            self.call_later(delay, _settle, answer, answer.set_exception, error)
        else:
            self.call_later(delay, _settle, answer, answer.set_result, result)
        finally:
            asyncio._set_running_loop(self)  # noqa: SLF001
        return answer

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Keep the first unhandled failure; the run ends with it. A task without power is no failure."""
        error = context.get("exception")
        if self._unhandled is None and not self._closed and not is_power_cut(error):
            self._unhandled = Unhandled(f"{context['message']}: {error!r}")
            self._unhandled.__cause__ = error

    async def shutdown_asyncgens(self) -> None:
        """Close the open async generators in the order they were begun."""
        for _, generator in sorted(self._generators.items()):
            await generator.aclose()

    # Running

    def run_until_complete(self, future: asyncio.Future[T] | Coroutine[Any, Any, T]) -> T:  # type: ignore[override]
        """The result of a coroutine or future, in virtual time. Raises its error, or a DrillFailure."""
        with self.in_charge():
            return self.drive(future)

    def drive(self, future: asyncio.Future[T] | Coroutine[Any, Any, T]) -> T:
        """As `run_until_complete`, inside `in_charge`."""
        awaited = future if isinstance(future, asyncio.Future) else self.create_task(future)
        still_turns = 0
        while not awaited.done():
            before = self._now
            self._turn()
            still_turns = still_turns + 1 if self._now == before else 0
            if still_turns > STILL_TURNS_MAX:
                raise Livelock(f"{still_turns} turns at {self.time()} s:\n{task_locations(self.tasks())}")
            if not awaited.done():
                self._raise_unhandled()
        return awaited.result()

    def tasks(self) -> list[DeterministicTask[Any]]:
        """The tasks not yet done, oldest first."""
        return [task for _, task in sorted(self._tasks.items()) if not task.done()]

    def wind_down(self) -> None:
        """Cancel remaining tasks, oldest first, close the generators, and raise an unhandled failure."""
        self._limit = self._now + microseconds(WIND_DOWN_SECONDS_MAX)
        rounds = 0
        while leftover := self.tasks():
            rounds += 1
            if rounds > WIND_DOWN_ROUNDS_MAX:
                raise Livelock(f"tasks keep starting others while they are cancelled:\n{task_locations(leftover)}")
            self._cancel(leftover)
        self.drive(self.shutdown_asyncgens())
        gc.collect()
        self._raise_unhandled()

    def _cancel(self, tasks: list[DeterministicTask[Any]]) -> None:
        """Cancel these and wait for them; an error on the way out counts as unhandled."""
        for task in tasks:
            task.cancel()
        self.drive(asyncio.gather(*tasks, return_exceptions=True))
        for task in tasks:
            if not task.cancelled() and (error := task.exception()) is not None:
                self.call_exception_handler({"message": f"{task.get_name()} when cancelled", "exception": error})

    @contextmanager
    def in_charge(self) -> Iterator[None]:
        """Install this as the running loop, track async generators, and control garbage collection."""
        if asyncio._get_running_loop() is not None:  # noqa: SLF001
            raise RuntimeError("a drill cannot run inside a running event loop")
        hooks, collecting = sys.get_asyncgen_hooks(), gc.isenabled()
        sys.set_asyncgen_hooks(firstiter=self._generator_began, finalizer=self._generator_dropped)
        gc.disable()
        gc.freeze()  # objects from before are excluded from each collection
        asyncio._set_running_loop(self)  # noqa: SLF001
        self._running = True
        try:
            yield
        finally:
            self._running = False
            asyncio._set_running_loop(None)  # noqa: SLF001
            gc.unfreeze()
            if collecting:
                gc.enable()
            sys.set_asyncgen_hooks(*hooks)

    def _number(self) -> int:
        """The next creation number, shared by tasks, timers and generators."""
        self._births += 1
        return self._births

    def _raise_unhandled(self) -> None:
        """Raise the unhandled failure, once."""
        unhandled, self._unhandled = self._unhandled, None
        if unhandled is not None:
            raise unhandled

    def _turn(self) -> None:
        """Run what is ready once; what becomes ready waits for the next turn."""
        if not self._ready:
            self._jump()
        self._ready.extend(self._timers.take_due(self._now))
        if len(self._ready) > 1:
            self._shuffle_steps()
        for _ in range(len(self._ready)):
            handle = self._ready.popleft()
            if not handle.cancelled():
                handle._run()  # noqa: SLF001  (as every loop does)

    def _jump(self) -> None:
        """Move the clock to the next timer."""
        next_at = self._timers.next_at()
        if next_at is None:
            raise Deadlock(f"nothing can run any more at {self.time()} s:\n{task_locations(self.tasks())}")
        self._now = max(self._now, next_at)
        if self._limit is not None and self._now > self._limit:
            self._now = self._limit
            raise OutOfTime(f"not over after {self.time()} virtual seconds:\n{task_locations(self.tasks())}")
        if self._now >= self._collect_at:
            self._collect_at = self._now + COLLECT_MICROSECONDS
            gc.collect()

    def _shuffle_steps(self) -> None:
        """Permute the task steps of this turn by the seed; every other callback keeps its place."""
        batch = list(self._ready)
        places = [place for place, handle in enumerate(batch) if is_step(handle)]
        if len(places) > 1:
            steps = [batch[place] for place in places]
            self._schedule.shuffle(steps)
            for place, step in zip(places, steps, strict=True):
                batch[place] = step
            self._ready = deque(batch)

    def _generator_began(self, generator: AsyncGenerator[Any, Any]) -> None:
        self._generators[self._number()] = generator

    def _generator_dropped(self, generator: AsyncGenerator[Any, Any]) -> None:
        if not self._closed:
            self.create_task(generator.aclose())


def _settle(answer: asyncio.Future[T], settle: Callable[[Any], None], outcome: object) -> None:
    """Pass the result of blocking work to its caller, unless the caller was cancelled."""
    if not answer.done():
        settle(outcome)


def run(coroutine: Coroutine[Any, Any, T], *, seed: int = 0, limit_seconds: float | None = None) -> T:
    """The result of `coroutine` in virtual time; one seed gives one history.

    Raises the coroutine's error; Deadlock, Livelock or OutOfTime (after `limit_seconds` virtual seconds) when it cannot
    end; Unhandled when any task failed and its error was not retrieved. Remaining tasks are cancelled, oldest first.
    """
    loop = VirtualLoop(seed=seed, limit_seconds=limit_seconds)  # type: ignore[abstract]  # no sockets, no processes
    with loop.in_charge():
        try:
            result = loop.drive(coroutine)
        except BaseException:
            with suppress(Exception):  # the first failure is the one to report
                loop.wind_down()
            raise
        else:
            loop.wind_down()
            return result
        finally:
            loop.close()
