"""Explanations of idle ships, waiting tasks, unready factories, unopened chains and inactive containers."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from starfoundry.config.domain.model import COORDINATOR
from starfoundry.config.storage import store as config_store
from starfoundry.containers.domain.model import Container, ContainerStatus
from starfoundry.containers.domain.naming import short
from starfoundry.containers.storage import store as container_store
from starfoundry.fleet.domain.growth import SHUTTLE, Save, cheapest_offer, limits_of
from starfoundry.fleet.runtime.growth_runner import GROWTH, next_step_of
from starfoundry.fleet.runtime.session import Session
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.kernel.ids import ContainerId, Good, PlayerId
from starfoundry.kernel.ports import Clock
from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.api.ship_activity import CommandedShips, Fleet, of_fleet
from starfoundry.manufacturing.domain.model import Task, TaskFilter
from starfoundry.manufacturing.planner.bottleneck import bottleneck
from starfoundry.manufacturing.planner.explain.lane_reasons import of_lanes
from starfoundry.manufacturing.planner.explain.subject_names import WORK_ID, named, of_place_or_good
from starfoundry.manufacturing.planner.explanation import (
    BUSY,
    Explanation,
    Subject,
    of_chains,
    of_factories,
    of_ships,
    of_tasks,
)
from starfoundry.manufacturing.planner.plan import Turn, turn
from starfoundry.manufacturing.planner.trips.carrier_demand import carriage
from starfoundry.manufacturing.reasons import bottlenecks, containers, ships, trips
from starfoundry.manufacturing.runtime.coordinator import Coordinator
from starfoundry.manufacturing.runtime.coordinator_runner import ManufacturingRunner
from starfoundry.manufacturing.storage import store
from starfoundry.store.engine import Database

TASKS_NAMED = 10
"""The most tasks listed of a pipeline of which none waits, newest last."""

NO_GOOD = Good("")
POSSIBLE = (Subject.CHAIN, Subject.LANE)
"""Subjects that are only possible: a coordinator that does not work is no reason against them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Takes the reasons from the decisions that every container of a player would make now.

    `with_current_status` returns a stored container with its status in this process, `halted_by` the emergency halt
    that blocks its calls.
    """

    database: Database
    clock: Clock
    runner: ManufacturingRunner
    session_of: Callable[[PlayerId], Awaitable[Session]]
    with_current_status: Callable[[Container], Container]
    halted_by: Callable[[Container], str]

    async def everything(self, player_id: PlayerId, traded: Good = NO_GOOD) -> list[Explanation]:
        """The explanation of everything that waits, and the work of each ship; of one good its trade lanes too."""
        session, trouble = await self._session(player_id)
        stored = await self.database.read(lambda c: container_store.list_containers(c, player_id))
        refused = await self._refused()
        found: list[Explanation] = []
        commanded: list[CommandedShips] = []
        halts: dict[ContainerId, Reason] = {}
        for container in _worth_explaining([self.with_current_status(each) for each in stored]):
            obstacle = self._obstacle(container, session, trouble)
            if obstacle is not None and obstacle.rule == containers.HALTED:
                halts[container.id] = obstacle
            coordinator = self.runner.live.get(container.id)
            now = None if coordinator is None else turn_of(coordinator)
            works = containers.works() if coordinator is None or now is None else bottleneck_of(coordinator, now)
            found.append(_of_container(container, obstacle or refused.get(container.id), session, works))
            if container.type == COORDINATOR:
                commanded.append(
                    CommandedShips(container=container, obstacle=obstacle, coordinator=coordinator, turn=now)
                )
                decided = None if now is None else _decided_work(now, works, traded)
                found += await self._work_of(container, obstacle, decided)
        if session is not None:
            fleet = Fleet(session=session, database=self.database, coordinators=tuple(commanded), halts=halts)
            found += await of_fleet(fleet)
        return found

    async def about(self, player_id: PlayerId, subject: str) -> list[Explanation]:
        """The explanations about a ship, task, pipeline, good, waypoint or container, in any letter case.

        Each may be named by its last part, a container by the start of its id or by its system too. Raises Missing
        with similar names for an unknown subject, Refused for a part that matches several.
        """
        found = await self.everything(player_id, Good(subject.strip().upper()))
        if explanations := named(found, subject):
            return explanations
        if tasks := await self._tasks_named(player_id, subject):
            return [self._of_ended_or_busy(task) for task in tasks]
        session, _trouble = await self._session(player_id)
        return [of_place_or_good([] if session is None else session.book.places(), subject, found)]

    async def _refused(self) -> dict[ContainerId, Reason]:
        """By container, settings that its coordinator refused and that no later change has ended."""
        now = self.clock.now()
        found = await self.database.read(config_store.refused_settings)
        return {each.container_id: containers.settings_refused(each) for each in found if each.is_current(now)}

    async def _session(self, player_id: PlayerId) -> tuple[Session | None, str]:
        try:
            return await self.session_of(player_id), ""
        except StarFoundryError as error:
            return None, error.message

    def _obstacle(self, container: Container, session: Session | None, trouble: str) -> Reason | None:
        """Why the container as a whole does not work; None if it does."""
        if container.status is not ContainerStatus.RUNNING:
            return containers.absent(container)
        if scope := self.halted_by(container):
            return containers.halted(container, scope)
        is_begun = session is not None and (container.type != COORDINATOR or container.id in self.runner.live)
        return None if is_begun else containers.absent(container, trouble)

    async def _work_of(
        self, container: Container, obstacle: Reason | None, decided: list[Explanation] | None
    ) -> list[Explanation]:
        """A coordinator's decisions about its work; of one that is not running what is stored."""
        within = await self._stored_work(container.id) if decided is None else decided
        signed = [replace(each, container_id=container.id) for each in within]
        if obstacle is None:
            return signed
        return [replace(each, reason=obstacle, behind=()) for each in signed if each.subject not in POSSIBLE]

    async def _stored_work(self, container_id: ContainerId) -> list[Explanation]:
        tasks = await self.database.read(lambda c: store.find_tasks(c, container_id, TaskFilter()))
        factories = await self.database.read(lambda c: store.load_factories(c, container_id))
        unknown = containers.works()
        waiting = [
            Explanation(subject=Subject.TASK, name=task.id, good=task.good, state=task.status.value, reason=unknown)
            for task in tasks
        ]
        unready = [
            Explanation(
                subject=Subject.FACTORY,
                name=f"{state.good} at {state.factory}",
                good=state.good,
                state="NOT_READY",
                reason=unknown,
            )
            for state in factories
            if not state.is_ready
        ]
        return [*waiting, *unready]

    def _of_ended_or_busy(self, task: Task) -> Explanation:
        return Explanation(
            subject=Subject.TASK,
            name=task.id,
            good=task.good,
            container_id=task.container_id,
            state=task.status.value,
            reason=activity_of(task, self.runner.live.get(task.container_id)),
        )

    async def _tasks_named(self, player_id: PlayerId, name: str) -> list[Task]:
        """The task of that id, or the last ones of the pipeline of that id; none if several containers have one."""
        key = name.strip().lower()
        work = WORK_ID.fullmatch(key)
        if work is None:
            return []
        stored = await self.database.read(lambda c: container_store.list_containers(c, player_id))
        owners = [short(each.id) for each in _worth_explaining(stored) if each.type == COORDINATOR]
        keys = [f"{owner}-{key}" for owner in owners] if key == work.group(1) else [key]

        def read(connection: sa.Connection) -> list[list[Task]]:
            return [store.find_named(connection, player_id, each, limit=TASKS_NAMED) for each in keys]

        found = [each for each in await self.database.read(read) if each]
        return found[0] if len(found) == 1 else []


