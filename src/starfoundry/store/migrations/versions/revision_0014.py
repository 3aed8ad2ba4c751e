"""Trades between any two markets, as a kind of task and of pipeline."""

from starfoundry.store.migrations.choices import replace_choices

revision = "0014"
down_revision = "0013"

PIPELINES = ("FABRICATION", "COLLECTION", "LIQUIDATION")
TASKS = ("ACQUIRE_DELIVER", "COLLECT_SELL", "LIQUIDATE")


def upgrade() -> None:
    """Allow the new kind for pipelines and tasks; every row stays as it is."""
    replace_choices("pipelines", "kind", PIPELINES, (*PIPELINES, "TRADE"))
    replace_choices("tasks", "kind", TASKS, (*TASKS, "TRADE"))
