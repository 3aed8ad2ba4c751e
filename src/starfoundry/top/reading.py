"""Values of one reading of a coordinator and its fleet, and the text around it."""

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
"""Hours whose profit is shown, including the present one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """The text around a reading: `title` and `aside` above it, below it an `offer` with `commands` to paste."""

    title: str
    aside: str = ""
    offer: str = ""
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TopReading:
    """One reading; `seconds` since manufacturing began, `hourly_profit` for each hour so far, in credits."""

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
        """Average profit in credits per hour, over the whole time."""
        return round(self.money.profit * SECONDS_PER_HOUR / self.seconds) if self.seconds > 0 else 0

    @property
    def last_hour_profit(self) -> int | None:
        """Profit in credits of the last full hour; None before there is one."""
        return self.hourly_profit[-2] if len(self.hourly_profit) > 1 else None

    @property
    def hours(self) -> str:
        """The elapsed time, such as 3.2 h."""
        return f"{self.seconds / SECONDS_PER_HOUR:.1f} h"
