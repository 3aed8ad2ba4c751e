"""What a demo is about: what was asked for, who plays where, and one look at how it goes. Values only."""

from dataclasses import dataclass
from pathlib import Path

from starfoundry.wire.daemon_pb2 import (
    Health,
    LogEntry,
    ManufacturingStatus,
    Pipeline,
    Ship,
    SummarizeLedgerResponse,
    Task,
)

SECONDS_PER_HOUR = 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What was asked for. `speed` 0 means virtual time; `hours` are simulated, None = until it is stopped."""

    seed: int
    speed: float
    hours: float | None
    data_dir: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What stays the same once a demo has begun."""

    plan: Plan
    player_id: int
    agent: str
    system: str
    manufacturing_id: str
    growth_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One look; `seconds` are simulated ones since manufacturing began, `hourly_profit` that of each hour so far."""

    seconds: float
    status: ManufacturingStatus
    pipelines: tuple[Pipeline, ...]
    tasks: tuple[Task, ...]
    ships: tuple[Ship, ...]
    events: tuple[LogEntry, ...]
    money: SummarizeLedgerResponse
    health: Health
    hourly_profit: tuple[int, ...]

    @property
    def profit_per_hour(self) -> int:
        """Credits a simulated hour, over the whole demo."""
        return round(self.money.profit * SECONDS_PER_HOUR / self.seconds) if self.seconds > 0 else 0

    @property
    def last_hour_profit(self) -> int | None:
        """Credits of the last hour of the demo that is over; None before there is one."""
        return self.hourly_profit[-2] if len(self.hourly_profit) > 1 else None

    @property
    def hours(self) -> str:
        """How long it has gone on, such as 3.2 h."""
        return f"{self.seconds / SECONDS_PER_HOUR:.1f} h"
