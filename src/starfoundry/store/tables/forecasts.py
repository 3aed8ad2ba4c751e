"""The table of stored forecasts, for the comparison with real results."""

import sqlalchemy as sa

from starfoundry.store.tables.columns import BigKey, JsonObject, UtcTime, metadata

config_forecasts = sa.Table(
    "config_forecasts",
    metadata,
    sa.Column("id", BigKey, primary_key=True),
    sa.Column("container_id", sa.ForeignKey("containers.id"), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("forecast", JsonObject, nullable=False),
    sa.Index("ix_config_forecasts_container_id_id", "container_id", "id"),
)
