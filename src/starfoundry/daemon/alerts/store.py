"""Rules, targets, alerts and deliveries in the database: plain functions on a connection of their caller."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from starfoundry.daemon.alerts.domain.declarations import DECLARED
from starfoundry.daemon.alerts.domain.model import Alert, AlertCall, AlertKind, Paging, Rule
from starfoundry.kernel.errors import Missing
from starfoundry.kernel.ids import PlayerId
from starfoundry.store.tables.alerting import alert_deliveries, alert_paging, alert_rules, alert_targets, alerts
from starfoundry.store.tables.schema import players


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A destination of messages. `sealed` is its URL, which is a secret; `scheme` is that of the URL."""

    player_id: PlayerId
    name: str
    scheme: str
    sealed: bytes
    author: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDelivery:
    """One message to one target; `problem` is empty where it was delivered."""

    at: datetime
    target: str
    title: str
    problem: str = ""


def rules(connection: sa.Connection, player_id: PlayerId) -> dict[AlertKind, Rule]:
    """Every rule of a player: as it was set, or as the program declares it."""
    rows = connection.execute(sa.select(alert_rules).where(alert_rules.c.player_id == player_id))
    known = {kind.value for kind in AlertKind}
    return {kind: declared.default for kind, declared in DECLARED.items()} | {
        AlertKind(row.kind): _rule(row) for row in rows if row.kind in known
    }


def keep_rules(connection: sa.Connection, player_id: PlayerId, wanted: Sequence[Rule]) -> None:
    """Keep rules as they are from now on."""
    for rule in wanted:
        row = asdict(rule) | {"kind": rule.kind.value, "excepted": list(rule.excepted)}
        _replace(connection, alert_rules, {"player_id": player_id, "kind": rule.kind.value}, row)


def paging(connection: sa.Connection, player_id: PlayerId) -> Paging:
    """The notification settings of a player."""
    row = connection.execute(sa.select(alert_paging).where(alert_paging.c.player_id == player_id)).one_or_none()
    if row is None:
        return Paging()
    columns = dict(row._mapping)  # noqa: SLF001  (its public name)
    del columns["player_id"], columns["summary_sent_at"]
    return Paging(**columns)


def keep_paging(connection: sa.Connection, player_id: PlayerId, wanted: Paging) -> None:
    """Keep how a player is called from now on."""
    _replace(connection, alert_paging, {"player_id": player_id}, asdict(wanted))


def summary_sent_at(connection: sa.Connection, player_id: PlayerId) -> datetime | None:
    """When the player's last summary was sent, or summaries were turned on; None for never."""
    found = sa.select(alert_paging.c.summary_sent_at).where(alert_paging.c.player_id == player_id)
    return connection.execute(found).scalar_one_or_none()


def note_summary(connection: sa.Connection, player_id: PlayerId, at: datetime) -> None:
    """Keep when a summary was sent, or summaries were turned on."""
    _replace(connection, alert_paging, {"player_id": player_id}, {"summary_sent_at": at})


def is_over(connection: sa.Connection, player_id: PlayerId) -> bool:
    """Whether the player's universe has ended."""
    return connection.execute(sa.select(players.c.ended_at).where(players.c.id == player_id)).scalar_one() is not None


def targets(connection: sa.Connection, player_id: PlayerId | None = None) -> list[Target]:
    """The targets of a player, or of all."""
    found = sa.select(alert_targets).order_by(alert_targets.c.player_id, alert_targets.c.name)
    if player_id is not None:
        found = found.where(alert_targets.c.player_id == player_id)
    return [Target(**dict(row._mapping)) for row in connection.execute(found)]  # noqa: SLF001


def keep_targets(connection: sa.Connection, wanted: Sequence[Target]) -> None:
    """Add targets; one replaces another of its name."""
    for target in wanted:
        _replace(connection, alert_targets, {"player_id": target.player_id, "name": target.name}, asdict(target))


def remove_target(connection: sa.Connection, player_id: PlayerId, name: str) -> None:
    """Forget a target; raises Missing naming those that there are."""
    gone = sa.delete(alert_targets).where(alert_targets.c.player_id == player_id, alert_targets.c.name == name)
    if connection.execute(gone).rowcount == 0:
        there = ", ".join(each.name for each in targets(connection, player_id)) or "none yet"
        raise Missing(f"there is no target {name}; there are: {there}")


