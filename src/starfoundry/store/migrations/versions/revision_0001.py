"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "players",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("universe", sa.Text(), nullable=False),
        sa.Column("headquarters", sa.Text(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("credits", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_players")),
        sa.UniqueConstraint("universe", "agent", name=op.f("uq_players_universe_agent")),
    )
    op.create_table(
        "containers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("player_id", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("config", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("observed_revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("restart_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("exit_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('PENDING', 'RUNNING', 'STOPPING', 'STOPPED', 'COMPLETED', 'FAILED')",
            name=op.f("ck_containers_status_known"),
        ),
        sa.ForeignKeyConstraint(["player_id"], ["players.id"], name=op.f("fk_containers_player_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_containers")),
    )
    op.create_index(op.f("ix_containers_player_id"), "containers", ["player_id"], unique=False)
    op.create_table(
        "intents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("player_id", sa.Integer(), nullable=False),
        sa.Column("container_id", sa.Text(), server_default="", nullable=False),
        sa.Column("pipeline_id", sa.Text(), server_default="", nullable=False),
        sa.Column("task_id", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ship", sa.Text(), nullable=False),
        sa.Column("waypoint", sa.Text(), nullable=False),
        sa.Column("good", sa.Text(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("cargo_before", sa.Integer(), nullable=False),
        sa.Column("credits_before", sa.BigInteger(), nullable=False),
        sa.Column("price_seen", sa.BigInteger(), nullable=False),
        sa.Column("supply_seen", sa.Text(), server_default="", nullable=False),
        sa.Column("config_revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('PURCHASE', 'SALE', 'REFUEL', 'SHIP_PURCHASE', 'JETTISON', 'TRANSFER')",
            name=op.f("ck_intents_kind_known"),
        ),
        sa.CheckConstraint(
            "state IN ('SENT', 'APPLIED', 'NOT_APPLIED', 'IN_DOUBT')", name=op.f("ck_intents_state_known")
        ),
        sa.ForeignKeyConstraint(["player_id"], ["players.id"], name=op.f("fk_intents_player_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intents")),
    )
    op.create_index("ix_intents_task_id", "intents", ["task_id"], unique=False)
    op.create_index(
        "uq_intents_one_open_for_a_ship",
        "intents",
        ["player_id", "ship"],
        unique=True,
        sqlite_where=sa.text("state IN ('SENT', 'IN_DOUBT')"),
        postgresql_where=sa.text("state IN ('SENT', 'IN_DOUBT')"),
    )
    op.create_table(
        "market_history",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("player_id", sa.Integer(), nullable=False),
        sa.Column("waypoint", sa.Text(), nullable=False),
        sa.Column("good", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("supply", sa.Text(), nullable=True),
        sa.Column("activity", sa.Text(), nullable=True),
        sa.Column("trade_volume", sa.Integer(), nullable=False),
        sa.Column("ask", sa.BigInteger(), nullable=False),
        sa.Column("bid", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["player_id"], ["players.id"], name=op.f("fk_market_history_player_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_market_history")),
    )
    op.create_index(
        "ix_market_history_player_id_waypoint_good_at",
        "market_history",
        ["player_id", "waypoint", "good", "at"],
        unique=False,
    )
    op.create_table(
        "market_observations",
        sa.Column("player_id", sa.Integer(), nullable=False),
        sa.Column("waypoint", sa.Text(), nullable=False),
        sa.Column("good", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("supply", sa.Text(), nullable=True),
        sa.Column("activity", sa.Text(), nullable=True),
        sa.Column("trade_volume", sa.Integer(), nullable=False),
        sa.Column("ask", sa.BigInteger(), nullable=False),
        sa.Column("bid", sa.BigInteger(), nullable=False),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('EXPORT', 'IMPORT', 'EXCHANGE')", name=op.f("ck_market_observations_kind_known")),
        sa.ForeignKeyConstraint(["player_id"], ["players.id"], name=op.f("fk_market_observations_player_id")),
        sa.PrimaryKeyConstraint("player_id", "waypoint", "good", name=op.f("pk_market_observations")),
    )
    op.create_table(
        "waypoints",
        sa.Column("player_id", sa.Integer(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.Column("traits", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("imports", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("exports", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("exchange", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["player_id"], ["players.id"], name=op.f("fk_waypoints_player_id")),
        sa.PrimaryKeyConstraint("player_id", "symbol", name=op.f("pk_waypoints")),
    )
    op.create_table(
        "config_revisions",
        sa.Column("container_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("changes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("config", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["container_id"], ["containers.id"], name=op.f("fk_config_revisions_container_id")),
        sa.PrimaryKeyConstraint("container_id", "revision", name=op.f("pk_config_revisions")),
    )
    op.create_table(
        "container_logs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("container_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["container_id"], ["containers.id"], name=op.f("fk_container_logs_container_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_container_logs")),
    )
    op.create_index("ix_container_logs_container_id_id", "container_logs", ["container_id", "id"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("container_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["container_id"], ["containers.id"], name=op.f("fk_decisions_container_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index("ix_decisions_container_id_revision", "decisions", ["container_id", "revision"], unique=False)
    op.create_table(
        "ledger",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("player_id", sa.Integer(), nullable=False),
        sa.Column("intent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("balance_after", sa.BigInteger(), nullable=False),
        sa.Column("ship", sa.Text(), server_default="", nullable=False),
        sa.Column("waypoint", sa.Text(), server_default="", nullable=False),
        sa.Column("good", sa.Text(), server_default="", nullable=False),
        sa.Column("units", sa.Integer(), server_default="0", nullable=False),
        sa.Column("container_id", sa.Text(), server_default="", nullable=False),
        sa.Column("pipeline_id", sa.Text(), server_default="", nullable=False),
        sa.Column("task_id", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "kind IN ('OPENING', 'PURCHASE', 'SALE', 'REFUEL', 'SHIP_PURCHASE', 'ADJUSTMENT')",
            name=op.f("ck_ledger_kind_known"),
        ),
        sa.ForeignKeyConstraint(["intent_id"], ["intents.id"], name=op.f("fk_ledger_intent_id")),
        sa.ForeignKeyConstraint(["player_id"], ["players.id"], name=op.f("fk_ledger_player_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_ledger")),
        sa.UniqueConstraint("intent_id", name=op.f("uq_ledger_intent_id")),
    )
    op.create_index("ix_ledger_container_id_sequence", "ledger", ["container_id", "sequence"], unique=False)
    op.create_index("ix_ledger_player_id_sequence", "ledger", ["player_id", "sequence"], unique=False)
    op.create_table(
        "pipelines",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("container_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("good", sa.Text(), nullable=False),
        sa.Column("factory", sa.Text(), nullable=False),
        sa.Column("sell_market", sa.Text(), nullable=False),
        sa.Column("expected_profit", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('FABRICATION', 'COLLECTION', 'LIQUIDATION')", name=op.f("ck_pipelines_kind_known")
        ),
        sa.CheckConstraint(
            "status IN ('EXECUTING', 'COMPLETED', 'FAILED', 'CANCELLED')", name=op.f("ck_pipelines_status_known")
        ),
        sa.ForeignKeyConstraint(["container_id"], ["containers.id"], name=op.f("fk_pipelines_container_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipelines")),
    )
    op.create_index("ix_pipelines_container_id_status", "pipelines", ["container_id", "status"], unique=False)
    op.create_table(
        "ship_claims",
        sa.Column("player_id", sa.Integer(), nullable=False),
        sa.Column("ship", sa.Text(), nullable=False),
        sa.Column("container_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["container_id"], ["containers.id"], name=op.f("fk_ship_claims_container_id")),
        sa.ForeignKeyConstraint(["player_id"], ["players.id"], name=op.f("fk_ship_claims_player_id")),
        sa.PrimaryKeyConstraint("player_id", "ship", name=op.f("pk_ship_claims")),
    )
    op.create_index(op.f("ix_ship_claims_container_id"), "ship_claims", ["container_id"], unique=False)
    op.create_table(
        "factory_states",
        sa.Column("container_id", sa.Text(), nullable=False),
        sa.Column("pipeline_id", sa.Text(), nullable=False),
        sa.Column("factory", sa.Text(), nullable=False),
        sa.Column("good", sa.Text(), nullable=False),
        sa.Column("supply", sa.Text(), server_default="", nullable=False),
        sa.Column("ready", sa.Boolean(), nullable=False),
        sa.Column("ready_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["container_id"], ["containers.id"], name=op.f("fk_factory_states_container_id")),
        sa.ForeignKeyConstraint(["pipeline_id"], ["pipelines.id"], name=op.f("fk_factory_states_pipeline_id")),
        sa.PrimaryKeyConstraint("container_id", "pipeline_id", "factory", "good", name=op.f("pk_factory_states")),
    )
    op.create_table(
        "tasks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("pipeline_id", sa.Text(), nullable=False),
        sa.Column("container_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("good", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("ship", sa.Text(), server_default="", nullable=False),
        sa.Column("units_planned", sa.Integer(), server_default="0", nullable=False),
        sa.Column("units_bought", sa.Integer(), server_default="0", nullable=False),
        sa.Column("units_sold", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cost", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("revenue", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fuel_cost", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("waiting_for", sa.Text(), server_default="", nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('ACQUIRE_DELIVER', 'COLLECT_SELL', 'LIQUIDATE')", name=op.f("ck_tasks_kind_known")
        ),
        sa.CheckConstraint(
            "status IN ('PENDING', 'READY', 'ASSIGNED', 'EXECUTING', 'COMPLETED', 'FAILED', 'CANCELLED')",
            name=op.f("ck_tasks_status_known"),
        ),
        sa.ForeignKeyConstraint(["container_id"], ["containers.id"], name=op.f("fk_tasks_container_id")),
        sa.ForeignKeyConstraint(["pipeline_id"], ["pipelines.id"], name=op.f("fk_tasks_pipeline_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index("ix_tasks_container_id_status", "tasks", ["container_id", "status"], unique=False)
    op.create_index(op.f("ix_tasks_pipeline_id"), "tasks", ["pipeline_id"], unique=False)
