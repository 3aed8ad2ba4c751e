"""Rows of containers. Every function works on a connection inside a transaction of its caller."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from starfoundry.containers.domain.model import Container, ContainerStatus
from starfoundry.kernel.errors import Missing
from starfoundry.kernel.ids import ContainerId, PlayerId, Revision
from starfoundry.kernel.nearest import did_you_mean
from starfoundry.store.tables.schema import containers

_ALL = sa.select(containers)
_ONE = _ALL.where(containers.c.id == sa.bindparam("container_id"))
_ONE_LOCKED = _ONE.with_for_update()  # SQLite serializes writers anyway and omits this clause
_OBSERVED = (
    sa.update(containers)
    .where(containers.c.id == sa.bindparam("which"), containers.c.observed_revision < sa.bindparam("newest"))
    .values(observed_revision=sa.bindparam("newest"))
)


def insert(connection: sa.Connection, container: Container) -> None:
    """Add a row; its id must be unused."""
    connection.execute(
        sa.insert(containers),
        {
            "id": container.id,
            "player_id": container.player_id,
            "type": container.type,
            "status": container.status.value,
            "config": dict(container.config),
            "revision": container.revision,
            "observed_revision": container.observed_revision,
            "restart_count": container.restart_count,
            "exit_reason": container.exit_reason,
            "ends_now": container.ends_now,
            "created_at": container.created_at,
            "started_at": container.started_at,
            "stopped_at": container.stopped_at,
        },
    )


def find(connection: sa.Connection, container_id: ContainerId) -> Container | None:
    """The container of that id, whichever player owns it."""
    row = connection.execute(_ONE, {"container_id": container_id}).one_or_none()
    return None if row is None else _container(row)


def get(
    connection: sa.Connection,
    container_id: ContainerId,
    player_id: PlayerId | None = None,
    *,
    for_update: bool = False,
) -> Container:
    """The container of that id, and of that player if given; `for_update` locks it until commit.

    Raises Missing with the same words for another player's container as for an unknown id, so that the answer
    reveals nothing.
    """
    statement = _ONE_LOCKED if for_update else _ONE
    row = connection.execute(statement, {"container_id": container_id}).one_or_none()
    if row is None or player_id not in (None, row.player_id):
        meant = did_you_mean(container_id, [each.id for each in list_containers(connection, player_id)], count=1)
        hint = f"{meant} " if meant else ""
        raise Missing(f"there is no container {container_id!r}; {hint}`spacetraders container list` shows yours")
    return _container(row)


def list_containers(
    connection: sa.Connection,
    player_id: PlayerId | None = None,
    statuses: Sequence[ContainerStatus] = (),
) -> list[Container]:
    """Every container, of one player and in some statuses if given, oldest first."""
    statement = _ALL.order_by(containers.c.created_at, containers.c.id)
    if player_id is not None:
        statement = statement.where(containers.c.player_id == player_id)
    if statuses:
        statement = statement.where(containers.c.status.in_([status.value for status in statuses]))
    return [_container(row) for row in connection.execute(statement)]


def set_status(
    connection: sa.Connection, container_id: ContainerId, status: ContainerStatus, *, at: datetime, reason: str = ""
) -> Container:
    """The container after its change to `status` at `at`; an illegal change is a bug and changes nothing.

    `reason` says why it ended; it is cleared when the container starts again. Only `mark_ends_now` makes an end
    immediate.
    """
    present = get(connection, container_id)
    assert present.status.can_become(status), f"container {container_id} cannot go from {present.status} to {status}"
    columns: dict[str, object] = {"status": status.value, "ends_now": False}
    if status is ContainerStatus.RUNNING:
        columns |= {"started_at": at, "stopped_at": None, "exit_reason": ""}
    elif not status.is_alive:
        columns |= {"stopped_at": at, "exit_reason": reason}
    connection.execute(sa.update(containers).where(containers.c.id == container_id).values(**columns))
    return get(connection, container_id)


def mark_ends_now(connection: sa.Connection, container_id: ContainerId) -> Container:
    """The STOPPING container, marked to be cancelled."""
    connection.execute(sa.update(containers).where(containers.c.id == container_id).values(ends_now=True))
    return get(connection, container_id)


def abandon(connection: sa.Connection, player_id: PlayerId, *, at: datetime, reason: str) -> list[Container]:
    """The player's containers that could have run again and never will; the reason keeps their former status."""
    lost = [each for each in list_containers(connection, player_id=player_id) if not each.status.is_final]
    for each in lost:
        before = f"; it was {each.status.value}" + (f": {each.exit_reason}" if each.exit_reason else "")
        connection.execute(
            sa.update(containers)
            .where(containers.c.id == each.id)
            .values(
                status=ContainerStatus.ABANDONED.value,
                stopped_at=each.stopped_at or at,
                exit_reason=reason + (before if each.status is not ContainerStatus.RUNNING else ""),
            )
        )
    return lost


def count_restart(connection: sa.Connection, container_id: ContainerId, *, reason: str) -> Container:
    """The container with one more restart, caused by `reason`."""
    connection.execute(
        sa.update(containers)
        .where(containers.c.id == container_id)
        .values(restart_count=containers.c.restart_count + 1, exit_reason=reason)
    )
    return get(connection, container_id)


def set_observed(connection: sa.Connection, container_id: ContainerId, revision: Revision) -> None:
    """Store that it has decided with `revision`; a revision older than the stored one changes nothing."""
    connection.execute(_OBSERVED, {"which": container_id, "newest": revision})


def _container(row: sa.Row[tuple[object, ...]]) -> Container:
    return Container(
        id=ContainerId(row.id),
        player_id=PlayerId(row.player_id),
        type=row.type,
        status=ContainerStatus(row.status),
        config=row.config,
        revision=Revision(row.revision),
        observed_revision=Revision(row.observed_revision),
        restart_count=row.restart_count,
        exit_reason=row.exit_reason,
        created_at=row.created_at,
        started_at=row.started_at,
        stopped_at=row.stopped_at,
        ends_now=row.ends_now,
    )
