"""Scouts: ships without a trip that a coordinator sends to look at markets."""

import asyncio
from collections.abc import Callable, Iterable

from starfoundry.containers.runtime.logbook import LogLevel
from starfoundry.fleet.runtime.session import Session
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.kernel.ids import ContainerId, ShipSymbol
from starfoundry.kernel.tracing import Place
from starfoundry.ledger.domain.model import Purpose
from starfoundry.manufacturing.planner.scouting import SCOUTING, Scout
from starfoundry.manufacturing.runtime.cooldowns import Cooldowns
from starfoundry.manufacturing.runtime.coordinator_traces import CoordinatorTraces
from starfoundry.market.runtime.unreadable import MarketUnreadable


class Scouts:
    """The scouts of one coordinator. `log` writes a line, `returned` says that a ship is free again."""

    def __init__(
        self,
        session: Session,
        container_id: ContainerId,
        cooldowns: Cooldowns,
        traces: CoordinatorTraces,
        *,
        log: Callable[[LogLevel, str], None],
        returned: Callable[[], None],
    ) -> None:
        self._session = session
        self._container_id = container_id
        self._cooldowns = cooldowns
        self._traces = traces
        self._log = log
        self._note_return = returned
        self._flying: dict[ShipSymbol, asyncio.Task[None]] = {}

    def __len__(self) -> int:
        """The number under way."""
        return len(self._flying)

    async def send(self, group: asyncio.TaskGroup, orders: Iterable[Scout], purpose: Purpose) -> None:
        """Send each ship to its market, unless another container has taken it."""
        for order in orders:
            if await self._session.claims.claim(order.ship, self._container_id, SCOUTING):
                scouting = self._scout(order, purpose, self._traces.scout_sent())
                self._flying[order.ship] = group.create_task(scouting, name=f"scout {order.ship}")

    def cancel(self) -> None:
        """Call all of them off."""
        for scout in self._flying.values():
            scout.cancel()

    async def _scout(self, order: Scout, purpose: Purpose, turn: Place) -> None:
        with self._traces.scouting(turn, order):
            await self._look(order, purpose)
        del self._flying[order.ship]
        await self._session.claims.release(order.ship, self._container_id)
        self._note_return()

    async def _look(self, order: Scout, purpose: Purpose) -> None:
        try:
            async with self._session.quarantine.working_with(order.ship):
                await self._session.pilot.fly(order.ship, order.waypoint, purpose=purpose)
                await self._session.trader.look(order.ship)
        except StarFoundryError as error:
            self._cooldowns.after_look(order.ship, failed=not isinstance(error, MarketUnreadable))
            self._log(LogLevel.WARNING, f"{order.ship} could not look at {order.waypoint}: {error.message}")
        else:
            self._cooldowns.after_look(order.ship, failed=False)
