"""The game's rate limit: two requests a second, and a burst pool of thirty a minute beyond that.

Both pools are windows that begin with the first request after the last one ended, as the live server's limiter does it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from starfoundry.sandbox.core.milliseconds import SECOND, iso

PER_SECOND = 2
PER_BURST = 30
_PER_SECOND_WORD, _PER_BURST_WORD = str(PER_SECOND), str(PER_BURST)
BURST_MILLISECONDS = 60 * SECOND


@dataclass(slots=True)
class _Pool:
    """One window: its size, its length and start in milliseconds, and the requests counted."""

    grants: int
    lasts: int
    began: int = -(10**15)
    used: int = 0

    def take(self, now: int) -> bool:
        if now >= self.began + self.lasts:
            self.began, self.used = now, 0
        if self.used >= self.grants:
            return False
        self.used += 1
        return True

    @property
    def ends(self) -> int:
        return self.began + self.lasts

    @property
    def remaining(self) -> int:
        return self.grants - self.used


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Whether a request is admitted, and the answer's headers. `retry_after` is in milliseconds."""

    is_granted: bool
    type: str
    remaining: int
    reset: int
    retry_after: int = 0

    def headers(self) -> Mapping[str, str]:
        """The limit's headers."""
        given = {
            "x-ratelimit-type": self.type,
            "x-ratelimit-limit-burst": _PER_BURST_WORD,
            "x-ratelimit-limit-per-second": _PER_SECOND_WORD,
            "x-ratelimit-remaining": str(self.remaining),
            "x-ratelimit-reset": iso(self.reset),
        }
        if not self.is_granted:
            given["retry-after"] = f"{self.retry_after / SECOND:.3f}"
        return given


class Limiter:
    """The pools of every account, and of every address without a token."""

    def __init__(self) -> None:
        self._pools: dict[tuple[str, str], tuple[_Pool, _Pool]] = {}

    def admit(self, type: str, key: str, now: int) -> Admission:  # noqa: A002  (the header's own word)
        """Count one request; it is refused when both pools are exhausted."""
        pools = self._pools.get((type, key))
        if pools is None:
            pools = self._pools[type, key] = (_Pool(PER_SECOND, SECOND), _Pool(PER_BURST, BURST_MILLISECONDS))
        steady, burst = pools
        if steady.take(now):
            return Admission(is_granted=True, type=type, remaining=steady.remaining, reset=steady.ends)
        if burst.take(now):
            return Admission(is_granted=True, type=type, remaining=burst.remaining, reset=burst.ends)
        reset = min(steady.ends, burst.ends)
        return Admission(is_granted=False, type=type, remaining=0, reset=reset, retry_after=reset - now)
