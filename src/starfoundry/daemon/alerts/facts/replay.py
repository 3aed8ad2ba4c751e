"""Dry runs on a player's stored history, evaluated in small steps beside the daemon's other work."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from starfoundry.config.storage.store import refused_settings
from starfoundry.containers.domain.model import ContainerStatus
from starfoundry.containers.storage import store as container_store
from starfoundry.daemon.alerts.domain.dry_run import Past, PastSnapshots, Replay, Since, look, moments
from starfoundry.daemon.alerts.domain.model import AlertKind, AlertSighting, Paging, Rule
from starfoundry.daemon.alerts.facts import stored_facts
from starfoundry.kernel.ids import PlayerId
from starfoundry.ledger.domain.model import EntryKind
from starfoundry.store.engine import Database
from starfoundry.store.tables.schema import container_logs, containers, ledger

STEPS_AT_ONCE = 20
ERRORS_MAX = 20_000


async def replayed(
    database: Database,
    player_id: PlayerId,
    rules: Mapping[AlertKind, Rule],
    paging: Paging,
    since: datetime,
    until: datetime,
) -> Replay:
    """The alerts that these rules would have opened between the two moments."""
    past = await database.read(lambda connection: past_of(connection, player_id, since, until))
    snapshots, replay = PastSnapshots(past, rules), Replay()
    for number, at in enumerate(moments(since, until)):
        replay = look(replay, rules, paging, snapshots.at(at))
        if number % STEPS_AT_ONCE == 0:
            await asyncio.sleep(0)
    return replay


def past_of(connection: sa.Connection, player_id: PlayerId, since: datetime, until: datetime) -> Past:
    """The stored past of a player; of errors and changes only those of the stretch."""
    booked = connection.execute(
        sa.select(ledger.c.at, ledger.c.amount, ledger.c.kind)
        .where(
            ledger.c.player_id == player_id,
            ledger.c.at < until,
            ledger.c.kind.in_(stored_facts.WORTH_KINDS),
        )
        .order_by(ledger.c.sequence)
    ).all()
    trades = [row for row in booked if row.kind != EntryKind.ADJUSTMENT.value]
    running = stored_facts.coordinators(connection, player_id)
    return Past(
        trades=[(row.at, row.amount) for row in trades],
        adjustments=[(row.at, row.amount) for row in booked if row.kind == EntryKind.ADJUSTMENT.value],
        deals=[row.at for row in trades if row.kind != EntryKind.REFUEL.value],
        working_since=min((each.started_at or each.created_at for each in running), default=None),
        failed=_failed(connection, player_id),
        refused=[
            Since(each.at, AlertSighting(each.container_id, each.reason))
            for each in refused_settings(connection)
            if each.player_id == player_id
        ],
        errors=_errors(connection, player_id, since, until),
        changes=stored_facts.dated_changes(connection, player_id, since),
    )


def _failed(connection: sa.Connection, player_id: PlayerId) -> list[Since]:
    found = container_store.list_containers(connection, player_id, statuses=[ContainerStatus.FAILED])
    return [Since(each.stopped_at or each.created_at, AlertSighting(each.id, each.exit_reason)) for each in found]


def _errors(connection: sa.Connection, player_id: PlayerId, since: datetime, until: datetime) -> list[Since]:
    logged = (
        sa.select(container_logs.c.at, container_logs.c.container_id, container_logs.c.message)
        .join(containers, containers.c.id == container_logs.c.container_id)
        .where(
            containers.c.player_id == player_id,
            container_logs.c.level == "ERROR",
            container_logs.c.at >= since,
            container_logs.c.at < until,
        )
        .order_by(container_logs.c.id.desc())
        .limit(ERRORS_MAX)
    )
    found = [
        Since(row.at, AlertSighting(f"errors of {row.container_id}", row.message)) for row in connection.execute(logged)
    ]
    return found[::-1]
