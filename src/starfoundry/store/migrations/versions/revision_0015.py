"""Forecasts of settings, stored to be compared with what happened."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the table of forecasts."""
    op.create_table(
        "config_forecasts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("container_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("forecast", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["container_id"], ["containers.id"], name=op.f("fk_config_forecasts_container_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_config_forecasts")),
    )
    op.create_index("ix_config_forecasts_container_id_id", "config_forecasts", ["container_id", "id"])
