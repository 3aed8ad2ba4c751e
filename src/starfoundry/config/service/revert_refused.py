"""Reverting refused revisions: a new revision restores the settings that the coordinator decides with.

`revert_refused` works on a connection inside a transaction of its caller; `without_refused` is pure.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from starfoundry.config.domain.layers import Layers
from starfoundry.config.domain.model import ManufacturingConfig, Revised
from starfoundry.config.domain.patch import restore_patch
from starfoundry.config.domain.revision_record import RevisionRecord
from starfoundry.config.domain.validation import BY_NAME
from starfoundry.config.service import revise
from starfoundry.config.service.point_in_time import layers_at
from starfoundry.config.service.revise import CommittedChange
from starfoundry.config.storage import history, store
from starfoundry.config.storage.config_state import load_state, set_rejected
from starfoundry.config.storage.store import Authorship
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import ContainerId, Revision

AUTHOR = "refused"
"""The author of a revision that reverts refused ones."""

REVISIONS_MAX = 10_000
"""The most revisions after the one in force that are checked one by one."""

Objection = Callable[[ManufacturingConfig, ManufacturingConfig], str]
"""Returns why a configuration cannot follow the one before it (second argument); empty if it can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevertedRevision:
    """The refused revisions, each with the reason, and the revision that restores the settings in force."""

    refused: Mapping[Revision, str]
    committed: CommittedChange | None = None


def without_refused(
    in_force: ManufacturingConfig, records: Sequence[RevisionRecord], objection: Objection
) -> tuple[ManufacturingConfig, dict[Revision, str]]:
    """The settings after these revisions without the refused ones, and the reason for each refusal.

    Each revision is checked on top of the accepted ones before it, so that a valid change is not lost with a
    refused one.
    """
    config, refused = in_force, dict[Revision, str]()
    for record in records:
        try:
            tried = replace(config, **_values(record))
            reason = objection(tried, config)
        except Refused as error:  # without a refused change before it, it contradicts the settings in force
            tried, reason = config, error.message
        if reason:
            refused[record.revision] = reason
        else:
            config = tried
    return config, refused


def revert_refused(
    connection: sa.Connection, container_id: ContainerId, in_force: Revised, objection: Objection, at: datetime
) -> RevertedRevision:
    """Refuse the later revisions that meet an objection, and write a revision that keeps the others."""
    stored = store.read_settings(connection, container_id, for_update=True)
    container, effective = stored.container, stored.effective
    records = history.newer(connection, container_id, in_force.revision, REVISIONS_MAX)
    config, refused = without_refused(in_force.config, records, objection)
    if not refused:
        return RevertedRevision(refused={})
    base = history.get(connection, container_id, in_force.revision)
    layers = _restored(
        effective.layers, layers_at(connection, container, base, effective.layers.own), base, records, refused
    )
    newest, reason = max(refused.items())
    by = Authorship(author=AUTHOR, origin="coordinator", at=at, reason=f"revision {newest} is refused: {reason}")
    committed = revise.commit(connection, container_id, None, restore_patch(effective, config, layers), by)
    set_rejected(connection, container_id, newest, reason)
    return RevertedRevision(refused=refused, committed=committed)


def revert_stored_refusal(connection: sa.Connection, container_id: ContainerId, at: datetime) -> RevertedRevision:
    """Revert a refused revision that an older version of the program left in place, and the changes refused with it."""
    if not store.current_refusal(connection, container_id)[0]:
        return RevertedRevision(refused={})
    in_force = store.load(connection, container_id)
    reason = load_state(connection, container_id).rejected_reason
    return revert_refused(connection, container_id, in_force, lambda _config, _before: reason, at)


def _values(record: RevisionRecord) -> dict[str, Any]:
    """The values that a revision changed, by setting."""
    return {
        name: BY_NAME[name].kind.read(name, pair["after"]) for name, pair in record.changes.items() if name in BY_NAME
    }


def _restored(
    present: Layers,
    then: Layers,
    base: RevisionRecord,
    records: Sequence[RevisionRecord],
    refused: Mapping[Revision, str],
) -> Layers:
    """The current layers, with the settings that refused revisions touched as of the revision in force (`then`)."""
    touched = {name for record in records if record.revision in refused for name in record.changes}
    own = {name: entry for name, entry in present.own.items() if name not in touched}
    own |= {name: entry for name, entry in then.own.items() if name in touched}
    moved = any(b.revision in refused and b.preset != a.preset for a, b in pairwise([base, *records]))
    preset = then if moved else present
    return replace(present, own=own, preset_name=preset.preset_name, preset=preset.preset)
