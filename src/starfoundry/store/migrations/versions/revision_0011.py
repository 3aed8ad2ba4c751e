"""An index of the ledger by time: profit since a given time is queried often, and the ledger only grows."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add what revision 0010 lacks."""
    op.create_index("ix_ledger_player_id_at", "ledger", ["player_id", "at"], unique=False)
