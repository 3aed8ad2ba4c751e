"""Learned movements of market goods, kept beside what each market showed last."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add what revision 0009 lacks."""
    op.add_column("market_observations", sa.Column("movement", sa.JSON(), nullable=True))
