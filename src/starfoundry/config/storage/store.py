"""Reading a coordinator's effective settings from its row, its state and the shared layers.

Every function works on a connection inside a transaction of its caller.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from starfoundry.config.domain.declarations.core_settings import START_AND_EXECUTE
from starfoundry.config.domain.declarations.known_goods import GoodsLookup
from starfoundry.config.domain.effective import EffectiveSettings, resolve_settings
from starfoundry.config.domain.layers import Layers, LayerValue
from starfoundry.config.domain.model import COORDINATOR, Revised
from starfoundry.config.domain.revision_record import RefusedSettings
from starfoundry.config.domain.validation import BY_NAME
from starfoundry.config.storage import history, layer_store
from starfoundry.config.storage.config_state import ConfigState, load_state
from starfoundry.containers.domain.model import Container, ContainerStatus
from starfoundry.containers.storage import store as containers_store
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import ContainerId, PlayerId, Revision
from starfoundry.kernel.instants import rfc3339
from starfoundry.store.tables.columns import UNREADABLE
from starfoundry.store.tables.config import config_revisions, config_state
from starfoundry.store.tables.schema import containers, market_observations, waypoints

_GOES_ON = [status.value for status in ContainerStatus if status.is_unfinished]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSettings:
    """A coordinator with its effective settings and their stored state."""

    container: Container
    effective: EffectiveSettings
    state: ConfigState


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorship:
    """The author of a change, with origin, time and reason."""

    author: str
    origin: str
    at: datetime
    reason: str = ""

    def entry(self, revision: int) -> LayerValue:
        """The authorship as it is stored with a value."""
        return LayerValue(value=None, author=self.author, at=rfc3339(self.at), revision=Revision(revision))


def find_coordinator(
    connection: sa.Connection,
    container_id: ContainerId,
    player_id: PlayerId | None = None,
    *,
    for_update: bool = False,
) -> Container:
    """The container, if it has these settings and is that player's. Raises Missing, or Refused naming its type."""
    container = containers_store.get(connection, container_id, player_id, for_update=for_update)
    if container.type != COORDINATOR:
        allowed = f"a container of type {COORDINATOR}"
        raise Refused.of("container_id", f"{container_id} of type {container.type}", allowed)
    return container


def coordinators(connection: sa.Connection, player_id: PlayerId | None) -> list[Container]:
    """Every container with these settings, of one player or of all, oldest first."""
    found = containers_store.list_containers(connection, player_id)
    return [container for container in found if container.type == COORDINATOR]


def read_settings(
    connection: sa.Connection,
    container_id: ContainerId,
    player_id: PlayerId | None = None,
    *,
    for_update: bool = False,
) -> StoredSettings:
    """The settings of the coordinator. Raises as `find_coordinator`."""
    return settings_of(connection, find_coordinator(connection, container_id, player_id, for_update=for_update))


def settings_of(connection: sa.Connection, container: Container) -> StoredSettings:
    """The settings of the coordinator, whatever is stored there."""
    state = load_state(connection, container.id)
    layers = layers_of(connection, container.player_id, state.preset, state.own)
    whole = BY_NAME.keys() if UNREADABLE in container.config else ()
    layers = replace(layers, lost=layers.lost.union(state.lost, whole), own_lost=state.lost.union(whole))
    effective = resolve_settings(container.config, layers, state.last_accepted)
    return StoredSettings(container=container, effective=effective, state=state)


def layers_of(connection: sa.Connection, player_id: PlayerId, preset: str, own: Mapping[str, LayerValue]) -> Layers:
    """The current layers; a deleted preset has no values. If one setting of a pair is lost, so is the other."""
    defaults, unused = layer_store.read_defaults(connection, player_id)
    applied = layer_store.applied_preset(connection, player_id, preset)
    lost = applied.lost.union(BY_NAME.keys() & unused.keys())
    lost = lost.union(name for pair in START_AND_EXECUTE if not lost.isdisjoint(pair) for name in pair)
    return Layers(player=defaults, preset_name=applied.name, preset=applied.entries, own=own, lost=lost)


def known_goods(connection: sa.Connection, player_id: PlayerId) -> frozenset[str]:
    """Every good that a stored market of this player produces, consumes or trades."""
    table = waypoints.c
    rows = connection.execute(
        sa.select(table.imports, table.exports, table.exchange).where(table.player_id == player_id)
    )
    listed = {str(good) for row in rows for goods in row for good in goods}
    seen = sa.select(market_observations.c.good).where(market_observations.c.player_id == player_id).distinct()
    return frozenset(listed.union(connection.execute(seen).scalars()))


def goods_of(connection: sa.Connection, player_id: PlayerId) -> GoodsLookup:
    """The lookup of a player's goods, valid during the transaction."""
    return lambda: known_goods(connection, player_id)


def current_refusal(connection: sa.Connection, container_id: ContainerId) -> tuple[Revision, str]:
    """The newest revision and the coordinator's reason for refusing it.

    0 and an empty text if it does not refuse it.
    """
    container, state = find_coordinator(connection, container_id), load_state(connection, container_id)
    is_refused = _is_refused(container, state)
    return (state.rejected, state.rejected_reason) if is_refused else (Revision(0), "")


def refused_settings(connection: sa.Connection) -> list[RefusedSettings]:
    """The refusals that no later change has ended, of containers that continue to run."""
    table, revisions = config_state.c, config_revisions.c
    rows = connection.execute(
        sa.select(table.container_id, table.rejected_revision, table.rejected_reason, containers.c.player_id)
        .join(containers, containers.c.id == table.container_id)
        .where(table.rejected_revision > 0, containers.c.status.in_(_GOES_ON))
        .order_by(table.container_id)
    ).all()
    newest = sa.select(sa.func.max(revisions.at))
    return [
        RefusedSettings(
            container_id=ContainerId(row.container_id),
            player_id=PlayerId(row.player_id),
            revision=Revision(row.rejected_revision),
            reason=row.rejected_reason,
            at=connection.execute(newest.where(revisions.container_id == row.container_id)).scalar_one(),
        )
        for row in rows
    ]


def load(connection: sa.Connection, container_id: ContainerId) -> Revised:
    """The settings in force and their revision, for a coordinator that starts.

    A refused revision is skipped for the last one that the coordinator decided with.
    """
    stored = read_settings(connection, container_id)
    container, effective = stored.container, stored.effective
    if not _is_refused(container, stored.state):
        return Revised(config=effective.config, revision=container.revision)
    accepted = history.get(connection, container_id, container.observed_revision or 1)
    config = resolve_settings(accepted.config, effective.layers, stored.state.last_accepted).config
    return Revised(config=config, revision=accepted.revision)


def _is_refused(container: Container, state: ConfigState) -> bool:
    """Whether the coordinator refuses the newest revision."""
    return state.rejected == container.revision != 0
