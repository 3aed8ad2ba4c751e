"""Transitions of a container's status in its row. Every function works inside a transaction of its caller."""

from datetime import datetime

import sqlalchemy as sa

from starfoundry.containers.domain.ending import Ending
from starfoundry.containers.domain.model import Container, ContainerStatus
from starfoundry.containers.storage import store
from starfoundry.kernel.errors import Refused, Stale
from starfoundry.kernel.ids import ContainerId


def start(connection: sa.Connection, container_id: ContainerId, *, at: datetime) -> Container:
    """The container, RUNNING unless it was alive already. Raises Refused for one that has completed."""
    present = store.get(connection, container_id)
    if present.status.is_alive:
        return present
    if not present.status.can_become(ContainerStatus.RUNNING):
        why = f": {present.exit_reason}" if present.exit_reason else ""
        raise Refused(f"container {container_id} is {present.status.value} and cannot be started again{why}")
    return store.set_status(connection, container_id, ContainerStatus.RUNNING, at=at)


def resume(connection: sa.Connection, container_id: ContainerId, *, at: datetime) -> Container:
    """The container, RUNNING. Raises Stale for one that is not paused."""
    present = store.get(connection, container_id)
    match present.status:
        case ContainerStatus.RUNNING:
            return present
        case ContainerStatus.PAUSED:
            return store.set_status(connection, container_id, ContainerStatus.RUNNING, at=at)
        case ContainerStatus.PAUSING:
            raise Stale(f"container {container_id} is still finishing its work; resume it once it is PAUSED")
        case other:
            raise Stale(f"container {container_id} is {other.value}, not paused; `container start` runs it again")


def pause(connection: sa.Connection, container_id: ContainerId, *, at: datetime) -> Container:
    """The container, PAUSING or PAUSED. Raises Stale for one that is not running."""
    present = store.get(connection, container_id)
    if present.status in (ContainerStatus.PAUSING, ContainerStatus.PAUSED):
        return present
    if present.status is not ContainerStatus.RUNNING:
        raise Stale(f"container {container_id} is {present.status.value}; only a running one can be paused")
    return store.set_status(connection, container_id, ContainerStatus.PAUSING, at=at)


def stop(connection: sa.Connection, container_id: ContainerId, ending: Ending, *, at: datetime) -> Container:
    """The container, STOPPING; one that has ended, or is already ending sooner, is left as it is."""
    present = store.get(connection, container_id)
    if present.status is ContainerStatus.PAUSED:
        return store.set_status(connection, container_id, ContainerStatus.STOPPED, at=at)
    if present.status.can_become(ending.status):
        present = store.set_status(connection, container_id, ending.status, at=at)
    is_hurried = ending is Ending.NOW and present.status is ContainerStatus.STOPPING
    return store.mark_ends_now(connection, container_id) if is_hurried else present


def end(
    connection: sa.Connection, container_id: ContainerId, wanted: ContainerStatus | None, *, at: datetime, reason: str
) -> Container:
    """The container after its run: in the requested status, or COMPLETED if no end was requested.

    `wanted` is the requested status, which the disk may not have stored at the time.
    """
    present = store.get(connection, container_id)
    if wanted is not None and present.status is ContainerStatus.RUNNING:
        present = store.set_status(connection, container_id, wanted, at=at)
    return store.set_status(connection, container_id, present.status.ends_as, at=at, reason=reason)
