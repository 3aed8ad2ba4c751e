"""gRPC methods for the history of a coordinator's settings: list, tag, effect and watch."""

from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable

import sqlalchemy as sa

from starfoundry.config.api import proto_mapping
from starfoundry.config.api.proto_values import to_wire
from starfoundry.config.domain.acknowledgements import AppliedRevision, RefusedRevision
from starfoundry.config.domain.effective import LastAccepted, resolve_settings
from starfoundry.config.domain.layers import Layers
from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.config.domain.revision_record import RevisionRecord
from starfoundry.config.service.config_service import ConfigService
from starfoundry.config.service.settings_watch import (
    Bookmark,
    Event,
    ResumeLost,
    SettingsChanged,
    SettingsSnapshot,
    SettingsWatch,
)
from starfoundry.config.storage import history, store
from starfoundry.config.storage.revision_effect import RevisionEffect, effect_compared
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import ContainerId
from starfoundry.kernel.instants import rfc3339
from starfoundry.kernel.ports import Gate
from starfoundry.store.engine import Database
from starfoundry.wire import daemon_pb2 as pb
from starfoundry.wire.status import author_of

PAGE = 50
PAGE_MAX = 1_000
PAGE_BYTES = 2_000_000
"""The most bytes of revisions in one page: a gRPC client accepts answers up to 4 MB by default."""

TEXT_MAX = 2_000
EVENTS_KEPT = 512


