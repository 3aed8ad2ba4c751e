"""Random streams of the sandbox: one seeded stream per purpose, and the distributions drawn from them."""

from collections.abc import Mapping, MutableSequence, Sequence
from itertools import pairwise
from typing import Protocol, TypeVar

T = TypeVar("T")


class RandomStream(Protocol):
    """One random stream, as given by `kernel.ports.Entropy.stream`."""

    def random(self) -> float:
        """A number from 0 up to, but not including, 1."""

    def gauss(self, mu: float = 0.0, sigma: float = 1.0) -> float:
        """A normally distributed number."""

    def randint(self, a: int, b: int) -> int:
        """A whole number from `a` to `b`, both included."""

    def uniform(self, a: float, b: float) -> float:
        """A number from `a` to `b`."""

    def choice(self, seq: Sequence[T]) -> T:
        """One of a sequence."""

    def shuffle(self, x: MutableSequence[T]) -> None:
        """Reorder a list in place."""


def shuffled(rng: RandomStream, items: Sequence[T]) -> list[T]:
    """The items in a random order."""
    drawn = list(items)
    rng.shuffle(drawn)
    return drawn


def weighted(rng: RandomStream, weights: Mapping[T, float]) -> T:
    """One key, drawn by its weight; weights are positive and in a fixed order."""
    left = rng.random() * sum(weights.values())
    for key, weight in weights.items():
        left -= weight
        if left < 0:
            return key
    return key  # a sum of floats may be slightly too low


def from_quantiles(rng: RandomStream, knots: Sequence[tuple[float, float]]) -> float:
    """A number from the distribution linear between knots (share below, value), the first at 0, the last at 1."""
    share = rng.random()
    for (low_share, low), (high_share, high) in pairwise(knots):
        if share <= high_share:
            return low + (high - low) * (share - low_share) / (high_share - low_share)
    return knots[-1][1]
