"""Use cases of manufacturing: scan markets and start a coordinator."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import sqlalchemy as sa

from starfoundry.config.domain.model import COORDINATOR, ManufacturingConfig, Revised
from starfoundry.config.domain.patch import Patch
from starfoundry.config.service import revise
from starfoundry.config.storage import store as config_store
from starfoundry.containers.domain.model import Container
from starfoundry.containers.runtime.supervisor import Supervisor
from starfoundry.containers.storage import store as container_store
from starfoundry.fleet.runtime.session import Session
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import ContainerId, PlayerId, Revision, SystemSymbol
from starfoundry.kernel.ports import Clock, Entropy
from starfoundry.manufacturing.domain.launch_options import LaunchOptions, system_of
from starfoundry.manufacturing.domain.recipe import Recipes
from starfoundry.manufacturing.planner.explain.itemised_estimate import ItemisedEstimate, round_of
from starfoundry.manufacturing.planner.pipelines.opportunities import Opportunity
from starfoundry.manufacturing.planner.ranking.scan_ranking import scanned
from starfoundry.manufacturing.planner.trips.readiness import FactoryStateTracker, TaskReadinessSpecification
from starfoundry.manufacturing.planner.view import View
from starfoundry.manufacturing.runtime.view_builder import ViewBuilder
from starfoundry.manufacturing.runtime.work_state import WorkState
from starfoundry.store.engine import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """The chains and lanes found in the known markets of a system; `trips` are the estimates of their trips."""

    system: SystemSymbol
    opportunities: tuple[Opportunity, ...]
    trips: tuple[tuple[ItemisedEstimate, ...], ...]
    markets_seen: int
    markets_known: int


class ManufacturingService:
    """Scans the known markets and starts coordinators."""

    def __init__(
        self,
        *,
        database: Database,
        supervisor: Supervisor,
        session_of: Callable[[PlayerId], Awaitable[Session]],
        clock: Clock,
        entropy: Entropy,
    ) -> None:
        self._database = database
        self._supervisor = supervisor
        self._session_of = session_of
        self._clock = clock
        self._entropy = entropy

    async def scan(self, player_id: PlayerId, system: str, config: ManufacturingConfig) -> Scan:
        """Every chain and lane that the known markets offer, best first, for the largest hold and these settings."""
        session = await self._session_of(player_id)
        self._refuse_other_system(session, system)
        view, view_builder = await self._view_of(session, config)
        ship = view_builder.reference_ship()
        found = scanned(view, ship)
        seen, known = session.book.market_counts()
        return Scan(
            system=session.system,
            opportunities=found,
            trips=tuple(round_of(view, ship, chance) for chance in found),
            markets_seen=seen,
            markets_known=known,
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

        container = await self._supervisor.create(
            player_id, COORDINATOR, stored, container_id, in_transaction=first_revision
        )
        return container, warnings

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
            work_state=WorkState(
                nobody, self._database, self._clock, FactoryStateTracker(TaskReadinessSpecification(config))
            ),
            recipes=Recipes(session.supply_chain),
            clock=self._clock,
            prefix="",
        )
        return view_builder.view(Revised(config=config, revision=Revision(0)), ()), view_builder
