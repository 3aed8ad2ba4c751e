"""Where settings meet those who act by them: one place for each container, holding only the newest of both sides.

Downwards goes the newest revision, upwards what the coordinator says it has decided with. Nobody is called, nobody
waits in a queue, and nothing that is older replaces what is newer.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from starfoundry.config.domain.acknowledgements import AppliedRevision, Preview, RefusedRevision
from starfoundry.config.domain.model import ManufacturingConfig, Revised
from starfoundry.config.domain.revision_record import RevisionRecord
from starfoundry.config.service.timing import UNTIMED, Timing
from starfoundry.kernel.ids import ContainerId, Revision
from starfoundry.runtime.concurrency.broadcast import Broadcast
from starfoundry.runtime.concurrency.latest import Latest

RECENT_REFUSALS = 64
"""Refusals of a container that are kept for those who wait for the answer to a change."""

RECENT_RECORDS = 256
"""Revisions of a container that are kept at hand for watchers; older ones are read from the history."""


DEFAULTS_ALONE = Revision(0)
"""The revision of a daemon that was told to start with the program's defaults, whatever is stored."""

Previewer = Callable[[ManufacturingConfig], Preview]


class ConfigBus:
    """All containers' places.

    `stopwatch` measures in seconds how long a change takes to be decided with; without one it is the event loop's
    time, which is right unless that runs at another speed than an operator's. `now` is the time of day that words of
    coordinators are told with; without it they have none.
    """

    def __init__(
        self,
        *,
        is_safe: bool = False,
        stopwatch: Callable[[], float] | None = None,
        now: Callable[[], datetime | None] = lambda: None,
        timing: Timing = UNTIMED,
    ) -> None:
        self.timing = timing
        self._places: dict[ContainerId, _Place] = {}
        self._stopwatch = stopwatch
        self._now = now
        self._is_safe = is_safe

    def elapsed(self) -> float:
        """The stopwatch, in seconds; both sides read this one."""
        return asyncio.get_running_loop().time() if self._stopwatch is None else self._stopwatch()

    @property
    def is_safe(self) -> bool:
        """Whether every coordinator is given the program's defaults, whatever is stored or changed."""
        return self._is_safe

    def open(self, container_id: ContainerId, loaded: Revised, previewer: Previewer | None = None) -> Latest[Revised]:
        """The cell in which a coordinator that begins to run finds its settings, now and after every change.

        It holds what was `loaded`, or what was published since that was read: a change that falls between the reading
        and this call is not lost.
        """
        if self._is_safe:
            loaded = Revised(config=ManufacturingConfig(), revision=DEFAULTS_ALONE)
        return self._place(container_id).open(loaded, previewer)

    def is_open(self, container_id: ContainerId) -> bool:
        """Whether a coordinator listens."""
        return self._place(container_id).is_open

    def publish(self, container_id: ContainerId, revised: Revised, record: RevisionRecord | None = None) -> None:
        """Make a committed revision known; older than the newest known, it changes nothing."""
        place = self._place(container_id)
        place.publish(revised, record)
        if place.is_open and not self._is_safe:
            self.timing.announced(container_id, revised.revision)

    def observe(self, container_id: ContainerId, observation: AppliedRevision) -> None:
        """The coordinator says what it decides with, on every turn: for a wait the first word on a revision stays."""
        self._place(container_id).observe(replace(observation, at=self._now()))
        self.timing.answered(container_id, observation.revision, observation.at_elapsed)

    def refuse(self, container_id: ContainerId, refusal: RefusedRevision) -> None:
        """The coordinator says that it will not decide with a revision; that one is not offered to it again."""
        self._place(container_id).refuse(replace(refusal, at=self._now()))
        self.timing.forgotten(container_id, refusal.revision)

    def preview_with(self, container_id: ContainerId, previewer: Previewer) -> None:
        """Who can tell what other settings would do at once, for as long as the coordinator runs."""
        self._place(container_id).previewer = previewer

    def preview(self, container_id: ContainerId, config: ManufacturingConfig) -> Preview | None:
        """What the running coordinator would do at once under `config`; None when none runs."""
        previewer = self._place(container_id).previewer
        return None if previewer is None else previewer(config)

    def observed(self, container_id: ContainerId) -> AppliedRevision | None:
        """The first word on the newest revision that the running coordinator has decided with; None for none yet."""
        return self._place(container_id).observed

    def running(self, container_id: ContainerId) -> AppliedRevision | None:
        """The word of the running coordinator's latest decision cycle; None when none runs or none is over yet."""
        return self._place(container_id).running

    def refused(self, container_id: ContainerId) -> RefusedRevision | None:
        """The newest refusal of the coordinator that runs, until a later revision is in force."""
        return self._place(container_id).refused

    def refusals(self, container_id: ContainerId) -> Sequence[RefusedRevision]:
        """The newest refusals made by this process, by revision."""
        return tuple(self._place(container_id).refusals)

    async def decided(
        self, container_id: ContainerId, revision: Revision, *, is_last_run: bool = False
    ) -> AppliedRevision | RefusedRevision | None:
        """The coordinator's word on `revision`, as soon as it is there; also from one yet to start.

        That it decides with a later one is its word, too, unless it has refused this one.
        None when the run that there is ends without a word and `is_last_run`.
        """
        place = self._place(container_id)
        has_run = False
        while True:
            version = place.word.version
            refusal = next((each for each in place.refusals if each.revision == revision), None)
            if refusal is not None:
                return refusal
            if place.observed is not None and place.observed.revision >= revision:
                return place.observed
            if is_last_run and has_run and not place.is_open:
                return None
            has_run = place.is_open
            await place.word.newer_than(version)

    def news(self, container_id: ContainerId) -> Broadcast:
        """Tells, however many wait for it, of everything that happens to the container's settings."""
        return self._place(container_id).news

    def wake(self) -> None:
        """Have everybody who waits for news of any container look again."""
        for place in self._places.values():
            place.news.tell()

    def recent(self, container_id: ContainerId) -> Sequence[RevisionRecord]:
        """The newest revisions made by this process, oldest first and without a gap."""
        return self._place(container_id).records

    def close(self, container_id: ContainerId) -> None:
        """The coordinator runs no longer: what it said holds no longer, and what it was told comes from the store."""
        self._place(container_id).close()
        self.timing.forgotten(container_id)

    def _place(self, container_id: ContainerId) -> "_Place":
        place = self._places.get(container_id)
        if place is None:
            place = self._places[container_id] = _Place(is_safe=self._is_safe)
        return place


