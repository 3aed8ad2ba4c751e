"""Paired comparison of two arms: mean difference, Student's t intervals, and significance.

Run i of both arms is played in the same world from the same seed (common random numbers), so each pair's difference has
less noise than either run.
"""

import math
import statistics
from collections.abc import Sequence

import msgspec

SHOWN = 0.80
"""The confidence of the interval that is shown, stored, and compared with the real result."""

CLEAR = 0.95
"""The confidence from which a difference counts as different from zero."""

PAIRS_MIN = 3
"""Fewer pairs tell nothing of their own spread."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """The gain of the second arm: the mean over pairs and its interval, in the unit of the values.

    A single pair has no interval: then both bounds are None.
    """

    mean: float
    low: float | None
    high: float | None
    pairs: int
    is_clear: bool

    def for_one_game(self) -> "Difference":
        """The same with the interval of the difference in one more pair, such as the operator's own game.

        It does not narrow to nothing with more pairs, as that of the mean does: its half is greater by sqrt(pairs + 1).
        """
        if self.low is None or self.high is None:
            return self
        half = (self.high - self.low) / 2 * math.sqrt(self.pairs + 1)
        return msgspec.structs.replace(self, low=self.mean - half, high=self.mean + half)


def compare(before: Sequence[float], after: Sequence[float]) -> Difference:
    """The difference `after` - `before` of pairs of values; both have the same length, at least 1."""
    differences = [second - first for first, second in zip(before, after, strict=True)]
    middle, pairs = statistics.fmean(differences), len(differences)
    if pairs == 1:
        return Difference(mean=middle, low=None, high=None, pairs=1, is_clear=False)
    error = statistics.stdev(differences) / math.sqrt(pairs)
    shown, clear = (two_sided(confidence, pairs - 1) * error for confidence in (SHOWN, CLEAR))
    return Difference(
        mean=middle,
        low=middle - shown,
        high=middle + shown,
        pairs=pairs,
        is_clear=pairs >= PAIRS_MIN and abs(middle) > clear,
    )


def is_settled(difference: Difference, *, level: float) -> bool:
    """Whether further runs would tell nothing new: clear of zero, or sure to be below 2 % of `level` either way."""
    if difference.pairs < PAIRS_MIN or difference.low is None or difference.high is None:
        return False
    is_negligible = max(abs(difference.low), abs(difference.high)) < NEGLIGIBLE * abs(level)
    return difference.is_clear or is_negligible


NEGLIGIBLE = 0.02
"""A share of today's profit; a smaller difference is not worth a change."""


def two_sided(confidence: float, freedom: int) -> float:
    """Half of the interval that holds with this confidence, in standard errors."""
    return student_quantile((1 + confidence) / 2, freedom)


def student_quantile(probability: float, freedom: int) -> float:
    """The quantile of Student's t distribution; exact for 1 and 2 degrees of freedom, else within 1 % up to 0.99.

    Cornish and Fisher's expansion around the normal distribution (Abramowitz and Stegun 26.7.5).
    """
    if freedom == 1:
        return math.tan(math.pi * (probability - 0.5))
    if freedom == 2:
        share = 2 * probability - 1
        return share * math.sqrt(2 / (1 - share**2))
    z = statistics.NormalDist().inv_cdf(probability)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92_160,
    )
    corrections: list[float] = [term / freedom**power for power, term in enumerate(terms, start=1)]
    return z + sum(corrections)
