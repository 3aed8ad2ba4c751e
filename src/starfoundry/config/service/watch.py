"""Watching a coordinator's settings: a snapshot, then every change and every word of the coordinator, in order.

The contract: revisions come in their order, none twice, none left out without being told (`missed`). A watcher that
was cut off resumes after the last revision it has; a resume point that is not in the history is told as lost, and a
snapshot follows. Nothing is queued for a watcher: one that is slow finds, when it is ready, what came meanwhile, or,
when that is much, the newest and how many it is not sent.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from itertools import islice

import sqlalchemy as sa

from starfoundry.config.domain.acknowledgements import AppliedRevision, RefusedRevision
from starfoundry.config.domain.revision_record import RevisionRecord
from starfoundry.config.domain.status import ConfigView
from starfoundry.config.service.config_bus import ConfigBus
from starfoundry.config.service.config_service import ConfigService
from starfoundry.config.storage import history, store
from starfoundry.kernel.errors import Refused, Unavailable
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.store.engine import Database

BOOKMARK_SECONDS = 15.0
"""An idle watcher hears so often that it has missed nothing, and where to resume."""

WATCHERS_MAX = 10_000
"""Watchers of one daemon; one more is turned away."""

FEW_WATCHERS = 100
"""So many are told of every revision; of more, each is told of the newest, and what became of it when all have that."""

CAUGHT_UP_AT_ONCE = 64
"""A watcher that is further behind is sent only the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsSnapshot:
    """Everything as it is; what is told next came after `record`."""

    view: ConfigView
    record: RevisionRecord | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChanged:
    """One revision. `missed` are those directly before it that are not sent."""

    record: RevisionRecord
    missed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeLost:
    """The resume point is not in the history, and why; a snapshot follows."""

    reason: str
    oldest: int


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Nothing has happened; resume here. `digest` is that of the revision, empty where it was not seen."""

    revision: int
    digest: str


Event = SettingsSnapshot | SettingsChanged | AppliedRevision | RefusedRevision | ResumeLost | Bookmark


@dataclass(slots=True)
class _Heard:
    """What one watcher was told: the newest observation, and the newest revision whose refusal it knows of."""

    refused: int
    observed: AppliedRevision | None = None


class SettingsWatch:
    """The use case of following one coordinator's settings."""

    def __init__(self, database: Database, bus: ConfigBus, service: ConfigService) -> None:
        self._database = database
        self._bus = bus
        self._service = service
        self._watchers: Counter[ContainerId] = Counter()
        self._is_closed = False

    def close(self) -> None:
        """End every watch at once, with word of where to go on: the daemon stops."""
        self._is_closed = True
        self._bus.wake()

    async def watch(
        self, player_id: PlayerId, container_id: ContainerId, after: int | None, digest: str = ""
    ) -> AsyncIterator[Event]:
        """Everything that happens to the settings, until the daemon stops: then Unavailable says where to go on.

        Raises Missing, or Unavailable when very many watch already, before the first event.

        `after` is the revision to resume from, `digest` what came with it.
        """
        if after is not None and after < 0:
            raise Refused.of("after_revision", after, "a revision, or nothing to begin with a snapshot")
        if self._watchers.total() >= WATCHERS_MAX:
            raise Unavailable(f"{WATCHERS_MAX:,} watch already; list the revisions now and then, or try again later")
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
        news = self._bus.news(container_id)
        version = news.version
        view = await self._service.show(player_id, container_id)
        cursor = after
        lost = None if after is None else await self._lost(container_id, view.revision, after, digest)
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
        """What happens from the revision `cursor`, that with the `digest`, and the news `version` on."""
        news = self._bus.news(container_id)
        seen: RevisionRecord | None = None
        heard = _Heard(refused=cursor - 1)
        while True:
            changes = await self._since(container_id, cursor)
            for changed in changes:
                for word in self._unsaid(container_id, cursor, heard):
                    yield word
                cursor, seen = int(changed.record.revision), changed.record
                yield changed
            if changes and self._are_many(container_id):
                await news.newer_than(-1)  # its turn comes again when the others have the change
                continue
            for word in self._unsaid(container_id, cursor, heard):
                yield word
            if self._is_closed:
                raise Unavailable(f"the daemon stops; once it serves again, go on after revision {cursor}")
            try:
                async with asyncio.timeout(BOOKMARK_SECONDS):
                    await news.newer_than(version)
            except TimeoutError:
                yield Bookmark(cursor, digest if seen is None else seen.digest)
            version = news.version

    def _unsaid(
        self, container_id: ContainerId, cursor: int, heard: "_Heard"
    ) -> Iterator[AppliedRevision | RefusedRevision]:
        """What the coordinator says of the revisions up to `cursor` and this watcher has not heard, with note of it."""
        observed = self._bus.observed(container_id)
        if observed is not None and observed != heard.observed and observed.revision <= cursor:
            heard.observed = observed
            yield observed
        for refusal in self._bus.refusals(container_id):
            if heard.refused < refusal.revision <= cursor:
                heard.refused = refusal.revision
                yield refusal

    def _are_many(self, container_id: ContainerId) -> bool:
        return self._watchers[container_id] > FEW_WATCHERS

    async def _lost(self, container_id: ContainerId, newest: int, after: int, digest: str) -> ResumeLost | None:
        oldest = await self._database.read(lambda connection: history.oldest(connection, container_id))
        if after > newest:
            reason = f"revision {after} is ahead of the newest, {newest}: it is from another history"
            return ResumeLost(reason=f"{reason}, as of before a restored backup", oldest=oldest)
        if oldest and after < oldest - 1:
            return ResumeLost(reason=f"what came after revision {after} is gone: the oldest is {oldest}", oldest=oldest)
        if digest and after >= oldest:
            record = await self._record(container_id, after)
            if record is not None and record.digest != digest:
                reason = f"revision {after} is not the one you have seen: the history was put back and went on anew"
                return ResumeLost(reason=reason, oldest=oldest)
        return None

    async def _since(self, container_id: ContainerId, cursor: int) -> Sequence[SettingsChanged]:
        at_once = 1 if self._are_many(container_id) else CAUGHT_UP_AT_ONCE
        recent = self._bus.recent(container_id)
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
