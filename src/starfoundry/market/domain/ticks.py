"""Ticks of one good, of which the last is known to within minutes. Times are seconds since 1970."""

import math
from dataclasses import dataclass

JITTER_SECONDS = 115.0
"""The most by which one tick strays from its period, in seconds; it adds up over ticks (1.4 to 2.3 minutes, M)."""


@dataclass(frozen=True, slots=True)
class Ticks:
    """The known times of a good's ticks: the last was between `low` and `high`, the next is one `period` later."""

    low: float
    high: float
    period: float

    def later(self, periods: int) -> tuple[float, float]:
        """The bounds of the tick that comes `periods` periods after the last one."""
        slack = JITTER_SECONDS * math.sqrt(periods)
        return self.low + periods * self.period - slack, self.high + periods * self.period + slack

    def first_after(self, moment: float) -> tuple[float, float]:
        """The bounds of the first tick expected after a time."""
        middle = (self.low + self.high) / 2
        return self.later(max(1, math.floor((moment - middle) / self.period) + 1))

    def expected_between(self, start: float, end: float) -> float:
        """The expected number of ticks between two times after the last one."""
        low, high, period = self.low, self.high, self.period
        expected = 0.0
        first = max(1, math.floor((start - high) / period) - 1)
        for periods in range(first, first + math.ceil(max(0.0, end - start) / period) + 4):
            slack = JITTER_SECONDS * math.sqrt(periods)
            earliest, latest = low + periods * period - slack, high + periods * period + slack
            if earliest > end:  # and every later one, as long as a period is longer than the jitter of one
                break
            if latest >= start:
                expected += overlap(earliest, latest, start, end)
        return expected


def overlap(low: float, high: float, start: float, end: float) -> float:
    """The probability that a time evenly spread between two bounds lies in an interval."""
    if high <= low:
        return 1.0 if start < low <= end else 0.0
    return max(0.0, min(high, end) - max(low, start)) / (high - low)
