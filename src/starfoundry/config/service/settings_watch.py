"""The event stream of a coordinator's settings: a snapshot, then every change and acknowledgement in order.

The contract: revisions arrive in order, none twice, and gaps are reported (`missed`). A disconnected watcher resumes
after the last revision it has; if that is not in the history, it gets ResumeLost and then a snapshot. Nothing is queued
for a watcher: a slow one gets, when it is ready, the revisions since, or, if they are too many, the newest with the
number left out.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from itertools import islice

import sqlalchemy as sa

from starfoundry.config.domain.acknowledgements import AppliedRevision, RefusedRevision
from starfoundry.config.domain.change_status import ConfigView
from starfoundry.config.domain.revision_record import RevisionRecord
from starfoundry.config.service.config_bus import ConfigBus
from starfoundry.config.service.config_service import ConfigService
from starfoundry.config.storage import history, store
from starfoundry.kernel.errors import Refused, Unavailable
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.store.engine import Database

BOOKMARK_SECONDS = 15.0
"""The interval, in seconds, at which an idle watcher gets a bookmark: nothing was missed, and where to resume."""

WATCHERS_MAX = 10_000
"""The most watchers of one daemon; another one is refused."""

FEW_WATCHERS = 100
"""Up to this many watchers of a container get every revision.

