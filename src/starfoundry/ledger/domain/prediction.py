"""Profit predicted for a trip when its ship was sent, and its comparison with the ledger."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """The expected result of a trip, in credits, cargo units and seconds, under revision `revision`.

    `worth` is what factories give for the good beyond its sale, which is no money. `details` are the parts of the
    estimate and the trips that lost against this one, as whoever decided wrote them down. `ended_at` is None until the
    trip is done.
    """

    task_id: str
    container_id: str
    pipeline_id: str
    ship: str
    good: str
    revision: int
    decided_at: datetime
    units: int
    cost: int
    revenue: int
    fuel: int
    worth: int
    seconds: float
    details: Mapping[str, Any] = field(default_factory=dict)
    ended_at: datetime | None = None

    @property
    def profit(self) -> int:
        """Sales less goods and fuel."""
        return self.revenue - self.cost - self.fuel


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPrices:
    """Credits a unit that a trip was expected to pay and to receive when its ship was sent; None for no such deal."""

    good: str
    paid: float | None
    received: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Trips that are done: how many, and their profit as it was predicted and as the book has it, in credits."""

    trips: int = 0
    predicted: int = 0
    realised: int = 0

    def __add__(self, other: "Comparison") -> "Comparison":
        """The trips of both."""
        return Comparison(self.trips + other.trips, self.predicted + other.predicted, self.realised + other.realised)


NO_TRIPS = Comparison()


def sum_of(comparisons: Iterable[Comparison]) -> Comparison:
    """The trips of all of them."""
    return sum(comparisons, NO_TRIPS)