@dataclass(slots=True)
class _Place:
    is_safe: bool
    observed: AppliedRevision | None = None
    running: AppliedRevision | None = None
    refused: RefusedRevision | None = None
    refusals: deque[RefusedRevision] = field(default_factory=lambda: deque(maxlen=RECENT_REFUSALS))
    previewer: Previewer | None = None
    word: Latest[int] = field(default_factory=lambda: Latest(0, 0))  # for those who wait for the answer to a change
    news: Broadcast = field(default_factory=Broadcast)
    records: deque[RevisionRecord] = field(default_factory=lambda: deque(maxlen=RECENT_RECORDS))
    cell: Latest[Revised] | None = None
    published: Revised | None = None

    @property
    def is_open(self) -> bool:
        return self.cell is not None

    def open(self, loaded: Revised, previewer: Previewer | None) -> Latest[Revised]:
        newest = self._newer_than(loaded) or loaded
        self.observed = self.running = None
        self.previewer = previewer
        self.cell = Latest(newest, newest.revision)
        self._tell()
        return self.cell

    def publish(self, revised: Revised, record: RevisionRecord | None) -> None:
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
        if self.cell is None:
            return
        self.running = observation
        if self.observed is None or observation.revision > self.observed.revision:
            self.observed = observation
            if self.refused is not None and observation.revision > self.refused.revision:
                self.refused = None
            self._tell()

    def refuse(self, refusal: RefusedRevision) -> None:
        if self.refused is None or refusal.revision > self.refused.revision:
            self.refused = refusal
            self.refusals.append(refusal)
            self._tell()

    def close(self) -> None:
        self.cell = None
        self.previewer = None
        self.observed = self.running = None
        self._tell()

    def _newer_than(self, loaded: Revised) -> Revised | None:
        """What was published since that was read, for a coordinator that is to have it."""
        if self.published is None or self.published.revision <= loaded.revision:
            return None
        return None if self.is_safe or self._is_refused() else self.published

    def _is_refused(self) -> bool:
        return (
            self.refused is not None and self.published is not None and self.refused.revision >= self.published.revision
        )

    def _tell(self) -> None:
        self.word.set(self.word.version + 1, self.word.version + 1)
        self.news.tell()
