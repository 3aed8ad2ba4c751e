"""Containers: the daemon's long-lived operations, and which changes of their status are legal."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starfoundry.kernel.ids import ContainerId, PlayerId, Revision


class ContainerStatus(enum.Enum):
    """Where a container stands. A RUNNING one runs again after every restart of the daemon, a PAUSED one waits.

    An ABANDONED one could have run again, but the universe it worked in is over.
    """

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    PAUSING = "PAUSING"
    PAUSED = "PAUSED"
    DRAINING = "DRAINING"
    STOPPING = "STOPPING"
    STOPPED = "STOPPED"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    ABANDONED = "ABANDONED"

    @property
    def is_alive(self) -> bool:
        """Whether the daemon should have it running, be it only to bring its work to an end."""
        return self is ContainerStatus.RUNNING or self.is_ending

    @property
    def is_ending(self) -> bool:
        """Whether it only brings its work to an end."""
        return self in _ENDS_AS

    @property
    def goes_on(self) -> bool:
        """Whether it works or will work again, so that nobody should take its place."""
        return self.is_alive or self is ContainerStatus.PAUSED

    @property
    def ends_as(self) -> "ContainerStatus":
        """What a container that is done becomes from here."""
        return _ENDS_AS.get(self, ContainerStatus.COMPLETED)

    @property
    def is_final(self) -> bool:
        """Whether it will never run again, whatever anybody asks."""
        return not _NEXT[self]

    def may_become(self, status: "ContainerStatus") -> bool:
        """Whether a container may go from this status to `status`."""
        return status in _NEXT[self]


_ENDS_AS: Mapping[ContainerStatus, ContainerStatus] = {
    ContainerStatus.PAUSING: ContainerStatus.PAUSED,
    ContainerStatus.DRAINING: ContainerStatus.STOPPED,
    ContainerStatus.STOPPING: ContainerStatus.STOPPED,
}

_TROUBLE = (ContainerStatus.FAILED, ContainerStatus.ABANDONED)

_NEXT: Mapping[ContainerStatus, tuple[ContainerStatus, ...]] = {
    ContainerStatus.PENDING: (ContainerStatus.RUNNING, ContainerStatus.STOPPED, ContainerStatus.ABANDONED),
    ContainerStatus.RUNNING: (*_ENDS_AS, ContainerStatus.COMPLETED, *_TROUBLE),
    ContainerStatus.PAUSING: (
        ContainerStatus.PAUSED,
        ContainerStatus.DRAINING,
        ContainerStatus.STOPPING,
        *_TROUBLE,
    ),
    ContainerStatus.PAUSED: (ContainerStatus.RUNNING, ContainerStatus.STOPPED, ContainerStatus.ABANDONED),
    ContainerStatus.DRAINING: (ContainerStatus.STOPPING, ContainerStatus.STOPPED, *_TROUBLE),
    ContainerStatus.STOPPING: (ContainerStatus.STOPPED, *_TROUBLE),
    ContainerStatus.STOPPED: (ContainerStatus.RUNNING, ContainerStatus.ABANDONED),
    ContainerStatus.COMPLETED: (),
    ContainerStatus.FAILED: (ContainerStatus.RUNNING, ContainerStatus.ABANDONED),
    ContainerStatus.ABANDONED: (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """One operation as it is stored.

    `config` is its JSON column, settings and launch arguments side by side. `revision` counts the changes of its
    settings, `observed_revision` is the newest one it has decided with; both are 0 where there are no settings.
    `ends_now` says of a STOPPING one that its work in hand is to be cut off.
    """

    id: ContainerId
    player_id: PlayerId
    type: str
    status: ContainerStatus
    config: Mapping[str, object]
    created_at: datetime
    revision: Revision = Revision(0)
    observed_revision: Revision = Revision(0)
    restart_count: int = 0
    exit_reason: str = ""
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    ends_now: bool = False
