"""Rules, targets and history of the pager."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the five tables of the pager."""
    _add_settings()
    _add_history()


def _add_settings() -> None:
    op.create_table(
        "alert_rules",
        _player("alert_rules"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("above", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("within_seconds", "hold_seconds")),
        sa.Column("excepted", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("muted_until", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("player_id", "kind", name=op.f("pk_alert_rules")),
    )
    op.create_table(
        "alert_paging",
        _player("alert_paging"),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("quiet_from", "quiet_to")),
        sa.Column("zone", sa.Text(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("gap_seconds", "cooldown_seconds", "remind_seconds")
        ),
        sa.PrimaryKeyConstraint("player_id", name=op.f("pk_alert_paging")),
    )
    op.create_table(
        "alert_targets",
        _player("alert_targets"),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "scheme")),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("player_id", "name", name=op.f("pk_alert_targets")),
    )


def _add_history() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "alerts",
        sa.Column("id", key, nullable=False),
        _player("alerts"),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "subject", "text", "next_step")),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        *(sa.Column(name, sa.DateTime(), nullable=True) for name in ("told_at", "closed_at", "acked_at")),
        sa.Column("acked_by", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index("ix_alerts_player_id_id", "alerts", ["player_id", "id"])
    op.create_table(
        "alert_deliveries",
        sa.Column("id", key, nullable=False),
        _player("alert_deliveries"),
        sa.Column("at", sa.DateTime(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("target", "title", "problem")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_deliveries")),
    )
    op.create_index("ix_alert_deliveries_player_id_id", "alert_deliveries", ["player_id", "id"])


def _player(table: str) -> sa.Column[int]:
    reference = sa.ForeignKey("players.id", name=op.f(f"fk_{table}_player_id"))
    return sa.Column("player_id", sa.Integer(), reference, nullable=False)
