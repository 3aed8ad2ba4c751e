"""The daily summary of alerts: when it is sent, and when it was."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add both columns; nobody gets a summary until it is set."""
    op.add_column("alert_paging", sa.Column("summary_at", sa.Integer(), nullable=True))
    op.add_column("alert_paging", sa.Column("summary_sent_at", sa.DateTime(timezone=True), nullable=True))