class ConfigHistoryRpc:
    """ListConfigRevisions, MarkConfigRevision, GetConfigEffect and WatchConfig."""

    def __init__(
        self,
        database: Database,
        service: ConfigService,
        watching: SettingsWatch,
        gate: Gate,
        *,
        page_bytes: int = PAGE_BYTES,
    ) -> None:
        self._page_bytes = page_bytes
        self._database = database
        self._service = service
        self._watching = watching
        self._gate = gate
        self._events: OrderedDict[tuple[str, int, int], pb.ConfigEvent] = OrderedDict()

    async def ListConfigRevisions(
        self, request: pb.ListConfigRevisionsRequest, context: object
    ) -> pb.ListConfigRevisionsResponse:
        """A page of the history, newest first."""
        player_id = await self._gate.admit(request.player_id, context)
        container_id = ContainerId(request.container_id)
        limit = _page(request.limit)
        if request.before_revision < 0:
            raise Refused.of("before_revision", request.before_revision, "a revision, or 0 to begin with the newest")

        def read(connection: sa.Connection) -> list[RevisionRecord]:
            store.find_coordinator(connection, container_id, player_id)
            return history.page(connection, container_id, limit=limit + 1, before=request.before_revision)

        records = await self._database.read(read)
        revisions = _fitting_page((proto_mapping.revision(record) for record in records[:limit]), self._page_bytes)
        return pb.ListConfigRevisionsResponse(
            revisions=revisions, has_more=len(records) > len(revisions), container_id=container_id
        )

    async def MarkConfigRevision(self, request: pb.MarkConfigRevisionRequest, context: object) -> pb.ConfigRevision:
        """Tag a revision or add a note to it; the revision itself does not change."""
        player_id = await self._gate.admit(request.player_id, context)
        container_id = ContainerId(request.container_id)
        if not request.tag and not request.note:
            raise Refused.of("tag", "", "a name for the revision, or a note")
        for name, text in (("tag", request.tag), ("note", request.note)):
            if len(text) > TEXT_MAX:
                raise Refused.of(name, f"{len(text)} characters", f"at most {TEXT_MAX} characters")
        tag = request.tag.strip()
        if request.tag and (not tag or tag.isdecimal() or not tag.isprintable()):
            raise Refused.of("tag", request.tag, "a name with a letter in it: a number is a revision's own")
        by = self._service.authorship(author=author_of(context) or "unknown", origin="rpc")

        def write(connection: sa.Connection) -> RevisionRecord:
            container = store.find_coordinator(connection, container_id, player_id)
            number = request.revision or container.revision
            return history.mark(
                connection, container_id, number, tag=tag, note=request.note, author=by.author, at=by.at
            )

        return proto_mapping.revision(await self._database.write(write))

    async def GetConfigEffect(self, request: pb.GetConfigEffectRequest, context: object) -> pb.ConfigEffect:
        """The decisions made under a revision, and the profit of its trades."""
        player_id = await self._gate.admit(request.player_id, context)
        container_id = ContainerId(request.container_id)
        limit = _page(request.limit)

        def read(connection: sa.Connection) -> RevisionEffect:
            store.find_coordinator(connection, container_id, player_id)
            return effect_compared(connection, container_id, request.revision, limit)

        return self._effect(container_id, await self._database.read(read))

    async def WatchConfig(self, request: pb.WatchConfigRequest, context: object) -> AsyncIterator[pb.ConfigEvent]:
        """A stream of the events of a coordinator's settings, until the caller disconnects."""
        player_id = await self._gate.admit(request.player_id, context)
        container_id = ContainerId(request.container_id)
        after = request.after_revision if request.HasField("after_revision") else None
        async for event in self._watching.watch(player_id, container_id, after, request.after_digest):
            yield self._message_of(container_id, event)

    def _effect(self, container_id: ContainerId, effect: RevisionEffect) -> pb.ConfigEffect:
        until = effect.until or self._service.now()
        return pb.ConfigEffect(
            container_id=container_id,
            revision=proto_mapping.revision(effect.record),
            effects=effect.first_cycle,
            counts=[pb.DecisionCount(kind=kind, decisions=count) for kind, count in effect.counts.items()],
            decisions=[
                proto_mapping.decision(at=each.at, kind=each.kind, subject=each.subject, facts=each.facts)
                for each in effect.decisions
            ],
            first_at=rfc3339(effect.first_at),
            last_at=rfc3339(effect.last_at),
            profit=effect.profit,
            until=rfc3339(effect.until),
            in_force_seconds=0 if effect.first_at is None else round((until - effect.first_at).total_seconds()),
            before=None if effect.before is None else self._effect(container_id, effect.before),
        )

    def _message_of(self, container_id: ContainerId, event: Event) -> pb.ConfigEvent:
        match event:
            case SettingsSnapshot(view=view, record=record):
                return pb.ConfigEvent(
                    kind="SNAPSHOT",
                    revision=view.revision,
                    digest="" if record is None else record.digest,
                    config=to_wire(view.config),
                    observed_revision=view.observed_revision,
                    container_status=view.status.value,
                    change=None if record is None else proto_mapping.revision(record),
                    at="" if record is None else rfc3339(record.at),
                )
            case SettingsChanged(record=record, missed=missed):
                return self._changed(container_id, record, missed)
            case AppliedRevision(revision=revision, effects=effects, at=at):
                return pb.ConfigEvent(
                    kind="OBSERVED", revision=revision, observed_revision=revision, effects=effects, at=rfc3339(at)
                )
            case RefusedRevision(revision=revision, reason=reason, at=at):
                return pb.ConfigEvent(kind="REJECTED", revision=revision, message=reason, at=rfc3339(at))
            case ResumeLost(reason=reason, oldest=oldest):
                return pb.ConfigEvent(kind="RESUME_LOST", message=reason, oldest_revision=oldest)
            case Bookmark(revision=number, digest=digest):
                return pb.ConfigEvent(kind="BOOKMARK", revision=number, digest=digest)

    def _changed(self, container_id: ContainerId, record: RevisionRecord, missed: int) -> pb.ConfigEvent:
        """The event of a changed revision; cached, since thousands of watchers may receive the same one."""
        key = (container_id, int(record.revision), missed)
        if key not in self._events:
            self._events[key] = pb.ConfigEvent(
                kind="CHANGED",
                revision=record.revision,
                digest=record.digest,
                config=to_wire(_config_of(record)),
                change=proto_mapping.revision(record),
                missed=missed,
                at=rfc3339(record.at),
            )
            if len(self._events) > EVENTS_KEPT:
                self._events.popitem(last=False)
        return self._events[key]


def _config_of(record: RevisionRecord) -> ManufacturingConfig:
    return resolve_settings(record.config, Layers(), LastAccepted()).config


def _fitting_page(revisions: Iterable[pb.ConfigRevision], most_bytes: int) -> list[pb.ConfigRevision]:
    """As many of the first revisions as fit; at least one."""
    fitting: list[pb.ConfigRevision] = []
    size = 0
    for revision in revisions:
        size += revision.ByteSize()
        if fitting and size > most_bytes:
            break
        fitting.append(revision)
    return fitting


def _page(limit: int) -> int:
    if not 0 <= limit <= PAGE_MAX:
        raise Refused.of("limit", limit, f"1 to {PAGE_MAX}, or 0 for {PAGE}")
    return limit or PAGE
