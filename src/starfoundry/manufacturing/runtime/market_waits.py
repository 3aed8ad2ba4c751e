"""Ships of one coordinator that wait at a market for more stock, in memory."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from starfoundry.kernel.ids import ShipSymbol
from starfoundry.kernel.ports import Clock
from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.domain.model import Task
from starfoundry.manufacturing.planner.trips.arrival import Wait
from starfoundry.manufacturing.planner.trips.readiness import TaskReadinessSpecification
from starfoundry.manufacturing.reasons.trips import waits_at_market
from starfoundry.runtime.concurrency.waiting import wait_at_most


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketWait:
    """A ship that waits with its task, why, and when it looks again."""

    task: Task
    wait: Wait
    until: datetime

    @property
    def reason(self) -> Reason:
        """The reason for the wait."""
        return waits_at_market(self.task, self.wait.supply, self.wait.floor, self.until)


@dataclass(slots=True)
class _Held:
    pause: MarketWait
    news: asyncio.Event = field(default_factory=asyncio.Event)


class MarketWaits:
    """The waits of one coordinator's ships. `readiness` judges by the settings in force."""

    def __init__(self, clock: Clock, readiness: TaskReadinessSpecification) -> None:
        self._clock = clock
        self._readiness = readiness
        self._held: dict[ShipSymbol, _Held] = {}

    async def wait_out(self, task: Task, wait: Wait) -> float:
        """Wait until the time is over, or new settings change what the ship needs; returns the seconds it took."""
        began = self._clock.elapsed()
        until = self._clock.now() + timedelta(seconds=wait.seconds)
        held = self._held[ShipSymbol(task.ship)] = _Held(MarketWait(task=task, wait=wait, until=until))
        try:
            while (left := began + wait.seconds - self._clock.elapsed()) > 0 and self._must_wait(task, wait):
                held.news.clear()
                await wait_at_most(held.news, left)
        finally:
            del self._held[ShipSymbol(task.ship)]
        return self._clock.elapsed() - began

    def _must_wait(self, task: Task, wait: Wait) -> bool:
        """Whether the settings in force ask for the same level as when the ship began to wait."""
        is_blocked = task.good in self._readiness.config.blocked_goods
        return not is_blocked and self._readiness.get_minimum_execute_supply(task.kind, task.good) is wait.floor

    def settings_changed(self) -> None:
        """Check every wait again."""
        for held in self._held.values():
            held.news.set()

    def of(self, ship: str) -> MarketWait | None:
        """The wait of one ship; None if it does not wait."""
        held = self._held.get(ShipSymbol(ship))
        return None if held is None else held.pause
