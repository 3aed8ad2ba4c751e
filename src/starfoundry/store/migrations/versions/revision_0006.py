"""A container that is to end at once is remembered as that, and not only as one that is to end."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add what revision 0005 lacks; whatever is ending goes on ending as it was."""
    op.add_column("containers", sa.Column("ends_now", sa.Boolean(), server_default=sa.false(), nullable=False))
