"""Demand for carriage: how many ships with a hold the markets keep busy, and what another would earn."""

from collections.abc import Callable
from dataclasses import dataclass

from starfoundry.kernel.ids import ContainerId

PAYBACK_HOURS = 12.0
"""Hours within which a ship must have earned what it costs (A)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Work for so many carriers, each of which it earns `per_hour` credits an hour."""

    carriers: float
    per_hour: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What the markets call for, in carriers with a hold of `capacity` cargo units and such an engine."""

    works: tuple[Work, ...]
    capacity: int
    engine_speed: int

    @property
    def carriers(self) -> float:
        """How many such carriers there is work for, well paid or not."""
        return sum(work.carriers for work in self.works)

    def weight(self, capacity: int, engine_speed: int) -> float:
        """How many such carriers a ship counts for, by its hold and its speed."""
        return capacity * engine_speed / (self.capacity * self.engine_speed)

    def added(self, present: float, more: float) -> float:
        """Credits an hour that `more` such carriers earn where the `present` ones have taken the best work."""
        earned, taken, end = 0.0, 0.0, present + more
        for work in sorted(self.works, key=lambda each: -each.per_hour):
            begun, taken = taken, taken + work.carriers
            earned += max(0.0, min(taken, end) - max(begun, present)) * work.per_hour
        return earned


class Demands:
    """Who can tell what the markets of a session call for. Nothing is reckoned until somebody asks."""

    def __init__(self) -> None:
        self._known: dict[ContainerId, Callable[[], Demand]] = {}

    def tell_by(self, container_id: ContainerId, reckon: Callable[[], Demand]) -> None:
        """Have the container asked from here on."""
        self._known[container_id] = reckon

    def withdraw(self, container_id: ContainerId) -> None:
        """The container works no longer; it is asked no more."""
        self._known.pop(container_id, None)

    def largest(self) -> Demand | None:
        """The largest demand that anybody sees, since all look at the same markets; None while nobody looks."""
        found = [reckon() for reckon in self._known.values()]
        return max(found, key=lambda each: each.carriers, default=None)
