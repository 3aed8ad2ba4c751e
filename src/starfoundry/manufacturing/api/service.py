"""Use cases of manufacturing: scan markets, start a coordinator, and report on its work."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from starfoundry.config.domain.model import COORDINATOR, ManufacturingConfig, Revised
from starfoundry.config.domain.patch import Patch
from starfoundry.config.service import revise
from starfoundry.config.storage import store as config_store
from starfoundry.containers.domain.model import Container, ContainerStatus
from starfoundry.containers.runtime.supervisor import Supervisor
from starfoundry.containers.storage import store as container_store
from starfoundry.fleet.runtime.session import Session
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.kernel.ids import ContainerId, PlayerId, Revision, SystemSymbol
from starfoundry.kernel.ports import Clock, Entropy
from starfoundry.ledger.storage import store as ledger_store
from starfoundry.ledger.storage.earnings import Earnings, earnings
from starfoundry.manufacturing.api.why import explained
from starfoundry.manufacturing.domain.launch_options import LaunchOptions, system_of
from starfoundry.manufacturing.domain.model import FactoryState, Pipeline, PipelineKind, Task, TaskFilter, TaskStatus
from starfoundry.manufacturing.domain.recipe import Recipes
from starfoundry.manufacturing.planner.explanation import Explanation, Subject, ranked
from starfoundry.manufacturing.planner.pipelines.opportunities import Opportunity
from starfoundry.manufacturing.planner.ranking.scan_ranking import scanned
from starfoundry.manufacturing.planner.trips.readiness import FactoryStateTracker
from starfoundry.manufacturing.planner.view import View
from starfoundry.manufacturing.reasons.containers import absent
from starfoundry.manufacturing.runtime.coordinator_runner import ManufacturingRunner
from starfoundry.manufacturing.runtime.view_builder import ViewBuilder
from starfoundry.manufacturing.runtime.work_state import WorkState
from starfoundry.manufacturing.storage import accounts, store
from starfoundry.manufacturing.storage.accounts import Money
from starfoundry.store.engine import Database

REASONS_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """The chains and lanes found in the known markets of a system."""

    system: SystemSymbol
    opportunities: tuple[Opportunity, ...]
    markets_seen: int
    markets_known: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkStatus:
    """The status of a coordinator. Counts of pipelines and tasks are current, money is since its start."""

    container: Container
    system: SystemSymbol
    credits: int
    earnings: Earnings
    revised: Revised
    observed_revision: Revision
    min_balance: int
    pipelines: tuple[Pipeline, ...]
    draining: int
    tasks: tuple[Task, ...]
    completed: int
    factories: tuple[FactoryState, ...]
    idle_reasons: tuple[str, ...]
    unready: Mapping[str, str]
    last_decision: store.Decision | None

    def count(self, status: TaskStatus) -> int:
        """The number of tasks in one status."""
        return sum(task.status is status for task in self.tasks)


class ManufacturingService:
    """The use cases behind the gRPC methods of manufacturing."""

    def __init__(
        self,
        *,
        database: Database,
        supervisor: Supervisor,
        runner: ManufacturingRunner,
        session_of: Callable[[PlayerId], Awaitable[Session]],
        clock: Clock,
        entropy: Entropy,
    ) -> None:
        self._database = database
        self._supervisor = supervisor
        self._runner = runner
        self._session_of = session_of
        self._clock = clock
        self._entropy = entropy

    async def scan(self, player_id: PlayerId, system: str, config: ManufacturingConfig) -> Scan:
        """Every chain and lane that the known markets offer, best first, for the largest hold and these settings."""
        session = await self._session_of(player_id)
        self._refuse_other_system(session, system)
        view, view_builder = await self._view_of(session, config)
        return Scan(
            system=session.system,
            opportunities=scanned(view, view_builder.reference_ship()),
            markets_seen=len({sighting.waypoint for sighting in session.book.sightings()}),
            markets_known=sum(place.has_market for place in session.book.places()),
        )

    async def preview_start(
        self, player_id: PlayerId, system: str, wanted: Patch, *, author: str, preset: str = ""
    ) -> tuple[ManufacturingConfig, tuple[str, ...]]:
        """The settings that a new coordinator would start with, and warnings. Raises as `start`."""
        session = await self._session_of(player_id)
        self._refuse_other_system(session, system)
        by = self._begun_by(author)
        begun = await self._database.read(lambda c: revise.initial_settings(c, player_id, wanted, preset, by))
        _, view_builder = await self._view_of(session, begun.config)
        objection = view_builder.objection(begun.config)
        beside = await self._other_coordinators_warning(session)
        return begun.config, (*begun.warnings, *([objection] if objection else []), *([beside] if beside else []))

    async def start(
        self, player_id: PlayerId, system: str, wanted: Patch, *, author: str, preset: str = ""
    ) -> tuple[Container, tuple[str, ...]]:
        """A new coordinator, stored and running, and warnings.

        Raises Missing if the preset does not exist, or Refused naming every setting that is not allowed.
        """
        _, warnings = await self.preview_start(player_id, system, wanted, author=author, preset=preset)
        options = LaunchOptions(system=(await self._session_of(player_id)).system)
        container_id = ContainerId(f"parallel-mfg-{options.system}-{self._entropy.token('container', 6)}")
        stored = {**options.to_map(), "container_id": container_id}
        authorship = self._begun_by(author)

        def first_revision(connection: sa.Connection) -> None:
            revise.create_initial_settings(connection, container_id, wanted, authorship, preset=preset)

        create = self._supervisor.create
        return await create(player_id, COORDINATOR, stored, container_id, in_transaction=first_revision), warnings

    async def status(self, player_id: PlayerId, container_id: str) -> WorkStatus:
        """The status of one coordinator, running or not."""
        balance = await self._credits(await self._coordinator(player_id, container_id))  # first: it may have to wait
        container = await self._coordinator(player_id, container_id)
        key = container.id
        revised = await self._database.read(lambda c: config_store.load(c, key))
        pipelines = await self._database.read(lambda c: store.find_pipelines(c, key, include_ended=False))
        tasks = await self._database.read(lambda c: store.find_tasks(c, key, TaskFilter()))
        completed = await self._database.read(lambda c: store.count_completed(c, key))
        factories = await self._database.read(lambda c: store.load_factories(c, key))
        fabrications = [pipeline for pipeline in pipelines if pipeline.kind is PipelineKind.FABRICATION]
        reasons = self._explained(key)
        earned = await self._database.read(
            lambda c: earnings(
                c,
                player_id,
                container_id=key,
                since=container.created_at,
                until=container.stopped_at,
                now=self._clock.now(),
            )
        )
        return WorkStatus(
            container=container,
            system=system_of(container.config),
            credits=balance,
            earnings=earned,
            revised=revised,
            observed_revision=container.observed_revision,
            min_balance=revised.config.min_balance,
            pipelines=tuple(pipelines),
            draining=max(0, len(fabrications) - revised.config.max_pipelines),
            tasks=tuple(tasks),
            completed=completed,
            factories=tuple(factories),
            idle_reasons=_idle_reasons(reasons, container),
            unready=_unready(factories, reasons or [], absent(container).text),
            last_decision=await self._database.read(lambda c: store.last_decision(c, key)),
        )

    async def pipelines(
        self, player_id: PlayerId, container_id: str, *, include_ended: bool, limit: int
    ) -> list[tuple[Pipeline, Money, list[Task]]]:
        """Pipelines with their tasks and money from the ledger, oldest first."""
        container = await self._coordinator(player_id, container_id)

        def read(connection: sa.Connection) -> list[tuple[Pipeline, Money, list[Task]]]:
            found = store.find_pipelines(connection, container.id, include_ended=include_ended, limit=limit)
            return [
                (
                    pipeline,
                    accounts.money_of(connection, "pipeline_id", pipeline.id),
                    store.find_tasks(connection, container.id, TaskFilter(pipeline_id=pipeline.id, statuses=())),
                )
                for pipeline in found
            ]

        return await self._database.read(read)

    async def tasks(self, player_id: PlayerId, container_id: str, wanted: TaskFilter, *, limit: int) -> list[Task]:
        """Tasks, oldest first; each waiting one with its current reason."""
        container = await self._coordinator(player_id, container_id)
        find = store.find_tasks
        found = await self._database.read(lambda connection: find(connection, container.id, wanted, limit=limit))
        if not any(task.status.is_waiting for task in found):
            return found
        reasons = {each.name: each.reason.text for each in self._explained(container.id) or ()}
        return [
            replace(task, waiting_for=_why(task, reasons, container)) if task.status.is_waiting else task
            for task in found
        ]

    async def _credits(self, container: Container) -> int:
        """The player's credits; the ledger's last balance if its universe has ended."""
        if container.status is not ContainerStatus.ABANDONED:
            return (await self._session_of(container.player_id)).gateway.credits
        return await self._database.read(lambda c: ledger_store.last_balance(c, container.player_id)) or 0

    async def _coordinator(self, player_id: PlayerId, container_id: str) -> Container:
        """The player's coordinator; the only running one if none is named."""
        found = await self._database.read(lambda c: container_store.list_containers(c, player_id))
        coordinators = [container for container in found if container.type == COORDINATOR]
        if container_id:
            coordinators = [container for container in coordinators if container.id == container_id]
        elif len(coordinators) > 1:
            coordinators = [container for container in coordinators if container.status.is_unfinished] or coordinators
        if not coordinators:
            wanted = f"no coordinator {container_id}" if container_id else "no coordinator was ever started"
            raise Missing(f"{wanted} of player {player_id}; see: spacetraders container list")
        if len(coordinators) > 1:
            choices = ", ".join(container.id for container in coordinators)
            raise Refused.of("container_id", container_id, f"one of {choices}")
        return self._supervisor.with_current_status(coordinators[0])

    async def _other_coordinators_warning(self, session: Session) -> str:
        """A warning if the player has other coordinators in the system; otherwise empty."""
        found = await self._database.read(lambda c: container_store.list_containers(c, session.player_id))
        there = [
            each.id
            for each in found
            if each.type == COORDINATOR and each.status.is_unfinished and system_of(each.config) == session.system
        ]
        if not there:
            return ""
        works = f"{there[0]} works" if len(there) == 1 else f"{' and '.join(there)} work"
        return f"{works} in {session.system} already: they and the new one share its ships and its markets"

    def _explained(self, container_id: ContainerId) -> list[Explanation] | None:
        """The explanations of everything that a coordinator does not do; None if it is not running."""
        coordinator = self._runner.live.get(container_id)
        if coordinator is None:
            return None
        return explained(coordinator)

    @staticmethod
    def _refuse_other_system(session: Session, system: str) -> None:
        if system and system != session.system:
            raise Refused.of("system", system, f"{session.system}, where this player's ships and markets are")

    def _begun_by(self, author: str) -> config_store.Authorship:
        return config_store.Authorship(author=author, origin="start", at=self._clock.now())

    async def _view_of(self, session: Session, config: ManufacturingConfig) -> tuple[View, ViewBuilder]:
        """A view of the markets without any work under way."""
        nobody = ContainerId("")
        view_builder = ViewBuilder(
            container_id=nobody,
            session=session,
            work_state=WorkState(nobody, self._database, self._clock, FactoryStateTracker(config)),
            recipes=Recipes(session.supply_chain),
            clock=self._clock,
            prefix="",
        )
        return view_builder.view(Revised(config=config, revision=Revision(0)), ()), view_builder


def _idle_reasons(found: list[Explanation] | None, container: Container) -> tuple[str, ...]:
    """Why the coordinator does not do more: its bottleneck, then what stands still, most telling first."""
    if found is None:
        return (absent(container).text,)
    reason_texts = [each.reason.text for each in found if each.is_busy]
    return (*reason_texts, *(each.text for each in ranked(found)))[:REASONS_SHOWN]


def _unready(factories: Sequence[FactoryState], explained: list[Explanation], missing: str) -> dict[str, str]:
    """By name, why each factory that is not ready is not; `missing` if there is no explanation."""
    reasons = {each.name: each.reason.text for each in explained if each.subject is Subject.FACTORY}
    return {name: reasons.get(name, missing) for state in factories if (name := f"{state.good} at {state.factory}")}


def _why(task: Task, reasons: Mapping[str, str], container: Container) -> str:
    """Why a task waits: from the running coordinator, else as last stored."""
    return reasons.get(task.id) or task.waiting_for or absent(container).text
