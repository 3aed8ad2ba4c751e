"""Where settings meet those who act by them: one place for each container, holding only the newest of both sides.

Downwards goes the newest revision, upwards what the coordinator says it has decided with. Nobody is called, nobody
waits in a queue, and nothing that is older replaces what is newer.
"""

from dataclasses import dataclass

from starfoundry.config.model import Revised
from starfoundry.kernel.ids import ContainerId, Revision
from starfoundry.runtime.latest import Latest


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A coordinator's word that it has decided with `revision`, and what its first decision under it did.

    `at_elapsed` is the moment, in the clock's elapsed seconds.
    """

    revision: Revision
    effects: tuple[str, ...] = ()
    at_elapsed: float


class ConfigBus:
    """All containers' places."""

    def __init__(self) -> None:
        self._places: dict[ContainerId, _Place] = {}

    def open(self, container_id: ContainerId, loaded: Revised) -> Latest[Revised]:
        """The cell in which a coordinator that begins to run finds its settings, now and after every change.

        It holds what was `loaded`, or what was published since that was read: a change that falls between the reading
        and this call is not lost.
        """
        return self._place(container_id).open(loaded)

    def is_open(self, container_id: ContainerId) -> bool:
        """Whether a coordinator listens."""
        return self._place(container_id).is_open

    def publish(self, container_id: ContainerId, revised: Revised) -> None:
        """Make a committed revision known; older than the newest known, it changes nothing."""
        self._place(container_id).publish(revised)

    def observe(self, container_id: ContainerId, observation: Observation) -> None:
        """The coordinator says what it decides with, on every turn if it likes: the first word on a revision stays."""
        self._place(container_id).observe(observation)

    def observed(self, container_id: ContainerId) -> Observation | None:
        """The newest word of the coordinator that runs; None when none runs or it has not decided yet."""
        return self._place(container_id).observed.value

    async def decided(self, container_id: ContainerId, revision: Revision) -> Observation:
        """The coordinator's word on `revision` or a later one, as soon as it is there; also from one yet to start."""
        observed = self._place(container_id).observed
        while True:
            observation = observed.value
            if observation is not None and observation.revision >= revision:
                return observation
            await observed.newer_than(observed.version)

    def close(self, container_id: ContainerId) -> None:
        """The coordinator runs no longer: what it said holds no longer, and what it was told comes from the store."""
        self._place(container_id).close()

    def _place(self, container_id: ContainerId) -> "_Place":
        return self._places.setdefault(container_id, _Place())


class _Place:
    def __init__(self) -> None:
        self.observed: Latest[Observation | None] = Latest(None, 0)
        self._cell: Latest[Revised] | None = None
        self._published: Revised | None = None

    @property
    def is_open(self) -> bool:
        return self._cell is not None

    def open(self, loaded: Revised) -> Latest[Revised]:
        newest = loaded
        if self._published is not None and self._published.revision > loaded.revision:
            newest = self._published
        self._say(None)
        self._cell = Latest(newest, newest.revision)
        return self._cell

    def publish(self, revised: Revised) -> None:
        if self._published is None or revised.revision > self._published.revision:
            self._published = revised
        if self._cell is not None:
            self._cell.set(revised, revised.revision)

    def observe(self, observation: Observation) -> None:
        known = self.observed.value
        if self._cell is not None and (known is None or observation.revision > known.revision):
            self._say(observation)

    def close(self) -> None:
        self._cell = None
        self._say(None)

    def _say(self, observation: Observation | None) -> None:
        self.observed.set(observation, self.observed.version + 1)
