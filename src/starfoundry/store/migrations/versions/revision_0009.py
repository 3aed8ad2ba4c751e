"""Settings that became a container's own without a change of value, so that an undo keeps them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add what revision 0008 lacks."""
    op.create_table(
        "config_made_own",
        sa.Column("container_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["container_id"], ["containers.id"], name=op.f("fk_config_made_own_container_id")),
        sa.PrimaryKeyConstraint("container_id", "revision", "name", name=op.f("pk_config_made_own")),
    )
