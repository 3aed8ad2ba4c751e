"""Rows of intents and ledger entries: plain functions on a connection, each inside its caller's transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from starfoundry.kernel.ids import ContainerId, Good, PlayerId, ShipSymbol, WaypointSymbol
from starfoundry.kernel.supply import SupplyLevel
from starfoundry.ledger.domain.model import (
    TRADE_KINDS,
    CallKind,
    EntryKind,
    Intent,
    IntentState,
    LedgerEntry,
    LedgerFilter,
    Purpose,
)
from starfoundry.store.inserts import insert_into
from starfoundry.store.tables.schema import intents, ledger, pipelines, players

_INSERT_INTENT = insert_into(intents, "id", "reason", "resolved_at").returning(intents.c.id)
_CLOSE_INTENT = (
    sa.update(intents)
    .where(
        intents.c.id == sa.bindparam("which"),
        intents.c.state.in_((sa.bindparam("sent"), sa.bindparam("in_doubt"))),
    )
    .values(state=sa.bindparam("end"), reason=sa.bindparam("why"), resolved_at=sa.bindparam("at"))
)
_BOUGHT = ledger.alias("bought")
_CHAIN_THAT_BOUGHT = (
    sa.select(_BOUGHT.c.chain)
    .where(
        _BOUGHT.c.player_id == sa.bindparam("player_id"),
        _BOUGHT.c.ship == sa.bindparam("ship"),
        _BOUGHT.c.good == pipelines.c.good,
        _BOUGHT.c.kind == EntryKind.PURCHASE.value,
    )
    .order_by(_BOUGHT.c.sequence.desc())
    .limit(1)
    .correlate(pipelines)
    .scalar_subquery()
)
"""The chain of the cargo that a liquidation sells: its trip was interrupted, and the price was booked to that chain."""

_CHAIN = (
    sa.select(
        sa.func.coalesce(
            sa.case((pipelines.c.kind == "LIQUIDATION", _CHAIN_THAT_BOUGHT)),
            pipelines.c.good + sa.literal_column("' at '") + pipelines.c.factory,
        )
    )
    .where(pipelines.c.id == sa.bindparam("pipeline_id"))
    .scalar_subquery()
)
_INSERT_ENTRY = insert_into(ledger, "sequence", "chain").values(chain=sa.func.coalesce(_CHAIN, sa.literal_column("''")))
_KEEP_CREDITS = sa.update(players).where(players.c.id == sa.bindparam("which")).values(credits=sa.bindparam("now"))


def insert_intent(connection: sa.Connection, intent: Intent) -> int:
    """Store an intent; returns its number."""
    supply = intent.purpose.supply_seen
    row = {
        "player_id": intent.player_id,
        "container_id": intent.purpose.container_id,
        "pipeline_id": intent.purpose.pipeline_id,
        "task_id": intent.purpose.task_id,
        "kind": intent.kind.value,
        "ship": intent.ship,
        "waypoint": intent.waypoint,
        "good": intent.good,
        "units": intent.units,
        "cargo_before": intent.before,
        "credits_before": intent.credits_before,
        "price_seen": intent.price_seen,
        "supply_seen": supply.name if supply is not None else "",
        "config_revision": intent.purpose.config_revision,
        "state": intent.state.value,
        "sent_at": intent.sent_at,
    }
    [inserted] = connection.execute(_INSERT_INTENT, row).all()
    return int(inserted.id)


def mark_in_doubt(connection: sa.Connection, intent_id: int, reason: str) -> None:
    """Record that no trustworthy answer arrived."""
    connection.execute(
        sa.update(intents).where(intents.c.id == intent_id).values(state=IntentState.IN_DOUBT.value, reason=reason)
    )


def close_intent(connection: sa.Connection, intent_id: int, state: IntentState, *, reason: str, at: datetime) -> None:
    """Record the outcome of an open intent. Closing one twice is a bug and raises."""
    closed = connection.execute(
        _CLOSE_INTENT,
        {
            "which": intent_id,
            "sent": IntentState.SENT.value,
            "in_doubt": IntentState.IN_DOUBT.value,
            "end": state.value,
            "why": reason,
            "at": at,
        },
    ).rowcount
    assert closed == 1, f"intent {intent_id} was closed before"


def open_intents(connection: sa.Connection, player_id: PlayerId) -> tuple[Intent, ...]:
    """Intents whose outcome is unknown, oldest first."""
    rows = connection.execute(
        sa.select(intents)
        .where(
            intents.c.player_id == player_id,
            intents.c.state.in_([IntentState.SENT.value, IntentState.IN_DOUBT.value]),
        )
        .order_by(intents.c.id)
    )
    return tuple(_intent(row) for row in rows)


def abandon_intents(connection: sa.Connection, player_id: PlayerId, *, reason: str, at: datetime) -> int:
    """Mark a player's open intents as never to be known; returns how many there were."""
    closed = connection.execute(
        sa.update(intents)
        .where(
            intents.c.player_id == player_id,
            intents.c.state.in_([IntentState.SENT.value, IntentState.IN_DOUBT.value]),
        )
        .values(state=IntentState.ABANDONED.value, reason=reason, resolved_at=at)
    )
    return closed.rowcount


def ledger_owner(connection: sa.Connection, player_id: PlayerId) -> tuple[str, str]:
    """The agent whose ledger it is, and the reset date of its universe."""
    row = connection.execute(sa.select(players.c.agent, players.c.universe).where(players.c.id == player_id)).one()
    return row.agent, row.universe


