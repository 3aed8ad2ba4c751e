"""The manufacturing coordinator's loop: look, decide, act, wait for the next event. It contains no rules."""

import asyncio
from collections.abc import Coroutine, Sequence

from starfoundry.config.domain.acknowledgements import AppliedRevision, Preview
from starfoundry.config.domain.model import ManufacturingConfig, Revised
from starfoundry.config.service.config_bus import ConfigBus
from starfoundry.containers.domain.ending import Ending
from starfoundry.containers.runtime.logbook import LogLevel
from starfoundry.containers.runtime.runner import StopSignal
from starfoundry.fleet.runtime.session import Session
from starfoundry.kernel.ids import ContainerId, Revision
from starfoundry.kernel.ports import Clock
from starfoundry.kernel.tracing import Place
from starfoundry.ledger.domain.model import Purpose
from starfoundry.manufacturing.domain.model import FactoryState, Task, TaskStatus
from starfoundry.manufacturing.planner.actions import Action, AssignShip
from starfoundry.manufacturing.planner.change_effects import effects_at_the_end, effects_of, preview_effects
from starfoundry.manufacturing.planner.plan import decide
from starfoundry.manufacturing.planner.stranded_cargo import StrandedCargo
from starfoundry.manufacturing.planner.trips.estimate import Prospect
from starfoundry.manufacturing.runtime.cooldowns import Cooldowns
from starfoundry.manufacturing.runtime.coordinator_traces import CoordinatorTraces
from starfoundry.manufacturing.runtime.refused_settings import RefusedSettingsHandler
from starfoundry.manufacturing.runtime.scouts import Scouts
from starfoundry.manufacturing.runtime.trip_times import TripTimes
from starfoundry.manufacturing.runtime.view_builder import ViewBuilder
from starfoundry.manufacturing.runtime.work_state import Overtaken
from starfoundry.manufacturing.runtime.worker import Worker, WorkerContext
from starfoundry.runtime.concurrency.latest import Latest
from starfoundry.runtime.concurrency.waiting import wait_at_most

BACKSTOP_SECONDS = 60.0
"""The longest time between two turns in seconds, even if a signal is missed."""

MARKET_TURN_SECONDS = 5.0
"""The shortest seconds between turns that only follow a market reading; a new setting or a free ship never waits."""


