"""Pipelines, tasks and factory states, and the legal changes of their status."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from starfoundry.kernel.ids import ContainerId, Good, Revision, ShipSymbol, WaypointSymbol
from starfoundry.kernel.supply import SupplyLevel

ATTEMPTS_MAX = 3
"""A task that was returned this often fails; its pipeline is planned again from the current state."""

NO_SHIP = ShipSymbol("")
"""The ship of a task that has none."""


class PipelineKind(enum.Enum):
    """The purpose of a pipeline. Only FABRICATION counts towards the capacity."""

    FABRICATION = "FABRICATION"
    COLLECTION = "COLLECTION"
    LIQUIDATION = "LIQUIDATION"
    TRADE = "TRADE"


class PipelineStatus(enum.Enum):
    """The status of a pipeline."""

    EXECUTING = "EXECUTING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class TaskKind(enum.Enum):
    """The work of one ship in one trip: feed a factory, collect its output, sell cargo in a hold, or trade a lane."""

    ACQUIRE_DELIVER = "ACQUIRE_DELIVER"
    COLLECT_SELL = "COLLECT_SELL"
    LIQUIDATE = "LIQUIDATE"
    TRADE = "TRADE"


class TaskStatus(enum.Enum):
    """The status of a task. PENDING: not eligible yet. READY: waits for a ship."""

    PENDING = "PENDING"
    READY = "READY"
    ASSIGNED = "ASSIGNED"
    EXECUTING = "EXECUTING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def is_waiting(self) -> bool:
        """Whether no ship works on it yet."""
        return self in (TaskStatus.PENDING, TaskStatus.READY)

    @property
    def is_in_flight(self) -> bool:
        """Whether a ship works on it."""
        return self in (TaskStatus.ASSIGNED, TaskStatus.EXECUTING)

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return not self.is_waiting and not self.is_in_flight


_NEXT: Mapping[TaskStatus, tuple[TaskStatus, ...]] = {
    TaskStatus.PENDING: (TaskStatus.READY, TaskStatus.CANCELLED),
    TaskStatus.READY: (TaskStatus.PENDING, TaskStatus.ASSIGNED, TaskStatus.CANCELLED),
    TaskStatus.ASSIGNED: (TaskStatus.EXECUTING, TaskStatus.PENDING, TaskStatus.FAILED, TaskStatus.CANCELLED),
    TaskStatus.EXECUTING: (TaskStatus.COMPLETED, TaskStatus.PENDING, TaskStatus.FAILED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One trip of one ship. Money is whole credits; `revision` is the configuration of its last decision."""

    id: str
    pipeline_id: str
    container_id: ContainerId
    kind: TaskKind
    status: TaskStatus
    good: Good
    source: WaypointSymbol
    target: WaypointSymbol
    revision: Revision
    created_at: datetime
    ship: ShipSymbol = NO_SHIP
    units_planned: int = 0
    units_bought: int = 0
    units_sold: int = 0
    cost: int = 0
    revenue: int = 0
    fuel_cost: int = 0
    attempts: int = 0
    waiting_for: str = ""
    ended_at: datetime | None = None

    def becomes(self, status: TaskStatus) -> "Task":
        """This task in another status; an illegal change is a bug and raises."""
        assert status in _NEXT.get(self.status, ()), f"task {self.id} cannot go from {self.status} to {status}"
        return replace(self, status=status)

    def ready(self) -> "Task":
        """The task as eligible; it waits for a ship."""
        return replace(self.becomes(TaskStatus.READY), waiting_for="")

    def waiting(self, reason: str) -> "Task":
        """The task as not eligible, with the reason."""
        if self.status is TaskStatus.PENDING:
            return replace(self, waiting_for=reason)
        return replace(self.becomes(TaskStatus.PENDING), waiting_for=reason)

    def assigned(self, ship: ShipSymbol, units: int, revision: Revision) -> "Task":
        """The task taken by `ship`, to move `units`."""
        return replace(self.becomes(TaskStatus.ASSIGNED), ship=ship, units_planned=units, revision=revision)

    def returned(self, reason: str) -> "Task":
        """The task returned by its ship unfinished; it waits again, or fails after too many attempts."""
        attempts = self.attempts + 1
        if attempts >= ATTEMPTS_MAX:
            return replace(self.becomes(TaskStatus.FAILED), attempts=attempts, waiting_for=reason)
        keeper = self.ship if self.kind is TaskKind.LIQUIDATE else NO_SHIP  # the cargo stays where it is
        freed = replace(self.becomes(TaskStatus.PENDING), ship=keeper, units_planned=0)
        return replace(freed, attempts=attempts, waiting_for=reason)

    def over(self, status: TaskStatus, at: datetime, reason: str = "") -> "Task":
        """The task as ended."""
        return replace(self.becomes(status), ended_at=at, waiting_for=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilter:
    """A filter of tasks; an empty field selects all."""

    pipeline_id: str = ""
    statuses: tuple[TaskStatus, ...] = tuple(status for status in TaskStatus if not status.is_over)
    kinds: tuple[TaskKind, ...] = ()
    ship: str = ""
    good: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """One chain at work: a product, the factory that makes it, and the market that buys it."""

    id: str
    container_id: ContainerId
    kind: PipelineKind
    status: PipelineStatus
    good: Good
    factory: WaypointSymbol
    sell_market: WaypointSymbol
    expected_profit: int
    revision: Revision
    created_at: datetime
    reason: str = ""
    ended_at: datetime | None = None

    def over(self, status: PipelineStatus, at: datetime, reason: str) -> "Pipeline":
        """The pipeline as ended; it ends once."""
        assert self.status is PipelineStatus.EXECUTING, f"pipeline {self.id} has already ended"
        return replace(self, status=status, ended_at=at, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactoryState:
    """The output of one factory as one pipeline observes it.

    `ready_since` is set while the output's supply meets the level that lets a collection start.
    """

    pipeline_id: str
    factory: WaypointSymbol
    good: Good
    supply: SupplyLevel | None = None
    ready_since: datetime | None = None
    delivered: Mapping[Good, int] = field(default_factory=dict)

    @property
    def is_ready(self) -> bool:
        """Whether a collection may start here."""
        return self.ready_since is not None

    def judged(self, minimum: SupplyLevel, now: datetime) -> "FactoryState":
        """The state checked against the level in force. An unreadable supply never meets it."""
        if self.supply is None or not self.supply.meets_or_exceeds(minimum):
            return replace(self, ready_since=None)
        return self if self.is_ready else replace(self, ready_since=now)

    def with_delivery(self, good: Good, units: int) -> "FactoryState":
        """The state after `units` of an input were delivered."""
        return replace(self, delivered={**self.delivered, good: self.delivered.get(good, 0) + units})
