"""Rows of followed settings. Every function works on a connection inside a transaction of its caller."""

import msgspec
import sqlalchemy as sa

from starfoundry.config.storage import history
from starfoundry.kernel.ids import ContainerId
from starfoundry.store.tables.tuning import tuning_follows
from starfoundry.tuning.domain.follow import Follow, FollowHistory, past_of

REVISIONS_READ = 500
"""The newest revisions by which the past is known. What is left alone for good is stored besides."""


def keep(connection: sa.Connection, follow: Follow) -> None:
    """Store it, in the place of what followed before."""
    drop(connection, ContainerId(follow.container_id))
    row = {"container_id": follow.container_id, "follow": msgspec.to_builtins(follow)}
    connection.execute(sa.insert(tuning_follows), row)


def replace_same(connection: sa.Connection, follow: Follow) -> None:
    """Store how it stands now, unless the operator has ended it, or begun another one, meanwhile."""
    found = find(connection, ContainerId(follow.container_id))
    if found is not None and found.at == follow.at:
        keep(connection, follow)


def drop(connection: sa.Connection, container_id: ContainerId) -> bool:
    """Whether something followed; now nothing does."""
    mine = tuning_follows.c.container_id == container_id
    return connection.execute(sa.delete(tuning_follows).where(mine)).rowcount == 1


def find(connection: sa.Connection, container_id: ContainerId) -> Follow | None:
    """The settings of a coordinator that follow conditions."""
    mine = sa.select(tuning_follows.c.follow).where(tuning_follows.c.container_id == container_id)
    stored = connection.execute(mine).scalar()
    return None if stored is None else msgspec.convert(stored, type=Follow)


def every(connection: sa.Connection) -> list[Follow]:
    """Everything that follows, by container."""
    rows = connection.execute(sa.select(tuning_follows.c.follow).order_by(tuning_follows.c.container_id)).scalars()
    return [msgspec.convert(stored, type=Follow) for stored in rows]


def past(connection: sa.Connection, follow: Follow) -> FollowHistory:
    """The changes of the followed settings since the start."""
    return past_of(follow, history.older(connection, ContainerId(follow.container_id), 0, REVISIONS_READ))
