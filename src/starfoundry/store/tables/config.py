"""Tables of live configuration: the append-only history, the layers below it, names, notes and requests.

`config_revisions` only grows: the database itself refuses to change or remove a row. Names and notes of a revision
therefore have tables of their own.
"""

import sqlalchemy as sa
from sqlalchemy.event import listen

from starfoundry.store.tables.columns import BigKey, Json, JsonObject, UtcTime, metadata

config_revisions = sa.Table(
    "config_revisions",
    metadata,
    sa.Column("container_id", sa.ForeignKey("containers.id"), primary_key=True),
    sa.Column("revision", sa.BigInteger, primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("changes", JsonObject, nullable=False),
    sa.Column("config", JsonObject, nullable=False),
    sa.Column("layers", JsonObject),
    sa.Column("request_id", sa.Text),
    sa.Index("uq_config_revisions_request", "container_id", "request_id", unique=True),
)

config_state = sa.Table(
    "config_state",
    metadata,
    sa.Column("container_id", sa.ForeignKey("containers.id"), primary_key=True),
    sa.Column("preset", sa.Text, nullable=False, server_default=""),
    sa.Column("overrides", JsonObject, nullable=False),
    sa.Column("since", JsonObject, nullable=False),
    sa.Column("accepted", JsonObject, nullable=False),
    sa.Column("checksum", sa.Text, nullable=False),
    sa.Column("quarantine", JsonObject, nullable=False),
    sa.Column("rejected_revision", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("rejected_reason", sa.Text, nullable=False, server_default=""),
)

config_requests = sa.Table(
    "config_requests",
    metadata,
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("request_id", sa.Text, primary_key=True),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("answer", JsonObject, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)
"""Requests with an id of their own. The scope is a container's id, or a player's layer below its containers."""

config_defaults = sa.Table(
    "config_defaults",
    metadata,
    sa.Column("player_id", sa.ForeignKey("players.id"), primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", Json, nullable=False),
    sa.Column("is_pinned", sa.Boolean, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
)

config_presets = sa.Table(
    "config_presets",
    metadata,
    sa.Column("player_id", sa.ForeignKey("players.id"), primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("description", sa.Text, nullable=False, server_default=""),
    sa.Column("settings", JsonObject, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

config_tags = sa.Table(
    "config_tags",
    metadata,
    sa.Column("container_id", sa.ForeignKey("containers.id"), primary_key=True),
    sa.Column("tag", sa.Text, primary_key=True),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

config_notes = sa.Table(
    "config_notes",
    metadata,
    sa.Column("id", BigKey, primary_key=True),
    sa.Column("container_id", sa.ForeignKey("containers.id"), nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Index("ix_config_notes_container_id_revision", "container_id", "revision"),
)

GUARD_HISTORY = tuple(
    f"CREATE TRIGGER config_revisions_no_{verb.lower()} BEFORE {verb} ON config_revisions"
    " BEGIN SELECT RAISE(ABORT, 'the history of configuration is never edited'); END"
    for verb in ("UPDATE", "DELETE")
)
"""Makes SQLite refuse to edit the history; in other databases, grants do that."""

for _guard in GUARD_HISTORY:
    listen(config_revisions, "after_create", sa.DDL(_guard).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]
