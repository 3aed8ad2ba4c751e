"""Showing and changing the settings of coordinators. A change is committed, announced, and then waited for."""

import asyncio
import enum
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from starfoundry.config import store
from starfoundry.config.bus import ConfigBus, Observation
from starfoundry.config.model import ConfigChange, ManufacturingConfig
from starfoundry.config.store import Authorship, Committed
from starfoundry.containers.model import Container, ContainerStatus
from starfoundry.kernel.errors import Unavailable
from starfoundry.kernel.ids import ContainerId, PlayerId, Revision
from starfoundry.kernel.ports import Clock
from starfoundry.runtime.uninterrupted import uninterrupted
from starfoundry.store.engine import Database


class ChangeState(enum.Enum):
    """How far a committed change has come."""

    APPLIED = "APPLIED"
    """The coordinator has decided with it, or with a later one."""

    PENDING = "PENDING"
    """The coordinator runs and has not taken it up yet."""

    NEXT_START = "NEXT_START"
    """No coordinator runs; it will be taken up by the next one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigView:
    """The settings as they are stored, and the newest revision that the coordinator has decided with (0: none).

    `is_listening` says whether a coordinator runs that hears of changes; one that is starting does not yet.
    """

    container_id: ContainerId
    status: ContainerStatus
    system: str
    config: ManufacturingConfig
    revision: Revision
    observed_revision: Revision
    is_listening: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionResult:
    """What became of a change. Without `changes` everything was so already, and the revision is the present one.

    `effects` and `applied_after_seconds` (from the commit to the first decision) are known when it is APPLIED.
    """

    view: ConfigView
    state: ChangeState
    changes: Mapping[str, Mapping[str, object]]
    effects: tuple[str, ...] = ()
    applied_after_seconds: float | None = None


class ConfigService:
    """The use cases of live settings."""

    def __init__(self, database: Database, bus: ConfigBus, clock: Clock) -> None:
        self._database = database
        self._bus = bus
        self._clock = clock

    async def show(self, player_id: PlayerId, container_id: ContainerId) -> ConfigView:
        """The settings of one of the player's coordinators.

        Raises Missing, Refused for a container without such settings, UnreadableConfig.
        """
        container = await self._find(player_id, container_id)
        return self._view(container, ManufacturingConfig.from_map(container.config), container.revision)

    async def revise(
        self,
        player_id: PlayerId,
        container_id: ContainerId,
        change: ConfigChange,
        *,
        author: str,
        origin: str,
        reason: str = "",
        wait_seconds: float = 0.0,
    ) -> RevisionResult:
        """Commit a change whole, announce it, and wait for at most `wait_seconds` for the coordinator's word on it.

        Committing and announcing are one step even for a caller that goes away in between. Raises Missing, Refused
        naming every field that is wrong, or Unavailable when the disk does not take it: then nothing has changed.
        """
        authorship = Authorship(author=author, origin=origin, reason=reason, at=self._clock.now())
        committed, committed_at = await uninterrupted(
            self._commit_and_publish(player_id, container_id, change, authorship)
        )
        revision = committed.revised.revision
        observation = None
        if committed.container.status is ContainerStatus.RUNNING:
            observation = await self._observation(container_id, revision, wait_seconds)
        return await self._result(committed, observation, committed_at)

    async def _commit_and_publish(
        self, player_id: PlayerId, container_id: ContainerId, change: ConfigChange, authorship: Authorship
    ) -> tuple[Committed, float]:
        committed = await self._database.write(
            lambda connection: store.commit_revision(connection, container_id, player_id, change, authorship)
        )
        committed_at = self._clock.elapsed()
        self._bus.publish(container_id, committed.revised)
        return committed, committed_at

    async def _observation(
        self, container_id: ContainerId, revision: Revision, wait_seconds: float
    ) -> Observation | None:
        try:
            async with asyncio.timeout(wait_seconds):
                return await self._bus.decided(container_id, revision)
        except TimeoutError:
            return None

    async def _result(
        self, committed: Committed, observation: Observation | None, committed_at: float
    ) -> RevisionResult:
        container, state = committed.container, ChangeState.APPLIED
        if observation is None:
            with suppress(Unavailable):  # the change is committed, whatever can be read now
                container = await self._find(container.player_id, container.id)  # it may have stopped meanwhile
            is_running = container.status is ContainerStatus.RUNNING
            state = ChangeState.PENDING if is_running else ChangeState.NEXT_START
        view = self._view(container, committed.revised.config, committed.revised.revision)
        if observation is None or not committed.changes:
            return RevisionResult(view=view, state=state, changes=committed.changes)
        return RevisionResult(
            view=view,
            state=state,
            changes=committed.changes,
            effects=observation.effects,
            applied_after_seconds=max(0.0, observation.at_elapsed - committed_at),
        )

    async def _find(self, player_id: PlayerId, container_id: ContainerId) -> Container:
        return await self._database.read(lambda connection: store.find_coordinator(connection, container_id, player_id))

    def _view(self, container: Container, config: ManufacturingConfig, revision: Revision) -> ConfigView:
        observation = self._bus.observed(container.id)
        return ConfigView(
            container_id=container.id,
            status=container.status,
            system=str(container.config.get("system_symbol", "")),
            config=config,
            revision=revision,
            observed_revision=container.observed_revision if observation is None else observation.revision,
            is_listening=self._bus.is_open(container.id),
        )
