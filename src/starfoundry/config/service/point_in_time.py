"""The settings of a coordinator as of an earlier revision, with the author and time of each value."""

from collections.abc import Mapping
from dataclasses import replace

import sqlalchemy as sa

from starfoundry.config.domain.layers import Layers, LayerValue, entries_from_json
from starfoundry.config.domain.model import SETTINGS, ManufacturingConfig
from starfoundry.config.domain.revision_record import RevisionRecord
from starfoundry.config.storage import history, store
from starfoundry.containers.domain.model import Container
from starfoundry.kernel.ids import ContainerId
from starfoundry.kernel.instants import rfc3339

REVISIONS_SEARCHED_MAX = 1_000
"""The number of revisions searched for the author of a value; an older change has no known author."""


def layers_at(
    connection: sa.Connection, container: Container, record: RevisionRecord, present: Mapping[str, LayerValue]
) -> Layers:
    """The layers of an earlier revision: the container's own values as of then, the shared layers as of now.

    If the pins of that revision were not recorded, the pins of the `present` own values are used.
    """
    pinned = record.pinned
    if pinned is None:
        pinned = frozenset(name for name, entry in present.items() if entry.is_pinned)
    own = {name: {"value": value, "pinned": name in pinned} for name, value in record.own.items()}
    return store.layers_of(connection, container.player_id, record.preset, entries_from_json(own))


def authors_at(
    connection: sa.Connection, container_id: ContainerId, revision: int, config: ManufacturingConfig
) -> dict[str, LayerValue]:
    """By setting, the last change up to that revision that gave it its value in `config`."""
    since: dict[str, LayerValue] = {}
    for record in history.older(connection, container_id, revision + 1, REVISIONS_SEARCHED_MAX):
        given = record.own if record.revision == 1 else record.changes
        for one in SETTINGS:
            if one.name in given and one.name not in since:
                at, value = rfc3339(record.at), getattr(config, one.name)
                since[one.name] = LayerValue(value=value, author=record.author, at=at, revision=record.revision)
    return since


def with_authors(layers: Layers, since: Mapping[str, LayerValue]) -> Layers:
    """The layers, with author and time of the container's own values."""
    return replace(
        layers, own={name: replace(since.get(name, entry), value=entry.value) for name, entry in layers.own.items()}
    )
