"""In-process exchange of settings between the service and coordinators: one channel per container, newest value only.

The newest revision goes down, the coordinator's acknowledgements go up. There are no callbacks and no queues, and an
older value never replaces a newer one.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from starfoundry.config.domain.acknowledgements import AppliedRevision, Preview, RefusedRevision
from starfoundry.config.domain.model import ManufacturingConfig, Revised
from starfoundry.config.domain.revision_record import RevisionRecord
from starfoundry.config.service.timing import UNTIMED, Timing
from starfoundry.kernel.ids import ContainerId, Revision
from starfoundry.kernel.tracing import UNTRACED, Attributes, Place, Tracer
from starfoundry.runtime.concurrency.broadcast import Broadcast
from starfoundry.runtime.concurrency.latest import Latest

RECENT_REFUSALS = 64
"""Refusals kept per container, for callers that wait for the answer to a change."""

RECENT_RECORDS = 256
"""Revisions kept in memory per container for watchers; older ones are read from the history."""


BUILT_IN_DEFAULTS_REVISION = Revision(0)
"""The revision of the built-in defaults that a daemon under `--safe-configuration` hands out."""

Previewer = Callable[[ManufacturingConfig], Preview]


class ConfigBus:
    """The channels of all containers.

    `stopwatch` measures, in seconds, how long a change takes to be applied. Default: the event loop's time, which
    is right unless the loop runs at another speed than the operator's clock. `now` gives the time of day of
    acknowledgements; without it they have none.
    """

    def __init__(
        self,
        *,
        is_safe: bool = False,
        stopwatch: Callable[[], float] | None = None,
        now: Callable[[], datetime | None] = lambda: None,
        timing: Timing = UNTIMED,
        tracer: Tracer = UNTRACED,
    ) -> None:
        self.timing = timing
        self.tracer = tracer
        self._channels: dict[ContainerId, Channel] = {}
        self._stopwatch = stopwatch
        self._now = now
        self._is_safe = is_safe

    def elapsed(self) -> float:
        """The stopwatch, in seconds; both sides read the same one."""
        return asyncio.get_running_loop().time() if self._stopwatch is None else self._stopwatch()

    @property
    def is_safe(self) -> bool:
        """Whether every coordinator gets the built-in defaults, whatever is stored or changed."""
        return self._is_safe

    def open(self, container_id: ContainerId, loaded: Revised, previewer: Previewer | None = None) -> Latest[Revised]:
        """The cell from which a starting coordinator reads its settings, now and after every change.

        It holds `loaded`, or a newer revision published since that was read: a change between the reading and
        this call is not lost.
        """
        if self._is_safe:
            loaded = Revised(config=ManufacturingConfig(), revision=BUILT_IN_DEFAULTS_REVISION)
        return self.channel(container_id).open(loaded, previewer)

    def publish(self, container_id: ContainerId, revised: Revised, record: RevisionRecord | None = None) -> None:
        """Announce a committed revision. A revision older than the newest announced one has no effect."""
        channel = self.channel(container_id)
        attributes: Attributes = {"starfoundry.container_id": container_id, "starfoundry.revision": revised.revision}
        with self.tracer.span("announce", attributes):
            channel.publish(revised, record)
            channel.traced = (revised.revision, self.tracer.here())
        if channel.is_open and not self._is_safe:
            self.timing.announced(container_id, revised.revision)

    def trace_of(self, container_id: ContainerId, revision: Revision) -> Place:
        """The place of the newest revision's change in a trace; None for any other revision."""
        announced, place = self.channel(container_id).traced
        return place if announced == revision else None

    def observe(self, container_id: ContainerId, observation: AppliedRevision) -> None:
        """Record the settings that the coordinator decides with, in every cycle.

        Waiters see the first acknowledgement of a revision.
        """
        self.channel(container_id).observe(replace(observation, at=self._now()))
        self.timing.answered(container_id, observation.revision, observation.at_elapsed)

    def refuse(self, container_id: ContainerId, refusal: RefusedRevision) -> None:
        """Record that the coordinator will not decide with a revision; the revision is not offered to it again."""
        self.channel(container_id).refuse(replace(refusal, at=self._now()))
        self.timing.forgotten(container_id, refusal.revision)

    def preview_with(self, container_id: ContainerId, previewer: Previewer) -> None:
        """Set the function that previews the effects of other settings, while the coordinator runs."""
        self.channel(container_id).previewer = previewer

    def preview(self, container_id: ContainerId, config: ManufacturingConfig) -> Preview | None:
        """The immediate effects of `config` on the running coordinator; None if none runs."""
        previewer = self.channel(container_id).previewer
        return None if previewer is None else previewer(config)

    async def wait_until_decided(
        self, container_id: ContainerId, revision: Revision, *, is_last_run: bool = False
    ) -> AppliedRevision | RefusedRevision | None:
        """Wait for the coordinator's answer to `revision`; the coordinator may start later.

        Deciding with a later revision counts as an answer, unless it refused this one. None if `is_last_run`
        and the current run ends without an answer.
        """
        channel = self.channel(container_id)
        has_run = False
        while True:
            version = channel.answers.version
            refusal = next((each for each in channel.refusals if each.revision == revision), None)
            if refusal is not None:
                return refusal
            if channel.observed is not None and channel.observed.revision >= revision:
                return channel.observed
            if is_last_run and has_run and not channel.is_open:
                return None
            has_run = channel.is_open
            await channel.answers.newer_than(version)

    def wake(self) -> None:
        """Wake every waiter for events of any container."""
        for channel in self._channels.values():
            channel.broadcast.announce()

    def close(self, container_id: ContainerId) -> None:
        """End the coordinator's run. Its acknowledgements are dropped.

        Its next run loads its settings from the store.
        """
        self.channel(container_id).close()
        self.timing.forgotten(container_id)

    def channel(self, container_id: ContainerId) -> "Channel":
        """The state known to one container's coordinator and its watchers; only the bus changes it."""
        channel = self._channels.get(container_id)
        if channel is None:
            channel = self._channels[container_id] = Channel(is_safe=self._is_safe)
        return channel


