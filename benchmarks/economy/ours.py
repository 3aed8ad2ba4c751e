"""Our program in a benchmark's world: the real daemon in virtual time, as `spacetraders demo --hours` plays it."""

import asyncio
import statistics
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from benchmarks.economy.figures import Figures, figures_of
from benchmarks.economy.policies import Ours
from benchmarks.economy.watch import WatchingOracle
from starfoundry.demo.play import play
from starfoundry.demo.reading import Plan
from starfoundry.drill.campaign import fast_directory
from starfoundry.drill.machine import machine, new_universe
from starfoundry.store.tables.schema import decisions
from starfoundry.top.reading import SECONDS_PER_HOUR


async def play_ours(ours: Ours, *, seed: int, scenario: str, hours: float) -> Figures:
    """The figures of our program's game; the same command line gives the same history."""
    with TemporaryDirectory(prefix="economy-", dir=fast_directory()) as directory:
        plan = Plan(
            seed=seed,
            speed=0,
            hours=hours,
            data_dir=Path(directory),
            scenario=scenario,
            preset=ours.preset,
            settings=ours.settings,
        )
        universe = new_universe(seed, scenario=scenario)
        universe.event_log = watching = WatchingOracle(universe)
        began = universe.now()
        async with machine(universe, plan.data_dir) as running:
            summary = await play(
                running.operator,
                running.clock,
                plan,
                show=lambda _scene, _reading: None,
                every_seconds=SECONDS_PER_HOUR,
                stop=asyncio.Event(),
            )
            figures = figures_of(universe, universe.agents[summary.agent], began=began, ends=universe.now())
            errors = await running.daemon.database.read(errors_of_trips)
        return {
            **figures,
            "share_missed": watching.share_missed,
            "requests": summary.requests,
            "rate_limited": summary.rate_limited,
            **_shown(errors),
        }


def errors_of_trips(connection: sa.Connection) -> list[float]:
    """For each trip, how far its profit fell short (below 0) or went beyond what was expected, as a share of that."""
    rows = connection.execute(
        sa.select(decisions.c.kind, decisions.c.subject, decisions.c.facts)
        .where(decisions.c.kind.in_(("ship assigned", "task completed")))
        .order_by(decisions.c.id)
    )
    expected: dict[str, float] = {}
    errors = []
    for kind, subject, facts in rows:
        profit = facts.get("profit")
        if profit is None:
            continue
        if kind == "ship assigned":
            expected[subject] = profit
        elif expected.get(subject):
            errors.append((profit - expected[subject]) / abs(expected[subject]))
    return errors


def _shown(errors: Sequence[float]) -> Figures:
    if not errors:
        return {"trip_error_median": None, "trip_error_p90": None}
    sizes = sorted(abs(each) for each in errors)
    return {
        "trip_error_median": round(statistics.median(errors), 4),
        "trip_error_p90": round(sizes[int(0.9 * (len(sizes) - 1))], 4),
    }
