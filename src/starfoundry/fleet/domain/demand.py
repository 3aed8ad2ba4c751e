"""Demand for carriers: how many ships with a hold the markets keep busy, and what another one would earn."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from starfoundry.kernel.ids import ContainerId

PAYBACK_HOURS = 12.0
"""The hours within which a ship must earn its price (A)."""


def earns_its_price(per_hour: float, price: int) -> bool:
    """Whether a ship that adds so many credits an hour earns its price in time."""
    return per_hour * PAYBACK_HOURS >= price


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Work for a number of carriers, each of which earns `per_hour` credits an hour."""

    carriers: float
    per_hour: float


@dataclass(frozen=True, kw_only=True)
class Demand:
    """The demand of the markets, in carriers with a hold of `capacity` cargo units and a given engine.

    `max_workers` is the number of ships that may work at once by the settings of the coordinators. `find_works` looks
    at every market, and once a fleet has as many ships as may work, nobody asks what more of them would do.
    """

    find_works: Callable[[], tuple[Work, ...]]
    capacity: int
    engine_speed: int
    max_workers: int

    @cached_property
    def works(self) -> tuple[Work, ...]:
        """The work there is; it is found when it is first asked for."""
        return self.find_works()

    @property
    def carriers(self) -> float:
        """The number of such carriers that have work, well paid or not."""
        return sum(work.carriers for work in self.works)

    def weight(self, capacity: int, engine_speed: int) -> float:
        """The number of such carriers that a ship counts for, by its hold and speed."""
        return capacity * engine_speed / (self.capacity * self.engine_speed)

    def added(self, present: float, more: float) -> float:
        """Credits an hour that `more` such carriers earn after `present` ones have taken the best work."""
        earned, taken, end = 0.0, 0.0, present + more
        for work in sorted(self.works, key=lambda each: -each.per_hour):
            begun, taken = taken, taken + work.carriers
            earned += max(0.0, min(taken, end) - max(begun, present)) * work.per_hour
        return earned


class Demands:
    """Sources of demand in a session. Nothing is computed until it is asked for."""

    def __init__(self) -> None:
        self._known: dict[ContainerId, Callable[[], Demand]] = {}

    def register(self, container_id: ContainerId, estimate: Callable[[], Demand]) -> None:
        """Register a container as a source."""
        self._known[container_id] = estimate

    def withdraw(self, container_id: ContainerId) -> None:
        """Remove a container that no longer works."""
        self._known.pop(container_id, None)

    def largest(self) -> Demand | None:
        """The largest demand of all sources, since all see the same markets, with the workers of all; None if none."""
        found = [estimate() for estimate in self._known.values()]
        if len(found) <= 1:
            return found[0] if found else None
        most = max(found, key=lambda each: each.carriers)
        return replace(most, find_works=lambda: most.works, max_workers=sum(each.max_workers for each in found))
