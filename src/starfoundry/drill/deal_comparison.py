"""Comparison of the daemon's records with the sandbox's event log, which is independent of them."""

import hashlib
import json
from collections.abc import Iterator

import sqlalchemy as sa

from starfoundry.sandbox.core.event_log import AppliedEvent, EventKind, EventLog
from starfoundry.store.engine import Database
from starfoundry.store.tables import schema

MONEY_DEEDS = {
    EventKind.PURCHASE: "PURCHASE",
    EventKind.SELL: "SALE",
    EventKind.REFUEL: "REFUEL",
    EventKind.BUY_SHIP: "SHIP_PURCHASE",
}
"""The events that move credits, each with its kind in the ledger."""

Deal = tuple[str, str, str, int, int]
"""Kind, ship (empty for a ship bought), good (empty unless traded), units and signed credits."""


async def journal_digest(database: Database, event_log: EventLog) -> str:
    """A digest of a whole run: decisions, ledger entries and events, each in its order."""
    return await database.read(lambda connection: digest_of(connection, event_log))


def digest_of(connection: sa.Connection, event_log: EventLog) -> str:
    """The same for a database that no daemon has open."""
    digest = hashlib.sha256()
    for table in (schema.decisions, schema.ledger):
        for line in _rows(connection, table):
            digest.update(line.encode() + b"\n")
    for entry in event_log.entries:
        digest.update(repr(entry).encode() + b"\n")
    return digest.hexdigest()


async def money_differences(database: Database, event_log: EventLog, agent: str) -> list[str]:
    """Differences between the ledger and the events, in words; empty when they agree deal by deal."""
    booked = await database.read(booked_deals)
    happened = [deal_of(each) for each in event_log.of(agent, *MONEY_DEEDS)]
    differences = [
        f"deal {place}: booked {ours}, happened {theirs}"
        for place, (ours, theirs) in enumerate(zip(booked, happened, strict=False), start=1)
        if ours != theirs
    ]
    if len(booked) != len(happened):
        differences.append(f"{len(booked)} deals booked, {len(happened)} happened")
    return differences


def _rows(connection: sa.Connection, table: sa.Table) -> Iterator[str]:
    """A table's rows in the order of their key, as text that does not depend on the process."""
    for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns)).mappings():
        yield json.dumps(dict(row), sort_keys=True, default=str)


def booked_deals(connection: sa.Connection, player_id: int | None = None) -> list[Deal]:
    """The deals of the ledger, or of one player, in its order."""
    ledger = schema.ledger
    deals = sa.select(ledger).where(ledger.c.kind.in_(MONEY_DEEDS.values())).order_by(ledger.c.sequence)
    if player_id is not None:
        deals = deals.where(ledger.c.player_id == player_id)
    rows = connection.execute(deals)
    return [_comparable(row.kind, row.ship, row.good, row.units, row.amount) for row in rows]


def deal_of(applied: AppliedEvent) -> Deal:
    """An event as the ledger would record it."""
    kind = MONEY_DEEDS[applied.event_kind]
    return _comparable(kind, applied.ship, applied.subject, applied.units, applied.credit_change)


def _comparable(kind: str, ship: str, good: str, units: int, credit_change: int) -> Deal:
    """The facts of a deal that both sides record: fuel and ships are counted and named differently, goods alike."""
    is_trade = kind in ("PURCHASE", "SALE")
    return (
        kind,
        "" if kind == "SHIP_PURCHASE" else ship,
        good if is_trade else "",
        units if is_trade else 0,
        credit_change,
    )
