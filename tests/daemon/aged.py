"""Rows of every history, as old as a test wants them."""

from datetime import timedelta

import sqlalchemy as sa

from starfoundry.store.tables import schema

TABLES = (
    schema.market_history,
    schema.decisions,
    schema.container_logs,
    schema.intents,
    schema.pipelines,
    schema.tasks,
    schema.factory_states,
)
TIMES = (
    schema.market_history.c.at,
    schema.decisions.c.at,
    schema.container_logs.c.at,
    schema.intents.c.resolved_at,
    schema.pipelines.c.ended_at,
    schema.tasks.c.ended_at,
)
QUOTE = {"player_id": 1, "waypoint": "X1-A-1", "good": "IRON", "kind": "IMPORT", "trade_volume": 10, "ask": 2, "bid": 1}
LOG = {"container_id": "c", "level": "INFO", "message": "sold" * 20, "fields": {}}
DECISION = {"container_id": "c", "revision": 1, "kind": "assign", "subject": "t", "facts": {}}
FACTORY = {"container_id": "c", "factory": "X1-A-1", "good": "IRON", "ready": False, "delivered": {}}
PIPELINE = {
    "container_id": "c",
    "kind": "FABRICATION",
    "status": "COMPLETED",
    "good": "IRON",
    "factory": "X1-A-1",
    "sell_market": "X1-A-2",
    "expected_profit": 1,
    "revision": 1,
}
TASK = {
    "container_id": "c",
    "kind": "ACQUIRE_DELIVER",
    "status": "COMPLETED",
    "good": "ORE",
    "source": "X1-A-2",
    "target": "X1-A-1",
    "revision": 1,
}
CALL = {
    "player_id": 1,
    "container_id": "c",
    "kind": "PURCHASE",
    "ship": "F-1",
    "waypoint": "X1-A-2",
    "good": "ORE",
    "units": 1,
    "cargo_before": 0,
    "credits_before": 9,
    "price_seen": 1,
    "state": "NOT_APPLIED",
}
ENTRY = {
    "player_id": 1,
    "kind": "PURCHASE",
    "amount": -1,
    "balance_after": 8,
    "ship": "F-1",
    "good": "ORE",
    "units": 1,
    "container_id": "c",
}


def fill(connection, at, rows):
    """So many rows of each history: each pipeline with one task, which made one call."""
    for table, row in ((schema.market_history, QUOTE), (schema.decisions, DECISION), (schema.container_logs, LOG)):
        connection.execute(table.insert(), [{**row, "at": at}] * rows)
    work = [_work(f"{at:%j-%H%M}-{number:05}", at + timedelta(microseconds=number)) for number in range(rows)]
    for table in work[0]:
        connection.execute(table.insert(), [each[table] for each in work])


def add_work(connection, name, at, *, pipeline=None, task=None, call=None):
    """A pipeline that has ended, its task `t<name>` and the call of that, changed as told; the number of the call."""
    work = _work(name, at)
    changes = {schema.pipelines: pipeline, schema.tasks: task, schema.intents: call}
    for table, row in work.items():
        added = connection.execute(table.insert(), row | (changes.get(table) or {}))
    return added.inserted_primary_key.id


def _work(name, at):
    times = {"created_at": at, "ended_at": at}
    return {
        schema.pipelines: PIPELINE | times | {"id": name},
        schema.factory_states: FACTORY | {"pipeline_id": name},
        schema.tasks: TASK | times | {"id": f"t{name}", "pipeline_id": name},
        schema.intents: CALL | {"sent_at": at, "resolved_at": at, "pipeline_id": name, "task_id": f"t{name}"},
    }


def counts(connection):
    """How many rows each of TABLES has."""
    return [connection.execute(sa.select(sa.func.count()).select_from(each)).scalar_one() for each in TABLES]


def oldest(connection):
    """The time of the oldest row of all."""
    return min(connection.execute(sa.select(sa.func.min(each))).scalar_one() for each in TIMES)


def ids(connection, table):
    """The names or numbers of a table's rows in order."""
    return list(connection.execute(sa.select(table.c.id).order_by(table.c.id)).scalars())
