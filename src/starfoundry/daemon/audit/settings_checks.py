"""Guarantees about settings: no revision is lost, used before it exists, or followed by the use of an older one."""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from starfoundry.config.domain.model import COORDINATOR, ManufacturingConfig
from starfoundry.config.storage.history import CONFIGURATION_APPLIED
from starfoundry.daemon.audit.finding import AuditFinding, broken
from starfoundry.kernel.supply import SupplyLevel
from starfoundry.store.tables.schema import config_revisions, containers, decisions, intents, tasks

_EXECUTE_SETTING = {
    "COLLECT_SELL": "collect_min_execute_supply",
    "ACQUIRE_DELIVER": "acquire_min_execute_supply",
    "TRADE": "trade_min_execute_supply",
}


def revisions_have_no_gap(connection: sa.Connection) -> Iterator[AuditFinding]:
    """A coordinator's history counts 1, 2, 3 up to the revision in force; no decision used a later one."""
    made: dict[str, list[int]] = {}
    for row in connection.execute(sa.select(config_revisions).order_by(config_revisions.c.revision)):
        made.setdefault(row.container_id, []).append(row.revision)
    for row in connection.execute(sa.select(containers).where(containers.c.type == COORDINATOR)):
        history = made.get(row.id, [])
        if history != list(range(1, row.revision + 1)):
            yield from broken([f"{row.id} is at revision {row.revision}, its history has {len(history)}: {history}"])
        if row.observed_revision > row.revision:
            yield from broken([f"{row.id} has decided with revision {row.observed_revision} of {row.revision}"])


def decisions_use_what_was_made(connection: sa.Connection) -> Iterator[AuditFinding]:
    """Every decision and call has a revision of the history; decisions never return to an older one."""
    made = _configurations(connection)
    newest: dict[str, int] = {}
    for row in connection.execute(sa.select(decisions).order_by(decisions.c.id)):
        if row.kind == CONFIGURATION_APPLIED:
            if row.revision < newest.get(row.container_id, 0):
                yield from broken([f"decision {row.id} of {row.container_id} goes back to revision {row.revision}"])
            newest[row.container_id] = row.revision
            yield from broken(_differences(row, made.get((row.container_id, row.revision))))
        if row.revision and (row.container_id, row.revision) not in made:
            yield from broken([f"decision {row.id} of {row.container_id} uses revision {row.revision}: never made"])
    for row in connection.execute(sa.select(intents).where(intents.c.config_revision > 0)):
        if (row.container_id, row.config_revision) not in made:
            yield from broken([f"call {row.id} of {row.container_id} uses revision {row.config_revision}: never made"])


def purchases_met_their_threshold(connection: sa.Connection) -> Iterator[AuditFinding]:
    """No goods were bought below the execute threshold of the purchase's revision."""
    made = _configurations(connection)
    bought = (
        sa.select(intents, tasks.c.kind.label("task_kind"))
        .outerjoin(tasks, tasks.c.id == intents.c.task_id)
        .where(intents.c.kind == "PURCHASE", intents.c.config_revision > 0)
    )
    for row in connection.execute(bought.order_by(intents.c.id)):
        config = made.get((row.container_id, row.config_revision), {})
        setting = _EXECUTE_SETTING.get(row.task_kind)
        if row.task_kind is None:
            yield from broken([f"call {row.id} buys for task {row.task_id or 'none'}, which is not there"])
            continue
        if setting is None:
            yield from broken([f"call {row.id} buys for a task that only sells"])
            continue
        needed = _threshold(config, row.good, setting)
        if not row.supply_seen or SupplyLevel[row.supply_seen] < needed:
            seen = row.supply_seen or "nothing readable"
            yield from broken(
                [f"call {row.id} buys {row.good} at {seen}, revision {row.config_revision}: {needed.name}"]
            )


def _configurations(connection: sa.Connection) -> dict[tuple[str, int], Mapping[str, Any]]:
    rows = connection.execute(sa.select(config_revisions))
    return {(row.container_id, row.revision): row.config for row in rows}


def _differences(decision: sa.Row[Any], stored: Mapping[str, Any] | None) -> Iterator[str]:
    """Whether a coordinator used values other than those stored for the revision."""
    used = decision.facts.get("config")
    if stored is None or used is None or ManufacturingConfig.from_map(used) == ManufacturingConfig.from_map(stored):
        return
    yield f"decision {decision.id} of {decision.container_id} uses other values than revision {decision.revision}"


def _threshold(config: Mapping[str, Any], good: str, setting: str) -> SupplyLevel:
    level = getattr(ManufacturingConfig.from_map(config).for_good(good), setting)
    assert isinstance(level, SupplyLevel), f"{setting} is a supply level"
    return level
