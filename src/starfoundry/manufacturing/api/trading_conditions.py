"""Health conditions of running coordinators that do not trade although their plan says so."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from starfoundry.kernel.conditions import Condition
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.kernel.ports import Clock
from starfoundry.ledger.storage import store as ledger_store
from starfoundry.manufacturing.domain.model import TaskStatus
from starfoundry.manufacturing.domain.trading_health import QUIET_SECONDS, Progress, Standstill, standstill
from starfoundry.manufacturing.planner.pipelines.opportunities import opportunities
from starfoundry.manufacturing.planner.view import View
from starfoundry.manufacturing.runtime.coordinator import Coordinator
from starfoundry.manufacturing.runtime.coordinator_runner import ManufacturingRunner
from starfoundry.market.domain.price_age import last_seen
from starfoundry.store.engine import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingConditions:
    """Checks every running coordinator. `is_halted` returns whether an emergency halt blocks a player's container."""

    database: Database
    runner: ManufacturingRunner
    clock: Clock
    is_halted: Callable[[PlayerId, ContainerId], bool]

    async def conditions(self) -> list[Condition]:
        """The reasons of coordinators that have not traded for a while; a halt has a condition of its own."""
        found = []
        for container_id, coordinator in list(self.runner.live.items()):
            if coordinator.is_ending or self.is_halted(coordinator.view_builder.session.player_id, container_id):
                continue
            quiet = await self._quiet_seconds(container_id, coordinator)
            if quiet >= QUIET_SECONDS and (verdict := standstill(_progress(coordinator, quiet))) is not None:
                found.append(self._condition(container_id, coordinator.view_builder.session.player_id, verdict, quiet))
        return found

    async def _quiet_seconds(self, container_id: ContainerId, coordinator: Coordinator) -> float:
        """Seconds since its last deal, but at most since the start of this run."""
        runs = self.clock.elapsed() - coordinator.trips.began
        if runs < QUIET_SECONDS:
            return runs
        last = await self.database.read(lambda connection: ledger_store.last_deal(connection, container_id))
        return runs if last is None else min(runs, (self.clock.now() - last).total_seconds())

    def _condition(
        self, container_id: ContainerId, player_id: PlayerId, verdict: Standstill, quiet: float
    ) -> Condition:
        return Condition(
            kind=verdict.kind,
            subject=container_id,
            reason=f"{container_id}: {verdict.reason}",
            next_step=f"spacetraders why {container_id}",
            since=self.clock.now() - timedelta(seconds=quiet),
            degrades=verdict.degrades,
            player_id=player_id,
        )


def _progress(coordinator: Coordinator, quiet_seconds: float) -> Progress:
    view_builder, cooldowns = coordinator.view_builder, coordinator.cooldowns
    view = view_builder.view(coordinator.revised, cooldowns.resting(), cooldowns.cooling())
    session = view_builder.session
    seen_at = last_seen(session.book.sightings())
    oldest = view.now - timedelta(minutes=view.config.market_max_age)
    markets = [place.waypoint for place in session.book.places() if place.has_market]
    carriers = [ship.symbol for ship in session.roster.ships() if ship.cargo.capacity > 0]
    owners = [session.claims.owner(ship) for ship in carriers]
    return Progress(
        quiet_seconds=quiet_seconds,
        trips=coordinator.trips.under_way(view.tasks),
        carriers=len(carriers),
        free=len(view.idle),
        elsewhere=sum(owner not in (None, view_builder.container_id) for owner in owners),
        scouts=len(coordinator.scouts),
        markets=len(markets),
        fresh=sum(market in seen_at and seen_at[market] >= oldest for market in markets),
        reason=_best_hindrance(view, coordinator),
    )


def _best_hindrance(view: View, coordinator: Coordinator) -> str:
    """The reason that blocks the most promising chain or task."""
    waiting = next((task for task in view.waiting(TaskStatus.PENDING) if task.waiting_for), None)
    if waiting is not None:
        return f"{waiting.kind.value} {waiting.good}: {waiting.waiting_for}"
    refused = (
        each for each in opportunities(view, coordinator.view_builder.reference_ship()) if each.refusal is not None
    )
    best = next(refused, None)
    return "" if best is None else f"{best.good} at {best.factory}: {best.refusal}"