@dataclass(slots=True)
class Channel:
    """The newest settings for one container's coordinator, and its answers.

    `observed` is the first acknowledgement of the newest revision that the running coordinator has decided with,
    `running` that of its latest decision cycle; None if there is none yet. `refused` is its newest refusal until a
    later revision is in force, `refusals` the newest ones made in this process by revision. `records` are the newest
    revisions made in this process, oldest first and without gaps. `traced` is the newest one and the place of its
    change in a trace. `broadcast` announces every event.
    """

    is_safe: bool
    observed: AppliedRevision | None = None
    running: AppliedRevision | None = None
    refused: RefusedRevision | None = None
    refusals: deque[RefusedRevision] = field(default_factory=lambda: deque(maxlen=RECENT_REFUSALS))
    previewer: Previewer | None = None
    answers: Latest[int] = field(
        default_factory=lambda: Latest(0, 0)
    )  # for callers that wait for the answer to a change
    broadcast: Broadcast = field(default_factory=Broadcast)
    records: deque[RevisionRecord] = field(default_factory=lambda: deque(maxlen=RECENT_RECORDS))
    traced: tuple[Revision, Place] = (Revision(0), None)
    cell: Latest[Revised] | None = None
    published: Revised | None = None

    @property
    def is_open(self) -> bool:
        """Whether a coordinator is listening."""
        return self.cell is not None

    def open(self, loaded: Revised, previewer: Previewer | None) -> Latest[Revised]:
        """Begin a run; see `ConfigBus.open`."""
        newest = self._newer_than(loaded) or loaded
        self.observed = self.running = None
        self.previewer = previewer
        self.cell = Latest(newest, newest.revision)
        self._tell()
        return self.cell

    def publish(self, revised: Revised, record: RevisionRecord | None) -> None:
        """Announce a committed revision."""
        if self.published is None or revised.revision > self.published.revision:
            self.published = revised
            if record is not None:
                if self.records and self.records[-1].revision + 1 != record.revision:
                    self.records.clear()
                self.records.append(record)
        if self.cell is not None and not self.is_safe:
            self.cell.set(revised, revised.revision)
        self._tell()

    def observe(self, observation: AppliedRevision) -> None:
        """Record an acknowledgement of the running coordinator."""
        if self.cell is None:
            return
        self.running = observation
        if self.observed is None or observation.revision > self.observed.revision:
            self.observed = observation
            if self.refused is not None and observation.revision > self.refused.revision:
                self.refused = None
            self._tell()

    def refuse(self, refusal: RefusedRevision) -> None:
        """Record a refusal."""
        if self.refused is None or refusal.revision > self.refused.revision:
            self.refused = refusal
            self.refusals.append(refusal)
            self._tell()

    def close(self) -> None:
        """End a run."""
        self.cell = None
        self.previewer = None
        self.observed = self.running = None
        self._tell()

    def _newer_than(self, loaded: Revised) -> Revised | None:
        """The revision published since `loaded` was read, if the coordinator should get it."""
        if self.published is None or self.published.revision <= loaded.revision:
            return None
        return None if self.is_safe or self._is_refused() else self.published

    def _is_refused(self) -> bool:
        return (
            self.refused is not None and self.published is not None and self.refused.revision >= self.published.revision
        )

    def _tell(self) -> None:
        self.answers.set(self.answers.version + 1, self.answers.version + 1)
        self.broadcast.announce()
