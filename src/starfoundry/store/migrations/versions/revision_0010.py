"""Learned movements of market goods, stored with the last observation of each market."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add what revision 0009 lacks."""
    op.add_column("market_observations", sa.Column("movement", sa.JSON(), nullable=True))
