"""How far what our program expected was from what came: prices of tranches, profits of trips and of chains.

A price is that of a unit, averaged over a trip's tranches at one of its two markets, and only trips that carried as
many units as they were sent for are compared: any other number has other prices.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from benchmarks.economy.row import Row
from starfoundry.manufacturing.domain.model import PipelineKind, PipelineStatus
from starfoundry.store.tables.schema import decisions, pipelines, tasks

ROUND_CHAINS = (PipelineKind.FABRICATION.value, PipelineKind.COLLECTION.value)
"""Chains that feed or lift a factory; a trade is a trip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """What came less what was expected: credits a unit, and shares of the expected profit."""

    prices: Sequence[float]
    trips: Sequence[float]
    chains: Sequence[float]

    def figures(self) -> Row:
        """The median of each, and the 90th percentile of its size."""
        return {**_shown("price", self.prices), **_shown("trip", self.trips), **_shown("chain", self.chains)}


def errors_of(connection: sa.Connection) -> Errors:
    """The errors of every trip and chain that was completed."""
    done = {row.id: row for row in connection.execute(sa.select(tasks).where(tasks.c.status == "COMPLETED"))}
    sent = sa.select(decisions.c.subject, decisions.c.facts).where(decisions.c.kind == "ship assigned")
    expected = {row.subject: row.facts for row in connection.execute(sent.order_by(decisions.c.id))}
    prices: list[float] = []
    trips: list[float] = []
    for task_id, row in done.items():
        facts = expected.get(task_id)
        if facts is None:
            continue
        if facts["profit"]:
            profit = row.revenue - row.cost - row.fuel_cost
            trips.append((profit - facts["profit"]) / abs(facts["profit"]))
        if row.units_bought == row.units_sold == facts["units"] and row.cost:
            prices += [(row.cost - facts["cost"]) / facts["units"], (row.revenue - facts["revenue"]) / facts["units"]]
    return Errors(prices=prices, trips=trips, chains=_of_chains(connection))


def _of_chains(connection: sa.Connection) -> list[float]:
    earned = (
        sa.select(tasks.c.pipeline_id, sa.func.sum(tasks.c.revenue - tasks.c.cost - tasks.c.fuel_cost).label("profit"))
        .group_by(tasks.c.pipeline_id)
        .subquery()
    )
    rows = connection.execute(
        sa.select(pipelines.c.expected_profit, earned.c.profit)
        .join(earned, earned.c.pipeline_id == pipelines.c.id)
        .where(pipelines.c.status == PipelineStatus.COMPLETED.value, pipelines.c.kind.in_(ROUND_CHAINS))
    )
    return [float(profit - expected) / abs(expected) for expected, profit in rows if expected]


def _shown(name: str, errors: Sequence[float]) -> Row:
    if not errors:
        return {f"{name}_error_median": None, f"{name}_error_p90": None}
    sizes = sorted(abs(each) for each in errors)
    return {
        f"{name}_error_median": round(statistics.median(errors), 4),
        f"{name}_error_p90": round(sizes[int(0.9 * (len(sizes) - 1))], 4),
    }
