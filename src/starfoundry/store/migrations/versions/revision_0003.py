"""End of a universe: its time, the containers abandoned in it, and calls whose outcome will never be known."""

import sqlalchemy as sa
from alembic import op

from starfoundry.store.migrations.choices import replace_choices

revision = "0003"
down_revision = "0002"

STATUSES = ("PENDING", "RUNNING", "STOPPING", "STOPPED", "COMPLETED", "FAILED")
STATES = ("SENT", "APPLIED", "NOT_APPLIED", "IN_DOUBT")


def upgrade() -> None:
    """Add what revision 0002 lacks; every stored value stays as it is."""
    op.add_column("players", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    replace_choices("containers", "status", STATUSES, (*STATUSES, "ABANDONED"))
    replace_choices("intents", "state", STATES, (*STATES, "ABANDONED"))
