"""Refused revisions taken back: the next revision restores what the coordinator decides with.

`take_back` works on a connection inside a transaction of its caller; `sift` is pure.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from starfoundry.config.domain.layers import Layers
from starfoundry.config.domain.model import ManufacturingConfig, Revised
from starfoundry.config.domain.patch import restoring
from starfoundry.config.domain.preconditions import Preconditions
from starfoundry.config.domain.revision_record import RevisionRecord
from starfoundry.config.domain.validation import BY_NAME
from starfoundry.config.service import revise
from starfoundry.config.service.point_in_time import layers_then
from starfoundry.config.service.revise import CommittedChange
from starfoundry.config.storage import history, store
from starfoundry.config.storage.config_state import load_state, set_rejected
from starfoundry.config.storage.store import Authorship
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import ContainerId, Revision

AUTHOR = "refused"
"""The author of a revision that takes refused ones back."""

REVISIONS_MAX = 10_000
"""Revisions after the one in force that are judged one by one."""

Objection = Callable[[ManufacturingConfig, ManufacturingConfig], str]
"""Why a configuration cannot follow the one before it (second); empty where it can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevertedRevision:
    """The revisions that were refused, each with the reason, and the revision that restores what was in force."""

    refused: Mapping[Revision, str]
    committed: CommittedChange | None = None


def sift(
    in_force: ManufacturingConfig, records: Sequence[RevisionRecord], objection: Objection
) -> tuple[ManufacturingConfig, dict[Revision, str]]:
    """What is left of these revisions without the refused ones, and why each of those is refused.

    Each is judged on top of those before it that were not refused, so that nobody's change is lost with another's.
    """
    config, refused = in_force, dict[Revision, str]()
    for record in records:
        try:
            tried = replace(config, **_values(record))
            reason = objection(tried, config)
        except Refused as error:  # it contradicts what is in force without a change that was refused
            tried, reason = config, error.message
        if reason:
            refused[record.revision] = reason
        else:
            config = tried
    return config, refused


def take_back(
    connection: sa.Connection, container_id: ContainerId, in_force: Revised, objection: Objection, at: datetime
) -> RevertedRevision:
    """Refuse the revisions after the one in force that meet an objection, and write one that restores the rest."""
    container = store.find_coordinator(connection, container_id, for_update=True)
    records = history.newer(connection, container_id, in_force.revision, REVISIONS_MAX)
    config, refused = sift(in_force.config, records, objection)
    if not refused:
        return RevertedRevision(refused={})
    standing, _ = store.standing_of(connection, container)
    base = history.get(connection, container_id, in_force.revision)
    layers = _restored(
        standing.layers, layers_then(connection, container, base, standing.layers.own), base, records, refused
    )
    newest, reason = max(refused.items())
    by = Authorship(author=AUTHOR, origin="coordinator", at=at, reason=f"revision {newest} is refused: {reason}")
    committed = revise.commit(connection, container_id, None, restoring(standing, config, layers), by, Preconditions())
    set_rejected(connection, container_id, newest, reason)
    return RevertedRevision(refused=refused, committed=committed)


def take_back_standing(connection: sa.Connection, container_id: ContainerId, at: datetime) -> RevertedRevision:
    """The same for a refusal that an older version of the program has left standing, with what it has refused."""
    if not store.standing_refusal(connection, container_id)[0]:
        return RevertedRevision(refused={})
    in_force = store.load(connection, container_id)
    reason = load_state(connection, container_id).rejected_reason
    return take_back(connection, container_id, in_force, lambda _config, _before: reason, at)


def _values(record: RevisionRecord) -> dict[str, Any]:
    """What a revision changed, by setting."""
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
    """The present layers, with what refused revisions have touched as it was `then`, in the revision in force."""
    touched = {name for record in records if record.revision in refused for name in record.changes}
    own = {name: entry for name, entry in present.own.items() if name not in touched}
    own |= {name: entry for name, entry in then.own.items() if name in touched}
    moved = any(b.revision in refused and b.preset != a.preset for a, b in pairwise([base, *records]))
    preset = then if moved else present
    return replace(present, own=own, preset_name=preset.preset_name, preset=preset.preset)
