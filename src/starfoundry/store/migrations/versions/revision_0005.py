"""Statuses of paused and draining containers, and an index of rows that ended long ago."""

from alembic import op

from starfoundry.store.migrations.choices import replace_choices

revision = "0005"
down_revision = "0004"

STATUSES = ("PENDING", "RUNNING", "STOPPING", "STOPPED", "COMPLETED", "FAILED", "ABANDONED")
WITH_REST = (
    *("PENDING", "RUNNING", "PAUSING", "PAUSED", "DRAINING", "STOPPING", "STOPPED", "COMPLETED", "FAILED"),
    "ABANDONED",
)


def upgrade() -> None:
    """Let containers have the new statuses; every row stays as it is."""
    replace_choices("containers", "status", STATUSES, WITH_REST)
    op.create_index("ix_pipelines_ended_at", "pipelines", ["ended_at"])
    op.create_index("ix_tasks_ended_at", "tasks", ["ended_at"])
