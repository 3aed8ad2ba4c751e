"""Histories that only grow are cut at their old end, one bite at a time, so that no other write waits for long."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from starfoundry.store.schema import container_logs, decisions, market_history

HISTORIES = (market_history, decisions, container_logs)
"""What is pruned. The ledger, its intents, tasks, pipelines and revisions of settings are kept for ever."""

BITE_ROWS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much of each history is kept: rows younger than `days`, and of those the newest `rows`."""

    days: int = 30
    rows: int = 1_000_000


def bite(connection: sa.Connection, history: sa.Table, bounds: Bounds, now: datetime) -> int:
    """Remove at most BITE_ROWS of the oldest rows that are out of bounds; how many that were.

    Numbers of rows grow with time, so the oldest are found without looking at any other.
    """
    newest = connection.execute(sa.select(sa.func.max(history.c.id))).scalar_one()
    if newest is None:
        return 0
    oldest = sa.select(history.c.id).order_by(history.c.id).limit(BITE_ROWS)
    is_out = sa.or_(history.c.at < now - timedelta(days=bounds.days), history.c.id <= newest - bounds.rows)
    return connection.execute(sa.delete(history).where(history.c.id.in_(oldest), is_out)).rowcount
