"""Counters of deleted rows, and triggers that protect calls which must never be deleted.

A counter changes in the same transaction that adds or removes the rows it counts.
"""

import sqlalchemy as sa

from starfoundry.store.tables.columns import metadata

work_counts = sa.Table(
    "work_counts",
    metadata,
    sa.Column("container_id", sa.ForeignKey("containers.id"), primary_key=True),
    sa.Column("pipelines_opened", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("completed_pruned", sa.BigInteger, nullable=False, server_default="0"),
)

prunings = sa.Table(
    "prunings",
    metadata,
    sa.Column("history", sa.Text, primary_key=True),
    sa.Column("rows", sa.BigInteger, nullable=False, server_default="0"),
)

_GUARDS = (
    (
        "ledger_books_what_was_called BEFORE INSERT ON ledger",
        "NEW.intent_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM intents WHERE id = NEW.intent_id)",
        "a deal is booked only for a call that was written down",
    ),
    (
        "intents_open_ones_stay BEFORE DELETE ON intents",
        "OLD.state IN ('SENT', 'IN_DOUBT')",
        "a call whose end is not known is never forgotten",
    ),
    (
        "intents_newest_one_stays BEFORE DELETE ON intents",
        "OLD.id = (SELECT max(id) FROM intents)",
        "the number of a call is never given twice",
    ),
)

GUARD_CALLS = tuple(
    f"CREATE TRIGGER {trigger} WHEN {case} BEGIN SELECT RAISE(ABORT, '{why}'); END" for trigger, case, why in _GUARDS
)
"""What a foreign key from the ledger to its calls would guarantee, if calls were never pruned.

The ledger keeps the number of a call for ever, and its rule that a number is booked once; numbers are never reused.
"""


def add(connection: sa.Connection, table: sa.Table, key: str, **more: int) -> None:
    """Increase these columns of `tally`, each by its amount, in the row of that key."""
    (column,) = table.primary_key.columns
    increased = {name: table.c[name] + amount for name, amount in more.items()}
    if connection.execute(sa.update(table).where(column == key).values(increased)).rowcount == 0:
        connection.execute(sa.insert(table), {column.name: key, **more})
