"""The rows of a daemon's database from which one player's containers resume, as after a restart.

History stays behind: pipelines that are over, what was booked, and everything of other players. Of an open pipeline
every task comes along, since the next one is numbered after them. A token never leaves the database.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from starfoundry.containers.domain.model import ContainerStatus
from starfoundry.kernel.ids import PlayerId
from starfoundry.store.tables.config import config_defaults, config_presets, config_revisions, config_state
from starfoundry.store.tables.schema import (
    containers,
    factory_states,
    market_observations,
    pipelines,
    players,
    quarantine,
    recipes,
    ship_claims,
    shipyards,
    tasks,
    waypoints,
    work_counts,
)

Rows = Mapping[str, Sequence[Mapping[str, Any]]]

_ALIVE = tuple(status.value for status in ContainerStatus if status.is_alive)

_OF_PLAYER = (waypoints, market_observations, shipyards, recipes, quarantine, config_defaults, config_presets)


def rows_to_resume(connection: sa.Connection, player_id: PlayerId) -> Rows:
    """The rows by table, each table behind those that it refers to."""
    mine = sa.select(containers).where(containers.c.player_id == player_id, containers.c.status.in_(_ALIVE))
    own = sa.select(mine.subquery().c.id).scalar_subquery()
    open_pipelines = sa.select(pipelines).where(pipelines.c.container_id.in_(own), pipelines.c.status == "EXECUTING")
    opened = sa.select(open_pipelines.subquery().c.id).scalar_subquery()
    newest = sa.select(config_revisions).join(
        containers,
        (containers.c.id == config_revisions.c.container_id) & (containers.c.revision == config_revisions.c.revision),
    )
    wanted: dict[sa.Table, sa.Select[Any]] = {
        players: sa.select(*(column for column in players.c if column.name != "token_sealed")).where(
            players.c.id == player_id
        ),
        containers: mine,
        **{table: sa.select(table).where(table.c.player_id == player_id) for table in _OF_PLAYER},
        config_revisions: newest.where(config_revisions.c.container_id.in_(own)),
        work_counts: sa.select(work_counts).where(work_counts.c.container_id.in_(own)),
        config_state: sa.select(config_state).where(config_state.c.container_id.in_(own)),
        pipelines: open_pipelines,
        tasks: sa.select(tasks).where(tasks.c.pipeline_id.in_(opened)),
        factory_states: sa.select(factory_states).where(factory_states.c.pipeline_id.in_(opened)),
        ship_claims: sa.select(ship_claims).where(
            ship_claims.c.player_id == player_id, ship_claims.c.container_id.in_(own)
        ),
    }
    return {
        table.name: [dict(row) for row in connection.execute(select).mappings()] for table, select in wanted.items()
    }


def insert_rows(connection: sa.Connection, rows: Rows) -> None:
    """Put rows into a database that has none of them."""
    tables = players.metadata.tables
    for name, found in rows.items():
        if found:
            connection.execute(sa.insert(tables[name]), [dict(row) for row in found])
