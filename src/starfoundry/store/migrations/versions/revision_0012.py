"""Shipyards and recipes as the server last reported them, for a start at which it does not."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add what revision 0011 lacks."""
    op.create_table(
        "shipyards",
        sa.Column("player_id", sa.Integer(), nullable=False),
        sa.Column("waypoint", sa.Text(), nullable=False),
        sa.Column("ship_types", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("offers", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["player_id"], ["players.id"], name=op.f("fk_shipyards_player_id")),
        sa.PrimaryKeyConstraint("player_id", "waypoint", name=op.f("pk_shipyards")),
    )
    op.create_table(
        "recipes",
        sa.Column("player_id", sa.Integer(), nullable=False),
        sa.Column("good", sa.Text(), nullable=False),
        sa.Column("inputs", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["player_id"], ["players.id"], name=op.f("fk_recipes_player_id")),
        sa.PrimaryKeyConstraint("player_id", "good", name=op.f("pk_recipes")),
    )
