"""Tables of tuning: studies, and their trials with the results."""

import sqlalchemy as sa

from starfoundry.store.tables.columns import BigKey, JsonObject, UtcTime, metadata, one_of

tuning_studies = sa.Table(
    "tuning_studies",
    metadata,
    sa.Column("id", BigKey, primary_key=True),
    sa.Column("container_id", sa.ForeignKey("containers.id"), nullable=False, index=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("spec", JsonObject, nullable=False),
    sa.Column("outcome", JsonObject, nullable=False),
    sa.Column("situation", sa.LargeBinary, nullable=False),
    one_of("status", "RUNNING", "STOPPED", "PROPOSED", "NOTHING", "FAILED", "APPLIED"),
)
"""`outcome` has the check in fresh worlds and the proposal, `situation` what the daemon knew at the start."""

tuning_trials = sa.Table(
    "tuning_trials",
    metadata,
    sa.Column("study_id", sa.ForeignKey("tuning_studies.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("trial", JsonObject, nullable=False),
)

tuning_follows = sa.Table(
    "tuning_follows",
    metadata,
    sa.Column("container_id", sa.ForeignKey("containers.id"), primary_key=True),
    sa.Column("follow", JsonObject, nullable=False),
)
"""The settings of a coordinator that follow conditions; no row if none do."""

tuning_probations = sa.Table(
    "tuning_probations",
    metadata,
    sa.Column("study_id", sa.ForeignKey("tuning_studies.id"), primary_key=True),
    sa.Column("is_open", sa.Boolean, nullable=False),
    sa.Column("probation", JsonObject, nullable=False),
)
"""Proposals that are set by themselves, and how the real profit judges them; open until it has."""
