"""The runner of coordinator containers: it composes a coordinator, runs it, and releases everything."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starfoundry.config.domain.acknowledgements import RefusedRevision
from starfoundry.config.service.config_bus import ConfigBus
from starfoundry.config.storage import store as config_store
from starfoundry.containers.domain.model import Container
from starfoundry.containers.runtime.logbook import Logbook
from starfoundry.containers.runtime.runner import StopSignal
from starfoundry.fleet.runtime.session import Session
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.kernel.ports import Clock
from starfoundry.manufacturing.domain.recipe import Recipes
from starfoundry.manufacturing.planner.trips.readiness import FactoryStateTracker, TaskReadinessSpecification
from starfoundry.manufacturing.runtime.coordinator import Coordinator
from starfoundry.manufacturing.runtime.market_waits import MarketWaits
from starfoundry.manufacturing.runtime.view_builder import ViewBuilder
from starfoundry.manufacturing.runtime.work_state import WorkState
from starfoundry.manufacturing.runtime.worker import WorkerContext
from starfoundry.store.engine import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class ManufacturingRunner:
    """Runs coordinators; `live` holds the running ones of this process, for reports.

    `api_share` returns the used share of the request budget, from 0 to 1.
    """

    database: Database
    bus: ConfigBus
    logbook: Logbook
    clock: Clock
    session_of: Callable[[PlayerId], Awaitable[Session]]
    api_share: Callable[[], float] = lambda: 0.0
    live: dict[ContainerId, Coordinator] = field(default_factory=dict)

    async def __call__(self, container: Container, stop: StopSignal) -> None:
        """One run, the first or a recovered one: it starts only from what is stored."""
        revised = await self.database.read(lambda connection: config_store.load(connection, container.id))
        refused, reason = await self.database.read(lambda c: config_store.current_refusal(c, container.id))
        cell = self.bus.open(container.id, revised)
        if refused and not self.bus.is_safe:
            self.bus.refuse(
                container.id, RefusedRevision(revision=refused, reason=reason, at_elapsed=self.bus.elapsed())
            )
        revised = cell.value
        try:
            session = await self.session_of(container.player_id)
            recipes = Recipes(session.supply_chain)
            readiness = TaskReadinessSpecification(revised.config, revised.revision)
            work_state = WorkState(container.id, self.database, self.clock, FactoryStateTracker(readiness))
            await work_state.load()
            context = WorkerContext(
                session=session,
                work_state=work_state,
                readiness=readiness,
                recipes=recipes,
                market_waits=MarketWaits(self.clock, readiness),
                logbook=self.logbook,
                clock=self.clock,
            )
            view_builder = ViewBuilder(
                container_id=container.id,
                session=session,
                work_state=work_state,
                recipes=recipes,
                clock=self.clock,
                prefix=container.id.rpartition("-")[2],
                api_share=self.api_share,
            )
            coordinator = Coordinator(context, view_builder, self.bus, cell)
            self.bus.preview_with(container.id, coordinator.preview)
            self.live[container.id] = coordinator
            session.demands.register(container.id, lambda: view_builder.demand(coordinator.revised))
            try:
                await coordinator.run(stop)
            finally:
                session.demands.withdraw(container.id)
        finally:
            self.live.pop(container.id, None)
            self.bus.close(container.id)
