"""Studies of a tuner and their trials."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

STATUSES = "'RUNNING', 'STOPPED', 'PROPOSED', 'NOTHING', 'FAILED', 'APPLIED'"


def upgrade() -> None:
    """Add both tables."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "tuning_studies",
        sa.Column("id", key, nullable=False),
        sa.Column("container_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("spec", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("outcome", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("situation", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(f"status IN ({STATUSES})", name=op.f("ck_tuning_studies_status_known")),
        sa.ForeignKeyConstraint(["container_id"], ["containers.id"], name=op.f("fk_tuning_studies_container_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tuning_studies")),
    )
    op.create_index(op.f("ix_tuning_studies_container_id"), "tuning_studies", ["container_id"])
    op.create_table(
        "tuning_trials",
        sa.Column("study_id", key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("trial", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["tuning_studies.id"], name=op.f("fk_tuning_trials_study_id")),
        sa.PrimaryKeyConstraint("study_id", "number", name=op.f("pk_tuning_trials")),
    )
