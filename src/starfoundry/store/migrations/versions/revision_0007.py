"""A ledger that stands by itself once calls and pipelines are pruned, and counters of the rows removed."""

import sqlalchemy as sa
from alembic import op

from starfoundry.store.migrations.references import drop_reference
from starfoundry.store.tables.counters import GUARD_CALLS

revision = "0007"
down_revision = "0006"

CHAIN_OF_ENTRY = (
    "UPDATE ledger SET chain = coalesce("
    "(SELECT good || ' at ' || factory FROM pipelines WHERE pipelines.id = ledger.pipeline_id), '')"
    " WHERE pipeline_id <> ''"
)
REVISION_OF_ENTRY = (
    "UPDATE ledger SET config_revision = coalesce("
    "(SELECT config_revision FROM intents WHERE intents.id = ledger.intent_id), 0)"
    " WHERE intent_id IS NOT NULL"
)
PIPELINES_SO_FAR = (
    "INSERT INTO work_counts (container_id, pipelines_opened)"
    " SELECT container_id, count(*) FROM pipelines GROUP BY container_id"
)


def upgrade() -> None:
    """Add what revision 0006 lacks and fill it from the existing rows: nothing was ever pruned before."""
    drop_reference("ledger", "intent_id", "intents.id")
    op.add_column("ledger", sa.Column("chain", sa.Text(), server_default="", nullable=False))
    op.add_column("ledger", sa.Column("config_revision", sa.BigInteger(), server_default="0", nullable=False))
    op.drop_index("ix_tasks_ended_at", "tasks")
    op.create_index("ix_factory_states_pipeline_id", "factory_states", ["pipeline_id"])
    op.create_index("ix_ledger_pipeline_id", "ledger", ["pipeline_id"])
    op.create_index("ix_ledger_task_id", "ledger", ["task_id"])
    op.create_table(
        "work_counts",
        sa.Column("container_id", sa.Text(), nullable=False),
        sa.Column("pipelines_opened", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("completed_pruned", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["container_id"], ["containers.id"], name=op.f("fk_work_counts_container_id")),
        sa.PrimaryKeyConstraint("container_id", name=op.f("pk_work_counts")),
    )
    op.create_table(
        "prunings",
        sa.Column("history", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("history", name=op.f("pk_prunings")),
    )
    for statement in (CHAIN_OF_ENTRY, REVISION_OF_ENTRY, PIPELINES_SO_FAR):
        op.execute(statement)
    if op.get_bind().dialect.name == "sqlite":
        for guard in GUARD_CALLS:
            op.execute(guard)
