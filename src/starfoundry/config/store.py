"""Settings as rows: the container's JSON column with the values in force, and a row for every change ever made.

Every function works on a connection inside a transaction of its caller.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from starfoundry.config import rules
from starfoundry.config.model import COORDINATOR, ConfigChange, ManufacturingConfig, Revised
from starfoundry.containers import store as containers_store
from starfoundry.containers.model import Container
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import ContainerId, PlayerId, Revision
from starfoundry.store.schema import config_revisions, containers

_MERGE = (
    sa.update(containers)
    .where(containers.c.id == sa.bindparam("which"))
    .values(config=sa.bindparam("merged"), revision=sa.bindparam("next"))
)
_RECORD = sa.insert(config_revisions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorship:
    """Who makes a change, from where, when, and why."""

    author: str
    origin: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """What a change came to. `changes` is empty when it changed nothing; then the revision is the one before."""

    container: Container
    revised: Revised
    changes: Mapping[str, Mapping[str, object]]


def find_coordinator(
    connection: sa.Connection,
    container_id: ContainerId,
    player_id: PlayerId | None = None,
    *,
    for_update: bool = False,
) -> Container:
    """The container, if it has these settings and is that player's; raises Missing, or Refused naming its type."""
    container = containers_store.get(connection, container_id, player_id, for_update=for_update)
    if container.type != COORDINATOR:
        allowed = f"a container of type {COORDINATOR}"
        raise Refused.of("container_id", f"{container_id} of type {container.type}", allowed)
    return container


def load(connection: sa.Connection, container_id: ContainerId) -> Revised:
    """The settings in force and their revision; raises UnreadableConfig naming what cannot be used."""
    container = find_coordinator(connection, container_id)
    return Revised(config=ManufacturingConfig.from_map(container.config), revision=container.revision)


def create_initial(
    connection: sa.Connection, container_id: ContainerId, config: ManufacturingConfig, authorship: Authorship
) -> Revised:
    """Write the first revision of a container that was just inserted, beside whatever its config holds already."""
    container = find_coordinator(connection, container_id)
    assert container.revision == 0, f"container {container_id} has settings already"
    revised = Revised(config=config, revision=Revision(1))
    _write(connection, container, revised, {}, authorship)
    return revised


def commit_revision(
    connection: sa.Connection,
    container_id: ContainerId,
    player_id: PlayerId,
    change: ConfigChange,
    authorship: Authorship,
) -> Committed:
    """Merge `change` into the settings as their next revision, or find that it changes nothing.

    The row is locked from the reading to the commit, so that changes of different settings at the same time all
    count. Keys of the config that are no settings stay as they are. Raises Missing, Refused or UnreadableConfig, and
    then writes nothing.
    """
    container = find_coordinator(connection, container_id, player_id, for_update=True)
    config = rules.apply_to_stored(container.config, change)
    changes = rules.differences(container.config, config, change)
    revision = Revision(container.revision + 1) if changes else container.revision
    revised = Revised(config=config, revision=revision)
    if changes:
        _write(connection, container, revised, changes, authorship)
    return Committed(container=container, revised=revised, changes=changes)


def _write(
    connection: sa.Connection,
    container: Container,
    revised: Revised,
    changes: Mapping[str, Mapping[str, object]],
    authorship: Authorship,
) -> None:
    settings = revised.config.to_map()
    connection.execute(
        _MERGE,
        {"which": container.id, "merged": {**container.config, **settings}, "next": revised.revision},
    )
    connection.execute(
        _RECORD,
        {
            "container_id": container.id,
            "revision": revised.revision,
            "at": authorship.at,
            "author": authorship.author,
            "origin": authorship.origin,
            "reason": authorship.reason,
            "changes": dict(changes),
            "config": settings,
        },
    )
