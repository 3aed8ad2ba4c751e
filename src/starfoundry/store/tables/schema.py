"""All tables of the program. Migrations create them; a test compares the two.

Names are chosen for readers of the raw database too: `ask` is what we pay for a unit, `bid` what we receive for one,
money is whole credits, times are UTC.
"""

import sqlalchemy as sa
from sqlalchemy.event import listen

from starfoundry.store.tables import access, alerting, columns, config, counters, forecasts, predictions, tuning
from starfoundry.store.tables.columns import BigKey, Json, JsonObject, UtcTime, one_of

metadata = columns.metadata

CONTAINER_STATUSES = (
    *("PENDING", "RUNNING", "PAUSING", "PAUSED", "DRAINING", "STOPPING", "STOPPED", "COMPLETED", "FAILED"),
    "ABANDONED",
)

players = sa.Table(
    "players",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("agent", sa.Text, nullable=False),
    sa.Column("universe", sa.Text, nullable=False),
    sa.Column("headquarters", sa.Text, nullable=False),
    sa.Column("system", sa.Text, nullable=False),
    sa.Column("token_sealed", sa.LargeBinary, nullable=False),
    sa.Column("credits", sa.BigInteger, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("ended_at", UtcTime),
    sa.UniqueConstraint("universe", "agent"),
)

containers = sa.Table(
    "containers",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("player_id", sa.ForeignKey("players.id"), nullable=False, index=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("ends_now", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("config", JsonObject, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("observed_revision", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("restart_count", sa.Integer, nullable=False, server_default="0"),
    sa.Column("exit_reason", sa.Text, nullable=False, server_default=""),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("started_at", UtcTime),
    sa.Column("stopped_at", UtcTime),
    one_of("status", *CONTAINER_STATUSES),
)

container_logs = sa.Table(
    "container_logs",
    metadata,
    sa.Column("id", BigKey, primary_key=True),
    sa.Column("container_id", sa.ForeignKey("containers.id"), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("fields", Json, nullable=False),
    sa.Index("ix_container_logs_container_id_id", "container_id", "id"),
)

config_revisions = config.config_revisions
work_counts = counters.work_counts
access_tokens, audit_entries = access.access_tokens, access.audit_entries
config_forecasts = forecasts.config_forecasts
tuning_studies, tuning_trials = tuning.tuning_studies, tuning.tuning_trials
tuning_follows, tuning_probations = tuning.tuning_follows, tuning.tuning_probations
alerts, alert_deliveries = alerting.alerts, alerting.alert_deliveries
prunings = counters.prunings
trip_predictions = predictions.trip_predictions

pipelines = sa.Table(
    "pipelines",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("container_id", sa.ForeignKey("containers.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("good", sa.Text, nullable=False),
    sa.Column("factory", sa.Text, nullable=False),
    sa.Column("sell_market", sa.Text, nullable=False),
    sa.Column("expected_profit", sa.BigInteger, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("ended_at", UtcTime),
    one_of("kind", "FABRICATION", "COLLECTION", "LIQUIDATION", "TRADE"),
    one_of("status", "EXECUTING", "COMPLETED", "FAILED", "CANCELLED"),
    sa.Index("ix_pipelines_container_id_status", "container_id", "status"),
    sa.Index("ix_pipelines_ended_at", "ended_at"),
)

tasks = sa.Table(
    "tasks",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("pipeline_id", sa.ForeignKey("pipelines.id"), nullable=False, index=True),
    sa.Column("container_id", sa.ForeignKey("containers.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("good", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("ship", sa.Text, nullable=False, server_default=""),
    sa.Column("units_planned", sa.Integer, nullable=False, server_default="0"),
    sa.Column("units_bought", sa.Integer, nullable=False, server_default="0"),
    sa.Column("units_sold", sa.Integer, nullable=False, server_default="0"),
    sa.Column("cost", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("revenue", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("fuel_cost", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("waiting_for", sa.Text, nullable=False, server_default=""),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("ended_at", UtcTime),
    one_of("kind", "ACQUIRE_DELIVER", "COLLECT_SELL", "LIQUIDATE", "TRADE"),
    one_of("status", "PENDING", "READY", "ASSIGNED", "EXECUTING", "COMPLETED", "FAILED", "CANCELLED"),
    sa.Index("ix_tasks_container_id_status", "container_id", "status"),
)

factory_states = sa.Table(
    "factory_states",
    metadata,
    sa.Column("container_id", sa.ForeignKey("containers.id"), primary_key=True),
    sa.Column("pipeline_id", sa.ForeignKey("pipelines.id"), primary_key=True, index=True),
    sa.Column("factory", sa.Text, primary_key=True),
    sa.Column("good", sa.Text, primary_key=True),
    sa.Column("supply", sa.Text, nullable=False, server_default=""),
    sa.Column("ready", sa.Boolean, nullable=False),
    sa.Column("ready_since", UtcTime),
    sa.Column("delivered", Json, nullable=False),
)

decisions = sa.Table(
    "decisions",
    metadata,
    sa.Column("id", BigKey, primary_key=True),
    sa.Column("container_id", sa.ForeignKey("containers.id"), nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("facts", Json, nullable=False),
    sa.Index("ix_decisions_container_id_revision", "container_id", "revision"),
)

market_observations = sa.Table(
    "market_observations",
    metadata,
    sa.Column("player_id", sa.ForeignKey("players.id"), primary_key=True),
    sa.Column("waypoint", sa.Text, primary_key=True),
    sa.Column("good", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("supply", sa.Text),
    sa.Column("activity", sa.Text),
    sa.Column("trade_volume", sa.Integer, nullable=False),
    sa.Column("ask", sa.BigInteger, nullable=False),
    sa.Column("bid", sa.BigInteger, nullable=False),
    sa.Column("observed_at", UtcTime, nullable=False),
    sa.Column("movement", Json),
    one_of("kind", "EXPORT", "IMPORT", "EXCHANGE"),
)

market_history = sa.Table(
    "market_history",
    metadata,
    sa.Column("id", BigKey, primary_key=True),
    sa.Column("player_id", sa.ForeignKey("players.id"), nullable=False),
    sa.Column("waypoint", sa.Text, nullable=False),
    sa.Column("good", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("supply", sa.Text),
    sa.Column("activity", sa.Text),
    sa.Column("trade_volume", sa.Integer, nullable=False),
    sa.Column("ask", sa.BigInteger, nullable=False),
    sa.Column("bid", sa.BigInteger, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Index("ix_market_history_player_id_waypoint_good_at", "player_id", "waypoint", "good", "at"),
)

waypoints = sa.Table(
    "waypoints",
    metadata,
    sa.Column("player_id", sa.ForeignKey("players.id"), primary_key=True),
    sa.Column("symbol", sa.Text, primary_key=True),
    sa.Column("system", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("x", sa.Integer, nullable=False),
    sa.Column("y", sa.Integer, nullable=False),
    sa.Column("traits", Json, nullable=False),
    sa.Column("imports", Json, nullable=False),
    sa.Column("exports", Json, nullable=False),
    sa.Column("exchange", Json, nullable=False),
)

shipyards = sa.Table(
    "shipyards",
    metadata,
    sa.Column("player_id", sa.ForeignKey("players.id"), primary_key=True),
    sa.Column("waypoint", sa.Text, primary_key=True),
    sa.Column("ship_types", Json, nullable=False),
    sa.Column("offers", Json, nullable=False),
    sa.Column("seen_at", UtcTime),
)

recipes = sa.Table(
    "recipes",
    metadata,
    sa.Column("player_id", sa.ForeignKey("players.id"), primary_key=True),
    sa.Column("good", sa.Text, primary_key=True),
    sa.Column("inputs", Json, nullable=False),
)

ship_claims = sa.Table(
    "ship_claims",
    metadata,
    sa.Column("player_id", sa.ForeignKey("players.id"), primary_key=True),
    sa.Column("ship", sa.Text, primary_key=True),
    sa.Column("container_id", sa.ForeignKey("containers.id"), nullable=False, index=True),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("claimed_at", UtcTime, nullable=False),
)

quarantine = sa.Table(
    "quarantine",
    metadata,
    sa.Column("player_id", sa.ForeignKey("players.id"), primary_key=True),
    sa.Column("ship", sa.Text, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("since", UtcTime, nullable=False),
)

intents = sa.Table(
    "intents",
    metadata,
    sa.Column("id", BigKey, primary_key=True),
    sa.Column("player_id", sa.ForeignKey("players.id"), nullable=False),
    sa.Column("container_id", sa.Text, nullable=False, server_default=""),
    sa.Column("pipeline_id", sa.Text, nullable=False, server_default=""),
    sa.Column("task_id", sa.Text, nullable=False, server_default=""),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("ship", sa.Text, nullable=False),
    sa.Column("waypoint", sa.Text, nullable=False),
    sa.Column("good", sa.Text, nullable=False),
    sa.Column("units", sa.Integer, nullable=False),
    sa.Column("cargo_before", sa.Integer, nullable=False),
    sa.Column("credits_before", sa.BigInteger, nullable=False),
    sa.Column("price_seen", sa.BigInteger, nullable=False),
    sa.Column("supply_seen", sa.Text, nullable=False, server_default=""),
    sa.Column("config_revision", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("sent_at", UtcTime, nullable=False),
    sa.Column("resolved_at", UtcTime),
    one_of("kind", "PURCHASE", "SALE", "REFUEL", "SHIP_PURCHASE", "JETTISON", "TRANSFER"),
    one_of("state", "SENT", "APPLIED", "NOT_APPLIED", "IN_DOUBT", "ABANDONED"),
    sa.Index(
        "uq_intents_one_open_for_a_ship",
        "player_id",
        "ship",
        unique=True,
        sqlite_where=sa.text("state IN ('SENT', 'IN_DOUBT')"),
        postgresql_where=sa.text("state IN ('SENT', 'IN_DOUBT')"),
    ),
    sa.Index("ix_intents_task_id", "task_id"),
)

ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("sequence", BigKey, primary_key=True),
    sa.Column("player_id", sa.ForeignKey("players.id"), nullable=False),
    sa.Column("intent_id", BigKey, unique=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("balance_after", sa.BigInteger, nullable=False),
    sa.Column("ship", sa.Text, nullable=False, server_default=""),
    sa.Column("waypoint", sa.Text, nullable=False, server_default=""),
    sa.Column("good", sa.Text, nullable=False, server_default=""),
    sa.Column("units", sa.Integer, nullable=False, server_default="0"),
    sa.Column("container_id", sa.Text, nullable=False, server_default=""),
    sa.Column("pipeline_id", sa.Text, nullable=False, server_default=""),
    sa.Column("task_id", sa.Text, nullable=False, server_default=""),
    sa.Column("chain", sa.Text, nullable=False, server_default=""),
    sa.Column("config_revision", sa.BigInteger, nullable=False, server_default="0"),
    one_of("kind", "OPENING", "PURCHASE", "SALE", "REFUEL", "SHIP_PURCHASE", "ADJUSTMENT"),
    sa.Index("ix_ledger_player_id_sequence", "player_id", "sequence"),
    sa.Index("ix_ledger_player_id_at", "player_id", "at"),
    sa.Index("ix_ledger_container_id_sequence", "container_id", "sequence"),
    sa.Index("ix_ledger_pipeline_id", "pipeline_id"),
    sa.Index("ix_ledger_task_id", "task_id"),
)

for _guard in counters.GUARD_CALLS:
    listen(ledger, "after_create", sa.DDL(_guard).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]
