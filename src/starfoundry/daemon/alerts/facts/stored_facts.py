"""Stored facts for alert rules: trades, changes, failures, refusals and logged errors."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from starfoundry.config.domain.model import COORDINATOR
from starfoundry.config.storage.store import refused_settings
from starfoundry.containers.domain.model import Container, ContainerStatus
from starfoundry.containers.storage import store as container_store
from starfoundry.daemon.alerts.domain.dry_run import Dated
from starfoundry.daemon.alerts.domain.model import AlertedChange, AlertSighting
from starfoundry.kernel.ids import PlayerId
from starfoundry.ledger.domain.model import TRADE_KINDS, EntryKind
from starfoundry.store.tables.schema import config_revisions, container_logs, containers, ledger

RECENT_LOGS = 5_000
"""So many of the newest entries of all containers are looked through for errors."""

CHANGES_MAX = 500
_TRADES = tuple(kind.value for kind in TRADE_KINDS)
WORTH_KINDS = (*_TRADES, EntryKind.ADJUSTMENT.value)
"""Entries that change the worth of credits and ships together: a purchase of a ship turns one into the other."""

_DEALS = (EntryKind.PURCHASE.value, EntryKind.SALE.value)


def traded_since(connection: sa.Connection, player_id: PlayerId, since: datetime) -> int:
    """Profit of trade from then on, in credits."""
    return _booked_since(connection, player_id, since, _TRADES)


def worth_change(connection: sa.Connection, player_id: PlayerId, since: datetime) -> int:
    """By how much the player's credits, and ships at what was paid for them, rose from then on."""
    return _booked_since(connection, player_id, since, WORTH_KINDS)


def _booked_since(connection: sa.Connection, player_id: PlayerId, since: datetime, kinds: Iterable[str]) -> int:
    total = sa.select(sa.func.sum(ledger.c.amount)).where(
        ledger.c.player_id == player_id, ledger.c.at >= since, ledger.c.kind.in_(kinds)
    )
    return int(connection.execute(total).scalar_one() or 0)


def last_deal_at(connection: sa.Connection, player_id: PlayerId) -> datetime | None:
    """When the player last bought or sold a good; None for never."""
    last = sa.select(ledger.c.at).where(ledger.c.player_id == player_id, ledger.c.kind.in_(_DEALS))
    return connection.execute(last.order_by(ledger.c.sequence.desc()).limit(1)).scalar_one_or_none()


def coordinators(connection: sa.Connection, player_id: PlayerId) -> list[Container]:
    """The player's coordinators that run."""
    found = container_store.list_containers(connection, player_id, statuses=[ContainerStatus.RUNNING])
    return [each for each in found if each.type == COORDINATOR]


def failed(connection: sa.Connection, player_id: PlayerId) -> tuple[AlertSighting, ...]:
    """The player's containers that have failed, and why."""
    found = container_store.list_containers(connection, player_id, statuses=[ContainerStatus.FAILED])
    return tuple(AlertSighting(each.id, each.exit_reason or "see its logs") for each in found)


def refused(connection: sa.Connection, player_id: PlayerId, now: datetime) -> tuple[AlertSighting, ...]:
    """The coordinators that refuse their newest settings, and why."""
    found = [each for each in refused_settings(connection) if each.player_id == player_id and each.is_current(now)]
    return tuple(AlertSighting(each.container_id, f"revision {each.revision}: {each.reason}") for each in found)


def changes(connection: sa.Connection, player_id: PlayerId, since: datetime) -> tuple[AlertedChange, ...]:
    """The revisions of the player's coordinators since then, but for those that began a coordinator."""
    return tuple(each.change for each in dated_changes(connection, player_id, since))


def dated_changes(connection: sa.Connection, player_id: PlayerId, since: datetime) -> list[Dated]:
    """The same with their times, the oldest first; of very many the newest."""
    mine = sa.select(containers.c.id).where(containers.c.player_id == player_id, containers.c.type == COORDINATOR)
    table = config_revisions.c
    rows = connection.execute(
        sa.select(table.container_id, table.revision, table.at, table.author, table.changes, table.reason)
        .where(table.container_id.in_(mine), table.at >= since, table.revision > 1)
        .order_by(table.at.desc())
        .limit(CHANGES_MAX)
    ).all()
    return [
        Dated(row.at, AlertedChange(row.container_id, row.revision, row.author, _described(row.changes, row.reason)))
        for row in reversed(rows)
    ]


def errors(connection: sa.Connection, player_id: PlayerId, since: datetime) -> tuple[AlertSighting, ...]:
    """The containers of the player that logged errors since then, each with its newest."""
    newest: int = connection.execute(sa.select(sa.func.max(container_logs.c.id))).scalar_one() or 0
    logged = (
        sa.select(container_logs.c.container_id, container_logs.c.message)
        .join(containers, containers.c.id == container_logs.c.container_id)
        .where(
            container_logs.c.id > newest - RECENT_LOGS,
            container_logs.c.level == "ERROR",
            container_logs.c.at >= since,
            containers.c.player_id == player_id,
        )
        .order_by(container_logs.c.id)
    )
    last = {row.container_id: row.message for row in connection.execute(logged)}
    return tuple(AlertSighting(f"errors of {owner}", f"{owner}: {message}") for owner, message in last.items())


def _described(values: Iterable[str], reason: str) -> str:
    names = ", ".join(sorted(values)) or "no value"
    return f"{names} ({reason})" if reason else names
