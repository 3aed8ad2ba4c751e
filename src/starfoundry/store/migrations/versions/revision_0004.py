"""Quarantined ships: those the game gives no readable answer about, with the reason and the time."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add what revision 0003 lacks."""
    op.create_table(
        "quarantine",
        sa.Column("player_id", sa.Integer(), nullable=False),
        sa.Column("ship", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["player_id"], ["players.id"], name=op.f("fk_quarantine_player_id")),
        sa.PrimaryKeyConstraint("player_id", "ship", name=op.f("pk_quarantine")),
    )