def activity_of(task: Task, coordinator: Coordinator | None) -> Reason:
    """The progress of a task that does not wait: its ship is under way or waits at a market, or it is over."""
    if not task.status.is_in_flight:
        return trips.over(task)
    pause = None if coordinator is None else coordinator.market_waits.of(task.ship)
    return ships.under_way(task.ship, task.id) if pause is None else pause.reason


def turn_of(coordinator: Coordinator) -> Turn:
    """The coordinator's decision at this moment."""
    view_builder, cooldowns = coordinator.view_builder, coordinator.cooldowns
    view = view_builder.view(coordinator.revised, cooldowns.resting(), cooldowns.cooling())
    return turn(view, view_builder.container_id, view_builder.reference_ship())


def bottleneck_of(coordinator: Coordinator, now: Turn) -> Reason:
    """The bottleneck of a coordinator that works."""
    demand = carriage(now.seen, now.hull)
    session = coordinator.view_builder.session
    present = sum(demand.weight(ship.cargo.capacity, ship.engine_speed) for ship in session.roster.ships())
    offer = cheapest_offer(session.yards.usable(), SHUTTLE)
    found = bottleneck(now.after, demand, present, None if offer is None else offer[0])
    seen, known = session.book.market_counts()
    return bottlenecks.unseen(seen, known) if bottlenecks.is_markets(found) and seen < known else found


def explained(coordinator: Coordinator) -> list[Explanation]:
    """Why a coordinator does not do more: its bottleneck, and why all that stands still does so."""
    now, container_id = turn_of(coordinator), coordinator.view_builder.container_id
    works = Explanation(
        subject=Subject.CONTAINER,
        name=container_id,
        container_id=container_id,
        state=BUSY,
        reason=bottleneck_of(coordinator, now),
    )
    return [works, *of_ships(now), *_decided_work(now, works.reason)]


def _decided_work(now: Turn, works: Reason, traded: Good = NO_GOOD) -> list[Explanation]:
    """Everything that waits or is not open by a turn; `works` names the bottleneck, `traded` the good of lanes."""
    advised = bottlenecks.advises_ship(works)
    return [
        *of_tasks(now, would_another_pay=advised),
        *of_factories(now),
        *of_chains(now),
        *of_lanes(now, traded, would_another_pay=advised),
    ]


def _worth_explaining(found: Sequence[Container]) -> list[Container]:
    """The containers worth explaining: those that work or should, else the newest of each type."""
    present = [each for each in found if each.status.is_unfinished or each.status is ContainerStatus.FAILED]
    types = {each.type for each in present}
    newest = {each.type: each for each in found if each.type not in types}
    return [*present, *newest.values()]


def _of_container(container: Container, obstacle: Reason | None, session: Session | None, works: Reason) -> Explanation:
    reason = obstacle
    if reason is None and container.type == GROWTH and session is not None:
        wish = next_step_of(session, limits_of(container.config))
        buys = "" if isinstance(wish, Save) else f"{wish.ship_type} at {wish.shipyard}, as soon as a probe is there"
        reason = wish.reason if isinstance(wish, Save) else ships.decided_next(buys)
    return Explanation(
        subject=Subject.CONTAINER,
        name=container.id,
        container_id=container.id,
        state=container.status.value if reason is not None else BUSY,
        reason=reason or works,
    )
