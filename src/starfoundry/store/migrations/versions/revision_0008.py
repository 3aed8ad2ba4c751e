"""Fingerprints of requests, so that a repeated request is recognised even if it changed nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

REQUESTS_SO_FAR = (
    "INSERT INTO config_requests (scope, request_id, fingerprint, revision, answer, at)"
    " SELECT container_id, request_id, '', revision, '{}', at FROM config_revisions WHERE request_id IS NOT NULL"
)
"""The content of older requests was not kept: an empty fingerprint matches any."""


def upgrade() -> None:
    """Add what revision 0007 lacks and fill it from the history."""
    op.create_table(
        "config_requests",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope", "request_id", name=op.f("pk_config_requests")),
    )
    op.execute(REQUESTS_SO_FAR)
