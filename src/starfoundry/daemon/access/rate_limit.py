"""A rate limit on changes, by caller and object, since every change is kept for ever."""

from collections.abc import Callable

from starfoundry.kernel.errors import Unavailable

CHANGES_A_SECOND = 10.0
AT_ONCE = 300.0
"""The maximum burst after a pause, as from a script."""

THINGS_MAX = 10_000


class RateLimit:
    """Token buckets by changed object. `elapsed` is real time in seconds."""

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed = elapsed
        self._left: dict[tuple[str, ...], tuple[float, float]] = {}

    def take(self, *thing: str) -> None:
        """Count one change. Raises Unavailable when the rate is exceeded."""
        now = self._elapsed()
        left, at = self._left.pop(thing, (AT_ONCE, now))
        left = min(AT_ONCE, left + (now - at) * CHANGES_A_SECOND)
        is_allowed = left >= 1
        self._left[thing] = (left - 1 if is_allowed else left, now)
        if len(self._left) > THINGS_MAX:
            del self._left[next(iter(self._left))]  # the one changed least recently
        if not is_allowed:
            what = " ".join(filter(None, thing)) or "the same thing"
            raise Unavailable(
                f"more than {CHANGES_A_SECOND:g} changes a second of {what}; nothing was done; try again in a second"
            )
