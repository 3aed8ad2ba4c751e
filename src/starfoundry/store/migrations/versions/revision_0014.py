"""Trades between any two markets are a kind of task and of pipeline."""

from starfoundry.store.migrations.choices import replace_choices

revision = "0014"
down_revision = "0013"

PIPELINES = ("FABRICATION", "COLLECTION", "LIQUIDATION")
TASKS = ("ACQUIRE_DELIVER", "COLLECT_SELL", "LIQUIDATE")


def upgrade() -> None:
    """Let pipelines and tasks have the new kind; every row stays as it is."""
    replace_choices("pipelines", "kind", PIPELINES, (*PIPELINES, "TRADE"))
    replace_choices("tasks", "kind", TASKS, (*TASKS, "TRADE"))
