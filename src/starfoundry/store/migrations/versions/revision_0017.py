"""Predictions of trips, stored beside their outcomes."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add what revision 0016 lacks."""
    op.create_table(
        "trip_predictions",
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("container_id", sa.Text(), nullable=False),
        sa.Column("pipeline_id", sa.Text(), nullable=False),
        sa.Column("ship", sa.Text(), nullable=False),
        sa.Column("good", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("units", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("cost", "revenue", "fuel", "worth")),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["container_id"], ["containers.id"], name=op.f("fk_trip_predictions_container_id")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_trip_predictions")),
    )
    op.create_index(op.f("ix_trip_predictions_pipeline_id"), "trip_predictions", ["pipeline_id"])
    op.create_index(op.f("ix_trip_predictions_container_id_ended_at"), "trip_predictions", ["container_id", "ended_at"])
