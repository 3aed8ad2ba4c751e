"""A flag of containers that are to end at once, without finishing their work."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add what revision 0005 lacks; containers that are ending go on ending as they were."""
    op.add_column("containers", sa.Column("ends_now", sa.Boolean(), server_default=sa.false(), nullable=False))
