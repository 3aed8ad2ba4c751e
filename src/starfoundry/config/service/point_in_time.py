"""How a coordinator's settings stood at an earlier revision, and since when each value had been so by then."""

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

REVISIONS_LOOKED_AT = 1_000
"""How far back the change of a value is looked for; one from before has no known author."""


def layers_then(
    connection: sa.Connection, container: Container, record: RevisionRecord, present: Mapping[str, LayerValue]
) -> Layers:
    """The layers of an earlier revision: its own values as they were, those below as they are now.

    Where nobody has kept what was pinned then, what is pinned of the `present` own values counts.
    """
    pinned = record.pinned
    if pinned is None:
        pinned = frozenset(name for name, entry in present.items() if entry.is_pinned)
    made_own = history.made_own(connection, container.id, record.revision)
    then = {one.name: record.config.get(one.key) for one in SETTINGS if one.name in made_own} | dict(record.own)
    own = {name: {"value": value, "pinned": name in pinned} for name, value in then.items()}
    return store.layers_of(connection, container.player_id, record.preset, entries_from_json(own))


def since_then(
    connection: sa.Connection, container_id: ContainerId, revision: int, config: ManufacturingConfig
) -> dict[str, LayerValue]:
    """By setting, the change up to that revision that gave it the value it had then in `config`."""
    since: dict[str, LayerValue] = {}
    for record in history.older(connection, container_id, revision + 1, REVISIONS_LOOKED_AT):
        given = record.own if record.revision == 1 else record.changes
        for one in SETTINGS:
            if one.name in given and one.name not in since:
                at, value = rfc3339(record.at), getattr(config, one.name)
                since[one.name] = LayerValue(value=value, author=record.author, at=at, revision=record.revision)
    return since


def signed(layers: Layers, since: Mapping[str, LayerValue]) -> Layers:
    """The layers, the container's own values with who gave them, and when."""
    return replace(
        layers, own={name: replace(since.get(name, entry), value=entry.value) for name, entry in layers.own.items()}
    )