def open_alerts(connection: sa.Connection, player_id: PlayerId) -> list[Alert]:
    """The alerts of a player that go on, the first first."""
    found = sa.select(alerts).where(alerts.c.player_id == player_id, alerts.c.closed_at.is_(None))
    return [_alert(row) for row in connection.execute(found.order_by(alerts.c.id))]


def newest_alerts(connection: sa.Connection, player_id: PlayerId, limit: int) -> list[Alert]:
    """The newest alerts of a player, those that are over too, the newest first."""
    found = sa.select(alerts).where(alerts.c.player_id == player_id).order_by(alerts.c.id.desc()).limit(limit)
    return [_alert(row) for row in connection.execute(found)]


def keep_alerts(
    connection: sa.Connection, player_id: PlayerId, before: Sequence[Alert], after: Sequence[Alert]
) -> None:
    """Store what has become of the alerts that were open `before`; `after` are those that are open now or just ended.

    One that is not in `after` has ended unheard: its row gets the time of its closing from whoever closes it.
    """
    known = {each.id: each for each in before}
    for alert in after:
        if alert.id and known.get(alert.id) == alert:
            continue
        row = _row(alert) | {"player_id": player_id}
        if alert.id:
            connection.execute(sa.update(alerts).where(alerts.c.id == alert.id).values(row))
        else:
            connection.execute(sa.insert(alerts), [row])


def acknowledge(connection: sa.Connection, player_id: PlayerId, alert_id: int, *, by: str, at: datetime) -> list[Alert]:
    """Acknowledge an open alert, or with 0 all of them; returns those. Raises Missing."""
    found = [each for each in open_alerts(connection, player_id) if alert_id in (0, each.id)]
    if alert_id and not found:
        raise Missing(f"there is no open alert {alert_id}; see `spacetraders alerts list`")
    acked = [replace(each, acked_at=at, acked_by=by) for each in found if each.acked_at is None]
    keep_alerts(connection, player_id, found, acked)
    return acked


def note_deliveries(connection: sa.Connection, player_id: PlayerId, done: Sequence[AlertDelivery]) -> None:
    """Add to the history of deliveries."""
    if done:
        connection.execute(sa.insert(alert_deliveries), [asdict(each) | {"player_id": player_id} for each in done])


def newest_deliveries(connection: sa.Connection, player_id: PlayerId, limit: int) -> list[AlertDelivery]:
    """The newest deliveries, the newest first."""
    table = alert_deliveries
    found = sa.select(table.c.at, table.c.target, table.c.title, table.c.problem)
    found = found.where(table.c.player_id == player_id).order_by(table.c.id.desc()).limit(limit)
    return [AlertDelivery(**dict(row._mapping)) for row in connection.execute(found)]  # noqa: SLF001


def _replace(connection: sa.Connection, table: sa.Table, key: dict[str, Any], row: dict[str, Any]) -> None:
    where = [table.c[name] == value for name, value in key.items()]
    if connection.execute(sa.update(table).where(*where).values(row)).rowcount == 0:
        connection.execute(sa.insert(table), [key | row])


def _rule(row: sa.Row[Any]) -> Rule:
    columns = dict(row._mapping)  # noqa: SLF001
    del columns["player_id"]
    return Rule(**columns | {"kind": AlertKind(row.kind), "excepted": tuple(row.excepted)})


def _row(alert: Alert) -> dict[str, object]:
    return {
        "kind": alert.call.kind.value,
        "subject": alert.call.subject,
        "text": alert.call.text,
        "next_step": alert.call.next_step,
        "is_urgent": alert.is_urgent,
        "opened_at": alert.opened_at,
        "told_at": alert.told_at,
        "closed_at": alert.closed_at,
        "acked_at": alert.acked_at,
        "acked_by": alert.acked_by,
    }


def _alert(row: sa.Row[Any]) -> Alert:
    call = AlertCall(kind=AlertKind(row.kind), subject=row.subject, text=row.text, next_step=row.next_step)
    return Alert(
        call=call,
        id=row.id,
        opened_at=row.opened_at,
        is_urgent=row.is_urgent,
        told_at=row.told_at,
        closed_at=row.closed_at,
        acked_at=row.acked_at,
        acked_by=row.acked_by,
    )
