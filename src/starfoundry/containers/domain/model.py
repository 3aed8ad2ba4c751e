"""Containers, the daemon's long-lived operations, and the legal changes of their status."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starfoundry.kernel.ids import ContainerId, PlayerId, Revision


class ContainerStatus(enum.Enum):
    """The status of a container. A RUNNING one starts again after every restart of the daemon; a PAUSED one waits.

    An ABANDONED one could have run again, but its universe has ended.
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
        """Whether the daemon should keep it running, if only to finish its work."""
        return self is ContainerStatus.RUNNING or self.is_ending

    @property
    def is_ending(self) -> bool:
        """Whether it is only finishing its work."""
        return self in _ENDS_AS

    @property
    def is_unfinished(self) -> bool:
        """Whether it works or will work again, so that another one must not take its place."""
        return self.is_alive or self is ContainerStatus.PAUSED

    @property
    def ends_as(self) -> "ContainerStatus":
        """The status that it gets when its run ends."""
        return _ENDS_AS.get(self, ContainerStatus.COMPLETED)

    @property
    def is_final(self) -> bool:
        """Whether it can never run again."""
        return not _NEXT[self]

    def can_become(self, status: "ContainerStatus") -> bool:
        """Whether a container may change from this status to `status`."""
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
    """One stored operation.

    `config` is its JSON column, which holds settings and launch arguments. `revision` counts the changes of its
    settings; `observed_revision` is the newest one that it has decided with. Both are 0 if it has no settings.
    `ends_now` says that a STOPPING one is to be cancelled.
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
