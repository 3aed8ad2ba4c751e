"""Tables of alerts: changed rules, encrypted targets, notification settings, and alerts."""

import sqlalchemy as sa

from starfoundry.store.tables.columns import BigKey, Json, UtcTime, metadata

alert_rules = sa.Table(
    "alert_rules",
    metadata,
    sa.Column("player_id", sa.ForeignKey("players.id"), primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("is_on", sa.Boolean, nullable=False),
    sa.Column("above", sa.BigInteger, nullable=False),
    sa.Column("within_seconds", sa.Integer, nullable=False),
    sa.Column("hold_seconds", sa.Integer, nullable=False),
    sa.Column("excepted", Json, nullable=False),
    sa.Column("is_urgent", sa.Boolean, nullable=False),
    sa.Column("muted_until", UtcTime),
)
"""A kind without a row has the values that the program declares."""

alert_paging = sa.Table(
    "alert_paging",
    metadata,
    sa.Column("player_id", sa.ForeignKey("players.id"), primary_key=True),
    sa.Column("quiet_from", sa.Integer, nullable=False),
    sa.Column("quiet_to", sa.Integer, nullable=False),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("gap_seconds", sa.Integer, nullable=False),
    sa.Column("cooldown_seconds", sa.Integer, nullable=False),
    sa.Column("remind_seconds", sa.Integer, nullable=False),
    sa.Column("summary_at", sa.Integer),
    sa.Column("summary_sent_at", UtcTime),
)

alert_targets = sa.Table(
    "alert_targets",
    metadata,
    sa.Column("player_id", sa.ForeignKey("players.id"), primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("scheme", sa.Text, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

alerts = sa.Table(
    "alerts",
    metadata,
    sa.Column("id", BigKey, primary_key=True),
    sa.Column("player_id", sa.ForeignKey("players.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("next_step", sa.Text, nullable=False),
    sa.Column("is_urgent", sa.Boolean, nullable=False),
    sa.Column("opened_at", UtcTime, nullable=False),
    sa.Column("told_at", UtcTime),
    sa.Column("closed_at", UtcTime),
    sa.Column("acked_at", UtcTime),
    sa.Column("acked_by", sa.Text, nullable=False, server_default=""),
    sa.Index("ix_alerts_player_id_id", "player_id", "id"),
)

alert_deliveries = sa.Table(
    "alert_deliveries",
    metadata,
    sa.Column("id", BigKey, primary_key=True),
    sa.Column("player_id", sa.ForeignKey("players.id"), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("problem", sa.Text, nullable=False),
    sa.Index("ix_alert_deliveries_player_id_id", "player_id", "id"),
)
