"""Tables of automatic tuning: followed settings, and proposals on trial."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add both tables."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "tuning_follows",
        sa.Column("container_id", sa.Text(), nullable=False),
        sa.Column("follow", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["container_id"], ["containers.id"], name=op.f("fk_tuning_follows_container_id")),
        sa.PrimaryKeyConstraint("container_id", name=op.f("pk_tuning_follows")),
    )
    op.create_table(
        "tuning_probations",
        sa.Column("study_id", key, nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("probation", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["tuning_studies.id"], name=op.f("fk_tuning_probations_study_id")),
        sa.PrimaryKeyConstraint("study_id", name=op.f("pk_tuning_probations")),
    )