def append_entry(connection: sa.Connection, entry: LedgerEntry) -> None:
    """Add an entry to the ledger and store the player's credits.

    The entry holds its chain and settings itself, since it outlives the pipeline and the call.
    """
    row = {
        "player_id": entry.player_id,
        "intent_id": entry.intent_id,
        "at": entry.at,
        "kind": entry.kind.value,
        "amount": entry.amount,
        "balance_after": entry.balance_after,
        "ship": entry.ship,
        "waypoint": entry.waypoint,
        "good": entry.good,
        "units": entry.units,
        "container_id": entry.purpose.container_id,
        "pipeline_id": entry.purpose.pipeline_id,
        "task_id": entry.purpose.task_id,
        "config_revision": entry.purpose.config_revision,
    }
    connection.execute(_INSERT_ENTRY, row)
    connection.execute(_KEEP_CREDITS, {"which": entry.player_id, "now": entry.balance_after})


def last_balance(connection: sa.Connection, player_id: PlayerId) -> int | None:
    """The balance after the newest entry; None if the ledger is empty."""
    return connection.execute(
        sa.select(ledger.c.balance_after)
        .where(ledger.c.player_id == player_id)
        .order_by(ledger.c.sequence.desc())
        .limit(1)
    ).scalar_one_or_none()


def last_deal(connection: sa.Connection, container_id: ContainerId) -> datetime | None:
    """The time of a container's last purchase or sale of a good; None if there is none."""
    return connection.execute(
        sa.select(ledger.c.at)
        .where(
            ledger.c.container_id == container_id,
            ledger.c.kind.in_((EntryKind.PURCHASE.value, EntryKind.SALE.value)),
        )
        .order_by(ledger.c.sequence.desc())
        .limit(1)
    ).scalar_one_or_none()


def entries(
    connection: sa.Connection, player_id: PlayerId, wanted: LedgerFilter, *, limit: int = 50
) -> tuple[LedgerEntry, ...]:
    """The newest entries that match, newest first."""
    rows = connection.execute(
        sa.select(ledger).where(*filter_conditions(player_id, wanted)).order_by(ledger.c.sequence.desc()).limit(limit)
    )
    return tuple(_entry(row) for row in rows)


def verify(connection: sa.Connection, player_id: PlayerId) -> Sequence[str]:
    """The errors in the chain of balances, as text; none if each balance follows from the one before."""
    problems: list[str] = []
    balance: int | None = None
    rows = connection.execute(
        sa.select(ledger.c.sequence, ledger.c.kind, ledger.c.amount, ledger.c.balance_after)
        .where(ledger.c.player_id == player_id)
        .order_by(ledger.c.sequence)
    )
    for row in rows:
        if balance is None and row.kind != EntryKind.OPENING.value:
            problems.append(f"entry {row.sequence} is the first and is {row.kind}, not OPENING")
        expected = (balance or 0) + row.amount
        if row.balance_after != expected:
            problems.append(f"entry {row.sequence} should leave {expected:,}, it says {row.balance_after:,}")
        balance = row.balance_after
    credits_known = connection.execute(sa.select(players.c.credits).where(players.c.id == player_id)).scalar_one()
    if balance is not None and balance != credits_known:
        problems.append(f"the ledger ends at {balance:,}, the player has {credits_known:,}")
    return problems


def filter_conditions(player_id: PlayerId, wanted: LedgerFilter) -> list[sa.ColumnElement[bool]]:
    """The SQL conditions of a filter."""
    conditions: list[sa.ColumnElement[bool]] = [ledger.c.player_id == player_id]
    if wanted.kind is not None:
        conditions.append(ledger.c.kind == wanted.kind.value)
    if wanted.container_id:
        conditions.append(ledger.c.container_id == wanted.container_id)
    if wanted.good:
        conditions.append(ledger.c.good == wanted.good)
    if wanted.since is not None:
        conditions.append(ledger.c.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(ledger.c.at < wanted.until)
    if wanted.is_trade:
        conditions.append(ledger.c.kind.in_([kind.value for kind in TRADE_KINDS]))
    if wanted.ship:
        conditions.append(ledger.c.ship == wanted.ship)
    if wanted.before:
        conditions.append(ledger.c.sequence < wanted.before)
    return conditions


def _purpose(row: sa.Row[Any]) -> Purpose:
    return Purpose(
        container_id=row.container_id,
        pipeline_id=row.pipeline_id,
        task_id=row.task_id,
        config_revision=row.config_revision,
    )


def _intent(row: sa.Row[Any]) -> Intent:
    return Intent(
        id=row.id,
        player_id=PlayerId(row.player_id),
        kind=CallKind(row.kind),
        ship=ShipSymbol(row.ship),
        waypoint=WaypointSymbol(row.waypoint),
        good=Good(row.good),
        units=row.units,
        before=row.cargo_before,
        credits_before=row.credits_before,
        price_seen=row.price_seen,
        purpose=Purpose(
            container_id=row.container_id,
            pipeline_id=row.pipeline_id,
            task_id=row.task_id,
            config_revision=row.config_revision,
            supply_seen=SupplyLevel[row.supply_seen] if row.supply_seen else None,
        ),
        sent_at=row.sent_at,
        state=IntentState(row.state),
    )


def _entry(row: sa.Row[Any]) -> LedgerEntry:
    return LedgerEntry(
        sequence=row.sequence,
        player_id=PlayerId(row.player_id),
        at=row.at,
        kind=EntryKind(row.kind),
        amount=row.amount,
        balance_after=row.balance_after,
        intent_id=row.intent_id,
        ship=ShipSymbol(row.ship),
        waypoint=WaypointSymbol(row.waypoint),
        good=Good(row.good),
        units=row.units,
        purpose=_purpose(row),
    )
