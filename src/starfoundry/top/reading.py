"""One look at a coordinator and its fleet, and the words around it, as values to draw."""

from dataclasses import dataclass

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

HOURS_SHOWN = 12
"""Hours whose profit stands side by side, the present one among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What stands around a look: `title` and `aside` above it, and below it an `offer` with `commands` to paste."""

    title: str
    aside: str = ""
    offer: str = ""
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TopReading:
    """One look; `seconds` have passed since manufacturing began, `hourly_profit` is that of each hour so far."""

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
        """Credits an hour, over the whole time."""
        return round(self.money.profit * SECONDS_PER_HOUR / self.seconds) if self.seconds > 0 else 0

    @property
    def last_hour_profit(self) -> int | None:
        """Credits of the last hour that is over; None before there is one."""
        return self.hourly_profit[-2] if len(self.hourly_profit) > 1 else None

    @property
    def hours(self) -> str:
        """How long it has gone on, such as 3.2 h."""
        return f"{self.seconds / SECONDS_PER_HOUR:.1f} h"