More of them get only the newest, and its outcome once all have it.
"""

CATCH_UP_MAX = 64
"""A watcher that is further behind gets only the newest revision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsSnapshot:
    """The current settings; later events come after `record`."""

    view: ConfigView
    record: RevisionRecord | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChanged:
    """One revision. `missed` counts the revisions directly before it that are not sent."""

    record: RevisionRecord
    missed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeLost:
    """The resume point is not in the history, and why; a snapshot follows."""

    reason: str
    oldest: int


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Nothing has happened; resume here. `digest` is that of the revision, empty if unknown."""

    revision: int
    digest: str


Event = SettingsSnapshot | SettingsChanged | AppliedRevision | RefusedRevision | ResumeLost | Bookmark


@dataclass(slots=True)
class _Delivered:
    """Events sent to one watcher: the newest acknowledgement, and the newest revision whose refusal it knows."""

    refused: int
    observed: AppliedRevision | None = None


class SettingsWatch:
    """The use case of watching one coordinator's settings."""

    def __init__(
        self,
        database: Database,
        bus: ConfigBus,
        service: ConfigService,
        *,
        watchers_max: int = WATCHERS_MAX,
        few_watchers: int = FEW_WATCHERS,
    ) -> None:
        self._database = database
        self._watchers_max = watchers_max
        self._few_watchers = few_watchers
        self._bus = bus
        self._service = service
        self._watchers: Counter[ContainerId] = Counter()
        self._is_closed = False

    def close(self) -> None:
        """End every watch at once because the daemon stops; each says where to resume."""
        self._is_closed = True
        self._bus.wake()

    async def watch(
        self, player_id: PlayerId, container_id: ContainerId, after: int | None, digest: str = ""
    ) -> AsyncIterator[Event]:
        """The events of the settings until the daemon stops; then it raises Unavailable with the point to resume from.

        Raises Missing, or Unavailable if there are too many watchers, before the first event.

        `after` is the revision to resume from, `digest` the one that came with it.
        """
        if after is not None and after < 0:
            raise Refused.of("after_revision", after, "a revision, or nothing to begin with a snapshot")
        if self._watchers.total() >= self._watchers_max:
            raise Unavailable(
                f"{self._watchers_max:,} watchers already; poll the revisions instead, or try again later"
            )
        self._watchers[container_id] += 1
        try:
            async with aclosing(self._watched(player_id, container_id, after, digest)) as watched:
                async for event in watched:
                    yield event
        finally:
            self._watchers[container_id] -= 1
            if not self._watchers[container_id]:
                del self._watchers[container_id]

    async def _watched(
        self, player_id: PlayerId, container_id: ContainerId, after: int | None, digest: str
    ) -> AsyncGenerator[Event, None]:
        version = self._bus.channel(container_id).broadcast.version
        view = await self._service.show(player_id, container_id)
        cursor = after
        lost = None if after is None else await self._resume_lost(container_id, view.revision, after, digest)
        if lost is not None:
            yield lost
        if lost is not None or cursor is None:
            cursor = int(view.revision)
            record = await self._record(container_id, cursor)
            digest = "" if record is None else record.digest
            yield SettingsSnapshot(view=view, record=record)
        async with aclosing(self._follow(container_id, cursor, digest, version)) as following:
            async for event in following:
                yield event

    async def _follow(
        self, container_id: ContainerId, cursor: int, digest: str, version: int
    ) -> AsyncGenerator[Event, None]:
        """The events after the revision `cursor` with that `digest`, from `version` of the broadcast on."""
        broadcast = self._bus.channel(container_id).broadcast
        seen: RevisionRecord | None = None
        delivered = _Delivered(refused=cursor - 1)
        while True:
            changes = await self._since(container_id, cursor)
            for changed in changes:
                for acknowledgement in self._undelivered(container_id, cursor, delivered):
                    yield acknowledgement
                cursor, seen = int(changed.record.revision), changed.record
                yield changed
            if changes and self._is_crowded(container_id):
                await broadcast.newer_than(-1)  # wait until the other watchers have the change
                continue
            for acknowledgement in self._undelivered(container_id, cursor, delivered):
                yield acknowledgement
            if self._is_closed:
                raise Unavailable(f"the daemon is stopping; once it runs again, resume after revision {cursor}")
            try:
                async with asyncio.timeout(BOOKMARK_SECONDS):
                    await broadcast.newer_than(version)
            except TimeoutError:
                yield Bookmark(cursor, digest if seen is None else seen.digest)
            version = broadcast.version

    def _undelivered(
        self, container_id: ContainerId, cursor: int, delivered: "_Delivered"
    ) -> Iterator[AppliedRevision | RefusedRevision]:
        """The coordinator's answers to revisions up to `cursor` that this watcher has not received.

        Marks them as received.
        """
        channel = self._bus.channel(container_id)
        observed = channel.observed
        if observed is not None and observed != delivered.observed and observed.revision <= cursor:
            delivered.observed = observed
            yield observed
        for refusal in tuple(channel.refusals):
            if delivered.refused < refusal.revision <= cursor:
                delivered.refused = refusal.revision
                yield refusal

    def _is_crowded(self, container_id: ContainerId) -> bool:
        return self._watchers[container_id] > self._few_watchers

    async def _resume_lost(self, container_id: ContainerId, newest: int, after: int, digest: str) -> ResumeLost | None:
        oldest = await self._database.read(lambda connection: history.oldest(connection, container_id))
        if after > newest:
            reason = f"revision {after} is ahead of the newest, {newest}: it belongs to another history"
            return ResumeLost(reason=f"{reason}, such as before a restored backup", oldest=oldest)
        if oldest and after < oldest - 1:
            return ResumeLost(reason=f"the revisions after {after} are gone; the oldest is {oldest}", oldest=oldest)
        if digest and after >= oldest:
            record = await self._record(container_id, after)
            if record is not None and record.digest != digest:
                reason = f"revision {after} is not the one you saw: a backup was restored since"
                return ResumeLost(reason=reason, oldest=oldest)
        return None

    async def _since(self, container_id: ContainerId, cursor: int) -> Sequence[SettingsChanged]:
        at_once = 1 if self._is_crowded(container_id) else CATCH_UP_MAX
        recent = self._bus.channel(container_id).records
        if recent and recent[0].revision <= cursor + 1:
            behind = int(recent[-1].revision) - cursor
            if behind > at_once:
                return [SettingsChanged(record=recent[-1], missed=behind - 1)]
            return [SettingsChanged(record=record) for record in islice(recent, len(recent) - behind, None)]

        def read(connection: sa.Connection) -> tuple[list[RevisionRecord], int]:
            newest = int(store.find_coordinator(connection, container_id).revision)
            limit = at_once + 1
            found = history.newer(connection, container_id, cursor, limit) if newest > cursor else []
            if len(found) == limit:
                return [history.get(connection, container_id, newest)], newest - cursor - 1
            return found, 0

        records, missed = await self._database.read(read)
        return [SettingsChanged(record=record, missed=missed) for record in records]

    async def _record(self, container_id: ContainerId, revision: int) -> RevisionRecord | None:
        def read(connection: sa.Connection) -> RevisionRecord | None:
            found = history.newer(connection, container_id, revision - 1, 1)
            return found[0] if found and found[0].revision == revision else None

        return await self._database.read(read)
