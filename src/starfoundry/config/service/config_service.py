"""Use cases of one coordinator's settings: show and change. A change is committed, announced and then awaited."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from starfoundry.config.domain.acknowledgements import AppliedRevision, Preview, RefusedRevision
from starfoundry.config.domain.change_status import ChangeState, ConfigView, RevisionResult, is_in_use
from starfoundry.config.domain.declarations.known_goods import NAMING_GOODS
from starfoundry.config.domain.declarations.setting import Layer
from starfoundry.config.domain.effective import EffectiveSettings, resolve_settings
from starfoundry.config.domain.patch import Patch, restore_patch
from starfoundry.config.domain.preconditions import Preconditions
from starfoundry.config.service import revise as revise_store
from starfoundry.config.service.change_pipeline import write_change
from starfoundry.config.service.config_bus import ConfigBus
from starfoundry.config.service.point_in_time import authors_at, layers_at, with_authors
from starfoundry.config.service.revise import CommittedChange, PatchSource
from starfoundry.config.storage import history, layer_store, store
from starfoundry.config.storage.config_state import ConfigState
from starfoundry.config.storage.store import Authorship, StoredSettings
from starfoundry.containers.domain.model import Container
from starfoundry.kernel.errors import Unavailable
from starfoundry.kernel.ids import ContainerId, PlayerId, Revision
from starfoundry.kernel.ports import Clock
from starfoundry.runtime.concurrency.uninterrupted import uninterrupted
from starfoundry.runtime.scaled_loop import loop_seconds
from starfoundry.store.engine import Database

FLEET_DEPENDENT = frozenset({"max_workers"})
"""Settings that only the coordinator can validate, because they depend on the ships there are."""


class ConfigService:
    """The use cases of one coordinator's live settings."""

    def __init__(self, database: Database, bus: ConfigBus, clock: Clock) -> None:
        self._database = database
        self._bus = bus
        self._clock = clock

    async def show(self, player_id: PlayerId, container_id: ContainerId, revision: int = 0) -> ConfigView:
        """The settings of one of the player's coordinators, current or as of a revision.

        Raises Missing, or Refused for a container without such settings.
        """

        def read(connection: sa.Connection) -> ConfigView:
            stored = store.read_settings(connection, container_id, player_id)
            view = self._view(stored)
            if not revision:
                return view
            record = history.get(connection, container_id, revision)
            then = layers_at(connection, stored.container, record, stored.effective.layers.own)
            config = resolve_settings(record.config, then, stored.state.last_accepted).config
            since = authors_at(connection, container_id, record.revision, config)
            return replace(view, config=config, layers=with_authors(then, since), since=since, revision=record.revision)

        return await self._database.read(read)

    async def show_all(self, player_id: PlayerId) -> list[ConfigView]:
        """Every coordinator of the player, oldest first."""

        def read(connection: sa.Connection) -> list[ConfigView]:
            found = store.coordinators(connection, player_id)
            return [self._view(store.settings_of(connection, container)) for container in found]

        return await self._database.read(read)

    def unknown_goods(self, view: ConfigView) -> tuple[str, ...]:
        """The running coordinator's warnings about unknown goods in its settings."""
        preview = None if view.is_safe else self._bus.preview(view.container_id, view.config)
        of_goods = [] if preview is None else preview.warnings
        return tuple(each for each in of_goods if each.partition(":")[0] in NAMING_GOODS)

    def now(self) -> datetime:
        """The daemon's time of day."""
        return self._clock.now()

    def authorship(self, *, author: str, origin: str, reason: str = "") -> Authorship:
        """The authorship of a change made now."""
        return Authorship(author=author, origin=origin, reason=reason, at=self.now())

    async def apply_patch(
        self,
        player_id: PlayerId,
        container_id: ContainerId,
        wanted: PatchSource,
        authorship: Authorship,
        terms: Preconditions,
        *,
        wait_seconds: float = 0.0,
    ) -> RevisionResult:
        """Commit a change atomically, announce it, and wait up to `wait_seconds` for its coordinator to answer.

        Committing and announcing are one step, even if the caller disconnects in between. Raises Missing,
        Refused naming every wrong field, Stale if a precondition fails, or Unavailable if the disk rejects it;
        then nothing has changed.
        """

        def commit(connection: sa.Connection) -> CommittedChange:
            return revise_store.commit(connection, container_id, player_id, wanted, authorship, terms)

        committed, committed_at = await uninterrupted(self._write_and_publish(container_id, commit))
        return await self._result(committed, committed_at, wait_seconds)

    async def apply_preset(
        self,
        player_id: PlayerId,
        container_id: ContainerId,
        name: str,
        authorship: Authorship,
        terms: Preconditions,
        *,
        besides: Patch | None = None,
        wait_seconds: float = 0.0,
    ) -> RevisionResult:
        """Apply a preset to the container, or remove the applied one (empty name), together with `besides`."""
        more = besides or Patch()

        def wanted(connection: sa.Connection, _stored: StoredSettings) -> Patch:
            entries = layer_store.find_preset(connection, player_id, name).entries if name else {}
            return replace(more, preset=(name, entries))

        result = await self.apply_patch(player_id, container_id, wanted, authorship, terms, wait_seconds=wait_seconds)
        is_alone = replace(more, clear_hiding=False) == Patch()
        return replace(result, layer=Layer.PRESET) if is_alone else result

    async def rollback(
        self,
        player_id: PlayerId,
        container_id: ContainerId,
        to: int | str,
        authorship: Authorship,
        terms: Preconditions,
        *,
        wait_seconds: float = 0.0,
    ) -> RevisionResult:
        """Restore the values of an earlier revision, by number or tag, in a new one; 0 is the previous revision."""

        def wanted(connection: sa.Connection, stored: StoredSettings) -> Patch:
            container, effective = stored.container, stored.effective
            number = history.tagged(connection, container_id, to) if isinstance(to, str) else to
            record = history.get(connection, container_id, number or container.revision - 1)
            layers = layers_at(connection, container, record, effective.layers.own)
            then = resolve_settings(record.config, layers, stored.state.last_accepted)
            back = restore_patch(effective, then.config, then.layers)
            return replace(back, reason=f"back to revision {record.revision}")

        return await self.apply_patch(player_id, container_id, wanted, authorship, terms, wait_seconds=wait_seconds)

    async def _write_and_publish(
        self, container_id: ContainerId, work: Callable[[sa.Connection], CommittedChange]
    ) -> tuple[CommittedChange, float]:
        with self._bus.channel(container_id).broadcast.announcement_expected():
            with self._bus.tracer.span("commit", {"starfoundry.container_id": container_id}):
                committed = await write_change(self._database, work)
            committed_at = self._bus.elapsed()
            if committed.record is not None:
                self._bus.publish(container_id, committed.revised, committed.record)
        return committed, committed_at

    async def _result(self, committed: CommittedChange, committed_at: float, wait_seconds: float) -> RevisionResult:
        revision = committed.revised.revision
        acknowledgement: AppliedRevision | RefusedRevision | None = None
        is_made = committed.is_change and not committed.is_dry
        is_heard = not self._bus.is_safe and not committed.refusal
        if is_made and is_heard and is_in_use(committed.outcome.changes, committed.container.status):
            acknowledgement = await self._acknowledgement(committed.container, revision, wait_seconds)
        if isinstance(acknowledgement, RefusedRevision):
            view = await self.show(committed.container.player_id, committed.container.id)
        else:
            view = await self._view_after(committed, may_have_stopped=acknowledgement is None)
        state = self._state(committed, acknowledgement, view)
        effects: tuple[str, ...] = ()
        warnings = committed.outcome.warnings
        reason = acknowledgement.reason if isinstance(acknowledgement, RefusedRevision) else committed.refusal
        after = None
        if isinstance(acknowledgement, AppliedRevision) and not committed.is_replay:
            effects = acknowledgement.effects
            after = max(0.0, acknowledgement.at_elapsed - committed_at)
        if committed.is_dry or FLEET_DEPENDENT & committed.outcome.changes.keys():
            foreseen = None if view.is_safe else self._bus.preview(committed.container.id, committed.revised.config)
            preview = foreseen or Preview()
            effects = preview.effects if committed.is_dry else effects
            if committed.is_dry and committed.is_change and preview.objection:
                state, reason = ChangeState.REJECTED, preview.objection
            warnings += tuple(each for each in preview.warnings if each.partition(":")[0] in committed.outcome.changes)
        return RevisionResult(
            view=view,
            state=state,
            changes=committed.outcome.changes,
            revision=revision,
            previous_revision=committed.container.revision,
            effects=effects,
            applied_after_seconds=after,
            reason=reason,
            names=committed.names,
            plan=committed.plan,
            warnings=warnings,
            is_dry=committed.is_dry,
        )

    def _state(
        self, committed: CommittedChange, acknowledgement: AppliedRevision | RefusedRevision | None, view: ConfigView
    ) -> ChangeState:
        if not committed.is_change:
            return ChangeState.UNCHANGED
        if isinstance(acknowledgement, AppliedRevision):
            return ChangeState.APPLIED
        if isinstance(acknowledgement, RefusedRevision) or committed.refusal:
            return ChangeState.REJECTED
        if not is_in_use(committed.outcome.changes, view.status):
            return ChangeState.NEXT_START
        is_observed = view.is_listening and view.observed_revision >= committed.revised.revision
        return ChangeState.APPLIED if is_observed else ChangeState.PENDING

    async def _acknowledgement(
        self, container: Container, revision: Revision, wait_seconds: float
    ) -> AppliedRevision | RefusedRevision | None:
        try:
            async with asyncio.timeout(loop_seconds(wait_seconds)):
                return await self._bus.wait_until_decided(
                    container.id, revision, is_last_run=container.status.is_ending
                )
        except TimeoutError:
            return None

    async def _view_after(self, committed: CommittedChange, *, may_have_stopped: bool) -> ConfigView:
        """The view of the committed change, with the container's current status."""
        container = committed.container
        effective = EffectiveSettings(config=committed.revised.config, layers=committed.outcome.layers, quarantine={})
        refused = self._bus.channel(container.id).refused
        state = (
            ConfigState() if refused is None else ConfigState(rejected=refused.revision, rejected_reason=refused.reason)
        )
        container = replace(container, revision=committed.revised.revision)
        view = self._view(StoredSettings(container=container, effective=effective, state=state))
        if not may_have_stopped:
            return view
        with suppress(Unavailable):  # the change is committed, even if the status cannot be read now
            present = await self._database.read(lambda c: store.find_coordinator(c, container.id))
            observed = 0 if view.is_safe else present.observed_revision
            observed = Revision(max(view.observed_revision, observed))
            view = replace(view, status=present.status, observed_revision=observed)
        return view

    def _view(self, stored: StoredSettings) -> ConfigView:
        container, effective, state = stored.container, stored.effective, stored.state
        channel = self._bus.channel(container.id)
        observation, running = channel.observed, channel.running
        return ConfigView(
            container_id=container.id,
            status=container.status,
            system=str(container.config.get("system_symbol", "")),
            config=effective.config,
            revision=container.revision,
            observed_revision=container.observed_revision if observation is None else observation.revision,
            is_listening=channel.is_open,
            running=None if running is None else running.config,
            layers=effective.layers,
            since=state.since,
            quarantine=effective.quarantine,
            fallen_back=effective.fallen_back,
            rejected_revision=state.rejected,
            rejected_reason=state.rejected_reason,
            is_safe=self._bus.is_safe,
        )