class Coordinator:
    """The coordinator of one container. Two coordinators of one player share ships and markets, but no state."""

    def __init__(
        self, context: WorkerContext, view_builder: ViewBuilder, bus: ConfigBus, cell: Latest[Revised]
    ) -> None:
        self._context = context
        self._session: Session = context.session
        self._work_state = context.work_state
        self.view_builder = view_builder
        self._container_id: ContainerId = view_builder.container_id
        self._clock: Clock = context.clock
        self._bus = bus
        self._cell = cell
        self._news = asyncio.Event()
        self._urgent = asyncio.Event()
        self.cooldowns = Cooldowns(context.clock)
        self._stranded = StrandedCargo(context.session.conditions)
        self.trips = TripTimes(context.session, context.clock)
        self.market_waits = context.market_waits
        self._traces = CoordinatorTraces(bus, self._container_id)
        self.scouts = Scouts(
            context.session,
            self._container_id,
            self.cooldowns,
            self._traces,
            log=self._log,
            returned=lambda: self._wake(urgent=True),
        )
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._decided_under = Revision(-1)
        self._refused_settings = RefusedSettingsHandler(
            view_builder=view_builder,
            work_state=context.work_state,
            bus=bus,
            log=lambda level, text, revision: self._log(level, text, revision=revision),
        )
        self.is_ending = False

    @property
    def revised(self) -> Revised:
        """The configuration in force: the newest one, unless it is refused."""
        return self._context.readiness.revised

    def preview(self, config: ManufacturingConfig) -> Preview:
        """The effects of the next turn under `config`, from the functions that the turn itself uses."""
        present = self.revised
        if objection := self.view_builder.objection(config, present.config):
            return Preview(objection=objection)
        if self.is_ending:
            return Preview(effects=effects_at_the_end(self._trips_under_way()))
        revised = Revised(config=config, revision=present.revision)
        view = self.view_builder.view(revised, self.cooldowns.resting(), self.cooldowns.cooling())
        judged = self._work_state.tracker.judged_by(config, self._clock.now())
        odd = self.view_builder.objection(config)
        return preview_effects(view, judged, self.view_builder.reference_ship(), present.config, odd)

    async def run(self, stop: StopSignal) -> None:
        """Coordinate until `stop` asks for the end; then finish the work that the kind of stop allows."""
        try:
            async with asyncio.TaskGroup() as group:
                listeners = [group.create_task(listening) for listening in self._listening(stop)]
                await self._resume(group)
                while not stop.requested:
                    await self._turn(group)
                    await self._next_event()
                await self._wind_down(stop)
                for listener in listeners:
                    listener.cancel()
        finally:
            if stop.requested and not stop.is_shutdown:
                await self._release_all()

    def _listening(self, stop: StopSignal) -> Sequence[Coroutine[object, object, None]]:
        return (
            self._follow(self._cell, urgent=True),
            self._follow(self._session.book.changed, urgent=False),
            self._follow(self._session.roster.changed, urgent=False),
            self._follow(stop.requested_ending, urgent=True),
        )

    async def _follow(self, cell: Latest[Revised] | Latest[int] | Latest[Ending], *, urgent: bool) -> None:
        while True:
            await cell.newer_than(cell.version)
            self._wake(urgent=urgent)

    def _wake(self, *, urgent: bool) -> None:
        self._news.set()
        if urgent:
            self._urgent.set()

    async def _next_event(self) -> None:
        """Wait for an event. Market readings are collected for a moment: a busy fleet is not planned at each."""
        await wait_at_most(self._news, BACKSTOP_SECONDS)
        if not self._urgent.is_set():
            await wait_at_most(self._urgent, MARKET_TURN_SECONDS)
        self._news.clear()
        self._urgent.clear()

    async def _turn(self, group: asyncio.TaskGroup) -> None:
        """One decision cycle under the newest configuration."""
        revised = await self._newest()
        with self._traces.turn(revised.revision):
            await self._take_turn(group, revised)

    async def _take_turn(self, group: asyncio.TaskGroup, revised: Revised) -> None:
        """Look, decide, commit, act, and acknowledge the revision."""
        before, is_new = self.revised.config, revised.revision != self._decided_under
        seen, judged = self._see_factories(), self._put_in_force(revised) if is_new else ()
        await self._work_state.keep_factories((*seen, *judged))
        began = self._bus.elapsed()
        view = self.view_builder.view(revised, self.cooldowns.resting(), self.cooldowns.cooling())
        wanted = decide(view, self._container_id, self.view_builder.reference_ship())
        decided_at = self._bus.elapsed()
        self._bus.timing.decided(decided_at - began)
        actions = [action for action in wanted if await self._may_act(action)]
        effects = effects_of(view, judged, actions, before) if is_new else ()
        first_under = self._work_state.applied_entry(revised, effects) if is_new else None
        starts = [action for action in actions if isinstance(action, AssignShip)]
        try:
            await self._work_state.apply(actions, revised.revision, first_under=first_under)
        except Overtaken:  # the next turn is due already, since the cell holds the newer revision
            for start in starts:
                await self._session.claims.release(start.task.ship, self._container_id)
            return
        self.cooldowns.after_turn(view, actions)
        self._stranded.tell(view)
        for start in starts:
            self._send_out(group, start.task, start.prospect)
        self._tell(revised, effects, decided_at)
        await self._send_scouts(group)

    async def _judge_remaining_trips(self) -> None:
        """Judge the trips that are still under way by the newest configuration; nothing new starts."""
        revised = await self._newest()
        if revised.revision == self._decided_under:
            return
        await self._work_state.keep_factories(self._put_in_force(revised))
        decided_at = self._bus.elapsed()
        effects = effects_at_the_end(self._trips_under_way())
        await self._work_state.apply((), revised.revision, first_under=self._work_state.applied_entry(revised, effects))
        self._tell(revised, effects, decided_at)

    def _tell(self, revised: Revised, effects: tuple[str, ...], decided_at: float) -> None:
        self._decided_under = revised.revision
        self._bus.observe(
            self._container_id,
            AppliedRevision(revision=revised.revision, effects=effects, at_elapsed=decided_at, config=revised.config),
        )

    async def _newest(self) -> Revised:
        """The newest configuration that can be used."""
        return await self._refused_settings.newest(self._cell, self.revised)

    def _put_in_force(self, revised: Revised) -> tuple[FactoryState, ...]:
        """Put the new configuration in force and judge every factory by it."""
        self._context.readiness.update_config(revised.config, revised.revision)
        self.market_waits.settings_changed()
        message = "Configuration updated" if self._decided_under >= 0 else "Configuration in force"
        self._log(LogLevel.INFO, message, revision=revised.revision, **revised.config.to_map())
        if self._decided_under < 0 and (objection := self.view_builder.objection(revised.config)):
            self._log(LogLevel.WARNING, f"Configuration in force, but {objection}", revision=revised.revision)
        return self._work_state.tracker.judge_again(self._clock.now())

    def _see_factories(self) -> tuple[FactoryState, ...]:
        """Update the factories from the latest market readings; returns the states that changed."""
        changed: list[FactoryState] = []
        for state in self._work_state.tracker.states():
            sighting = self._session.book.sighting(state.factory, state.good)
            if sighting is not None and sighting.quote.supply is not state.supply:
                supply = sighting.quote.supply
                changed += self._work_state.tracker.saw(state.factory, state.good, supply, self._clock.now())
        return tuple(changed)

    async def _may_act(self, action: Action) -> bool:
        """Whether the action can be taken; a ship must be claimed before it is sent."""
        if not isinstance(action, AssignShip):
            return True
        return await self._session.claims.claim(action.task.ship, self._container_id, action.task.id)

    async def _resume(self, group: asyncio.TaskGroup) -> None:
        """Resume the tasks in flight: their ships continue with their current cargo. Other ships are released."""
        busy = {task.ship for task in self._work_state.tasks() if task.status.is_in_flight}
        for ship in self._session.claims.of(self._container_id):
            if ship not in busy:  # a scout of the previous run, or a ship whose task ended just as that run did
                await self._session.claims.release(ship, self._container_id)
        for task in self._work_state.tasks():
            if not task.status.is_in_flight:
                continue
            if await self._session.claims.claim(task.ship, self._container_id, task.id):
                self._log(LogLevel.INFO, f"{task.ship} continues with {task.kind.value} {task.good}", task=task.id)
                self._send_out(group, task, None)
            else:
                returned = task.returned(f"{task.ship} is commanded by another container")
                await self._work_state.change_task(returned, "task given back", {"reason": returned.waiting_for})

    def _send_out(self, group: asyncio.TaskGroup, task: Task, promise: Prospect | None) -> None:
        self.trips.sent(task, promise)
        working = self._work(task, promise, self._traces.ship_sent())
        self._workers[task.id] = group.create_task(working, name=f"worker {task.id}")

    async def _work(self, task: Task, promise: Prospect | None, turn: Place) -> None:
        with self._traces.trip(turn, task):
            trip = await Worker(self._context, task, promise).run()
        del self._workers[task.id]
        self.trips.ended(task.id)
        self.cooldowns.after_trip(trip.task, trip.trouble)
        await self._session.claims.release(task.ship, self._container_id)
        self._wake(urgent=True)

    async def _send_scouts(self, group: asyncio.TaskGroup) -> None:
        """Send every ship that is free to look to a market, unless requests are short."""
        if self.view_builder.no_scouting(self.revised) is not None:
            return
        purpose = Purpose(container_id=self._container_id, config_revision=self._decided_under)
        await self.scouts.send(group, self.view_builder.scout_orders(self.cooldowns.resting()), purpose)

    async def _wind_down(self, stop: StopSignal) -> None:
        """End the workers: at a shutdown at once, since they continue after it; else as the ending says."""
        self.is_ending = True
        self.scouts.cancel()
        while self._trips_under_way():
            for task in self._work_state.tasks():
                worker = self._workers.get(task.id)
                if worker is not None and not worker.done() and not self._is_spared(task, stop):
                    worker.add_done_callback(lambda _done: self._wake(urgent=True))
                    worker.cancel()
            if stop.is_shutdown:
                return
            await self._judge_remaining_trips()
            await self._next_event()

    def _trips_under_way(self) -> int:
        return sum(not worker.done() for worker in self._workers.values())

    def _is_spared(self, task: Task, stop: StopSignal) -> bool:
        """Whether a running task may continue: every one in a drain, else those with cargo sell it first."""
        return not stop.is_shutdown and (stop.ending is Ending.DRAINED or self._holds_cargo(task))

    async def _release_all(self) -> None:
        """Return interrupted tasks and release every ship for other containers."""
        for task in self._work_state.tasks():
            if task.status.is_in_flight:
                returned = task.returned("the coordinator was stopped")
                await self._work_state.change_task(returned, "task given back", {"reason": returned.waiting_for})
        for ship in self._session.claims.of(self._container_id):
            await self._session.claims.release(ship, self._container_id)

    def _holds_cargo(self, task: Task) -> bool:
        if task.status is not TaskStatus.EXECUTING or not self._session.roster.knows(task.ship):
            return False
        return self._session.roster.get(task.ship).cargo.units_of(task.good) > 0

    def _log(self, level: LogLevel, message: str, **fields: object) -> None:
        self._context.logbook.log(self._container_id, level, message, **fields)
