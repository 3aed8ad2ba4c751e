"""Exponential backoff: growing pauses for subjects that keep failing."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from starfoundry.kernel.ports import Clock

K = TypeVar("K", bound=Hashable)

FORGOTTEN_SECONDS = 3_600.0
"""A pause that ended longer ago than this, and than it lasted, is forgotten: the next one is a first one again."""


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
