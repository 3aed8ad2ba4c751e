"""Configuration layers below a coordinator's settings, names and notes of revisions, and an append-only history."""

import sqlalchemy as sa
from alembic import op

from starfoundry.store.tables.config import GUARD_HISTORY

revision = "0002"
down_revision = "0001"

TIME = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    """Add what revision 0001 lacks; every stored value stays as it is."""
    op.add_column("config_revisions", sa.Column("layers", JSON, nullable=True))
    op.add_column("config_revisions", sa.Column("request_id", sa.Text(), nullable=True))
    op.create_index("uq_config_revisions_request", "config_revisions", ["container_id", "request_id"], unique=True)
    if op.get_bind().dialect.name == "sqlite":
        for guard in GUARD_HISTORY:
            op.execute(guard)
    op.create_table(
        "config_state",
        _container(),
        _text("preset", default=""),
        *(sa.Column(name, JSON, nullable=False) for name in ("overrides", "since", "accepted")),
        _text("checksum"),
        sa.Column("quarantine", JSON, nullable=False),
        sa.Column("rejected_revision", sa.BigInteger(), server_default="0", nullable=False),
        _text("rejected_reason", default=""),
        _belongs("config_state", "container_id", "containers.id"),
        sa.PrimaryKeyConstraint("container_id", name=op.f("pk_config_state")),
    )
    _layers_of_players()
    _marks_of_revisions()


def _layers_of_players() -> None:
    op.create_table(
        "config_defaults",
        sa.Column("player_id", sa.Integer(), nullable=False),
        _text("name"),
        sa.Column("value", JSON, nullable=False),
        sa.Column("is_pinned", sa.Boolean(), nullable=False),
        _text("author"),
        sa.Column("at", TIME, nullable=False),
        _text("reason", default=""),
        _belongs("config_defaults", "player_id", "players.id"),
        sa.PrimaryKeyConstraint("player_id", "name", name=op.f("pk_config_defaults")),
    )
    op.create_table(
        "config_presets",
        sa.Column("player_id", sa.Integer(), nullable=False),
        _text("name"),
        _text("description", default=""),
        sa.Column("settings", JSON, nullable=False),
        _text("author"),
        sa.Column("at", TIME, nullable=False),
        _belongs("config_presets", "player_id", "players.id"),
        sa.PrimaryKeyConstraint("player_id", "name", name=op.f("pk_config_presets")),
    )


def _marks_of_revisions() -> None:
    op.create_table(
        "config_tags",
        _container(),
        _text("tag"),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        _text("author"),
        sa.Column("at", TIME, nullable=False),
        _belongs("config_tags", "container_id", "containers.id"),
        sa.PrimaryKeyConstraint("container_id", "tag", name=op.f("pk_config_tags")),
    )
    op.create_table(
        "config_notes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        _container(),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        _text("note"),
        _text("author"),
        sa.Column("at", TIME, nullable=False),
        _belongs("config_notes", "container_id", "containers.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_config_notes")),
    )
    op.create_index("ix_config_notes_container_id_revision", "config_notes", ["container_id", "revision"])


def _container() -> sa.Column[str]:
    return sa.Column("container_id", sa.Text(), nullable=False)


def _text(name: str, *, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=default, nullable=False)


def _belongs(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))
