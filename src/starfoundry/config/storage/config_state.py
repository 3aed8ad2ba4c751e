"""Rows of a coordinator's settings state: everything stored besides the config column.

Every function works on a connection inside a transaction of its caller.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from starfoundry.config.domain.effective import LastAccepted, UnusableValue
from starfoundry.config.domain.layers import LayerValue, entries_from_json, entries_to_json
from starfoundry.config.storage.unreadable_column import NO_OBJECT, lost_settings
from starfoundry.kernel.ids import ContainerId, Revision
from starfoundry.store.tables.columns import UNREADABLE
from starfoundry.store.tables.config import config_state

_STATE = sa.select(config_state).where(config_state.c.container_id == sa.bindparam("which"))
_INSERT_STATE = sa.insert(config_state)
_UPDATE_STATE = (
    sa.update(config_state)
    .where(config_state.c.container_id == sa.bindparam("which"))
    .values({column.name: sa.bindparam(column.name) for column in config_state.c if column.name != "container_id"})
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigState:
    """The stored state of one container besides its config column. `is_new` until it is first stored.

    `since` holds, by setting, the revision, author and time of the last change of its value. `lost` are settings of
    which the container may have had its own value that cannot be read.
    """

    preset: str = ""
    own: Mapping[str, LayerValue] = field(default_factory=dict)
    since: Mapping[str, LayerValue] = field(default_factory=dict)
    last_accepted: LastAccepted = field(default_factory=LastAccepted)
    rejected: Revision = Revision(0)
    rejected_reason: str = ""
    lost: frozenset[str] = frozenset()
    is_new: bool = True


def load_state(connection: sa.Connection, container_id: ContainerId) -> ConfigState:
    """The container's state; empty if none was ever stored."""
    row = connection.execute(_STATE, {"which": container_id}).one_or_none()
    if row is None:
        return ConfigState()
    quarantine = {
        key: UnusableValue(value=one.get("value"), problem=str(one.get("problem", "")))
        for key, one in row.quarantine.items()
        if isinstance(one, Mapping)
    }
    for name in ("overrides", "since", "accepted", "quarantine"):
        if UNREADABLE in (read := getattr(row, name)):
            quarantine[f"unreadable_{name}"] = UnusableValue(value=read[UNREADABLE], problem=NO_OBJECT)
    own = entries_from_json(row.overrides)
    return ConfigState(
        preset=row.preset,
        own=own,
        since=entries_from_json(row.since),
        last_accepted=LastAccepted(accepted=row.accepted, checksum=row.checksum, quarantine=quarantine),
        rejected=Revision(row.rejected_revision),
        rejected_reason=row.rejected_reason,
        lost=lost_settings(row.overrides, own),
        is_new=False,
    )


def save_state(connection: sa.Connection, container_id: ContainerId, state: ConfigState) -> None:
    """Store the container's state, replacing the previous one."""
    columns = {
        "preset": state.preset,
        "overrides": entries_to_json(state.own),
        "since": entries_to_json(state.since),
        "accepted": dict(state.last_accepted.accepted),
        "checksum": state.last_accepted.checksum,
        "quarantine": {
            key: {"value": held.value, "problem": held.problem} for key, held in state.last_accepted.quarantine.items()
        },
        "rejected_revision": state.rejected,
        "rejected_reason": state.rejected_reason,
    }
    if state.is_new:
        connection.execute(_INSERT_STATE, {"container_id": container_id, **columns})
    else:
        connection.execute(_UPDATE_STATE, {"which": container_id, **columns})


def set_rejected(connection: sa.Connection, container_id: ContainerId, revision: Revision, reason: str) -> None:
    """Record that the coordinator refuses this revision; the next revision clears it."""
    connection.execute(
        sa.update(config_state)
        .where(config_state.c.container_id == container_id)
        .values(rejected_revision=revision, rejected_reason=reason)
    )
