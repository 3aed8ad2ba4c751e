"""The table of predicted results of trips, stored when the ship is sent."""

import sqlalchemy as sa

from starfoundry.store.tables.columns import Json, UtcTime, metadata

trip_predictions = sa.Table(
    "trip_predictions",
    metadata,
    sa.Column("task_id", sa.Text, primary_key=True),
    sa.Column("container_id", sa.ForeignKey("containers.id"), nullable=False),
    sa.Column("pipeline_id", sa.Text, nullable=False, index=True),
    sa.Column("ship", sa.Text, nullable=False),
    sa.Column("good", sa.Text, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("decided_at", UtcTime, nullable=False),
    sa.Column("ended_at", UtcTime),
    sa.Column("units", sa.Integer, nullable=False),
    sa.Column("cost", sa.BigInteger, nullable=False),
    sa.Column("revenue", sa.BigInteger, nullable=False),
    sa.Column("fuel", sa.BigInteger, nullable=False),
    sa.Column("worth", sa.BigInteger, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("details", Json, nullable=False),
    sa.Index("ix_trip_predictions_container_id_ended_at", "container_id", "ended_at"),
)
"""One row for each task that a ship was ever sent for, of the last time it was. `ended_at` is set once it is done.

A row is kept as long as the book that it is compared with; its details go with the task.
"""
