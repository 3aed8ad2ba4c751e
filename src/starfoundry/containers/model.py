"""Containers: the daemon's long-lived operations, and which changes of their status are legal."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starfoundry.kernel.ids import ContainerId, PlayerId, Revision


class ContainerStatus(enum.Enum):
    """Where a container stands. A RUNNING one runs again after every restart of the daemon.

    An ABANDONED one could have run again, but the universe it worked in is over.
    """

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    STOPPING = "STOPPING"
    STOPPED = "STOPPED"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    ABANDONED = "ABANDONED"

    @property
    def is_alive(self) -> bool:
        """Whether the daemon should have it running."""
        return self in (ContainerStatus.RUNNING, ContainerStatus.STOPPING)

    @property
    def is_final(self) -> bool:
        """Whether it will never run again, whatever anybody asks."""
        return not _NEXT[self]

    def may_become(self, status: "ContainerStatus") -> bool:
        """Whether a container may go from this status to `status`."""
        return status in _NEXT[self]


_NEXT: Mapping[ContainerStatus, tuple[ContainerStatus, ...]] = {
    ContainerStatus.PENDING: (ContainerStatus.RUNNING, ContainerStatus.STOPPED, ContainerStatus.ABANDONED),
    ContainerStatus.RUNNING: (
        ContainerStatus.STOPPING,
        ContainerStatus.COMPLETED,
        ContainerStatus.FAILED,
        ContainerStatus.ABANDONED,
    ),
    ContainerStatus.STOPPING: (
        ContainerStatus.STOPPED,
        ContainerStatus.COMPLETED,
        ContainerStatus.FAILED,
        ContainerStatus.ABANDONED,
    ),
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
