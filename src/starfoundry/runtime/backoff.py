"""Exponential backoff: repeated attempts with growing pauses, and pauses of subjects that keep failing."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from starfoundry.kernel.ports import Clock

E = TypeVar("E", bound=Exception)
K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

FORGOTTEN_SECONDS = 3_600.0
"""A pause that ended longer ago than this, and than it lasted, is forgotten: the next one is a first one again."""


@dataclass(frozen=True, slots=True)
class GrowingPauses:
    """Pauses in seconds, without end: each twice as long as the one before, up to `most_seconds`."""

    first_seconds: float
    most_seconds: float

    def __iter__(self) -> Iterator[float]:
        seconds = self.first_seconds
        while True:
            yield seconds
            seconds = min(2 * seconds, self.most_seconds)


DISK_PAUSES = GrowingPauses(1.0, 60.0)
"""For what has happened and must be stored, however long the disk refuses."""


async def retry(
    attempt: Callable[[], Awaitable[T]],
    pauses: Iterable[float],
    *,
    on: type[E] | tuple[type[E], ...],
    failed: Callable[[E, float], None] = lambda _error, _seconds: None,
) -> T:
    """The result of the first attempt that succeeds.

    After each error of the kind `on`, `failed` gets it and the pause in seconds that follows. Raises the error of the
    attempt after the last pause, and any other error at once.
    """
    left = iter(pauses)
    while True:
        try:
            return await attempt()
        except on as error:
            seconds = next(left, None)
            if seconds is None:
                raise
            failed(error, seconds)
        await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class _Pause:
    seconds: float
    until: float


class Backoff(Generic[K]):
    """Paused subjects, each for `first_seconds`, then for twice as long each time, up to `most_seconds`."""

    def __init__(self, clock: Clock, *, first_seconds: float, most_seconds: float) -> None:
        self._clock = clock
        self._first = first_seconds
        self._most = most_seconds
        self._pauses: dict[K, _Pause] = {}

    def begin(self, subject: K, *, first_seconds: float | None = None) -> float:
        """Pause the subject from now on; for how many seconds. `first_seconds` replaces the usual first pause."""
        now = self._clock.elapsed()
        self._forget_old(now)
        seconds = self._first if first_seconds is None else first_seconds
        if subject in self._pauses:
            seconds = min(max(seconds, 2 * self._pauses[subject].seconds), self._most)
        self._pauses[subject] = _Pause(seconds, now + seconds)
        return seconds

    def end(self, subject: K) -> None:
        """The subject succeeded: its pause ends, and its next one is a first one."""
        self._pauses.pop(subject, None)

    def is_paused(self, subject: K) -> bool:
        """Whether the subject is paused now."""
        pause = self._pauses.get(subject)
        return pause is not None and pause.until > self._clock.elapsed()

    def paused_subjects(self) -> tuple[K, ...]:
        """The subjects paused now, oldest first."""
        now = self._clock.elapsed()
        return tuple(subject for subject, pause in self._pauses.items() if pause.until > now)

    def left(self) -> dict[K, float]:
        """The subjects paused now with the seconds left, oldest first."""
        now = self._clock.elapsed()
        return {subject: pause.until - now for subject, pause in self._pauses.items() if pause.until > now}

    def _forget_old(self, now: float) -> None:
        self._pauses = {
            subject: pause
            for subject, pause in self._pauses.items()
            if now <= pause.until + max(FORGOTTEN_SECONDS, pause.seconds)
        }
