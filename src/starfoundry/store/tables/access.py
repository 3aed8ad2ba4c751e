"""Tables of access tokens (hashes only) and of the audit trail, which only grows."""

import sqlalchemy as sa
from sqlalchemy.event import listen

from starfoundry.store.tables.columns import BigKey, Json, UtcTime, metadata

access_tokens = sa.Table(
    "access_tokens",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("players", Json, nullable=False),
    sa.Column("secret_hash", sa.Text, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("expires_at", UtcTime),
    sa.Column("revoked_at", UtcTime),
)

audit_entries = sa.Table(
    "audit_entries",
    metadata,
    sa.Column("sequence", BigKey, primary_key=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("caller", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("method", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("request_id", sa.Text, nullable=False),
    sa.Column("request", sa.Text, nullable=False),
    sa.Column("result", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)
"""Times are text here: what is hashed is what is stored, byte for byte."""

GUARD_AUDIT = tuple(
    f"CREATE TRIGGER audit_entries_no_{verb.lower()} BEFORE {verb} ON audit_entries"
    " BEGIN SELECT RAISE(ABORT, 'the audit trail is never edited'); END"
    for verb in ("UPDATE", "DELETE")
)

for _guard in GUARD_AUDIT:
    listen(audit_entries, "after_create", sa.DDL(_guard).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]
