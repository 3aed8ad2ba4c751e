"""Our program in a benchmark's world: the real daemon in virtual time, as `spacetraders demo --hours` plays it."""

import statistics
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from benchmarks.economy.policies import Ours
from benchmarks.economy.row import Row, row_of_figures
from benchmarks.economy.watch import WatchingOracle
from starfoundry.drill.campaign import fast_directory
from starfoundry.forecast.domain.model import Arm, Run, World
from starfoundry.simulation.play import played
from starfoundry.store.tables.schema import decisions


async def play_ours(ours: Ours, *, seed: int, scenario: str, hours: float) -> Row:
    """The row of our program's game; the same command line gives the same history."""
    arm = Arm(name="ours", preset=ours.preset, settings=ours.settings)
    run = Run(world=World(seed=seed, scenario=scenario), arm=arm, hours=hours)
    with TemporaryDirectory(prefix="economy-", dir=fast_directory()) as directory:
        async with played(run, Path(directory), watch=WatchingOracle) as game:
            figures = row_of_figures(game.figures())
            errors = await game.machine.daemon.database.read(errors_of_trips)
            watching = game.machine.universe.event_log
        assert isinstance(watching, WatchingOracle), "it took the record's place"
        return {
            **figures,
            "share_missed": watching.share_missed,
            "requests": game.requests,
            "rate_limited": game.rate_limited,
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


def _shown(errors: Sequence[float]) -> Row:
    if not errors:
        return {"trip_error_median": None, "trip_error_p90": None}
    sizes = sorted(abs(each) for each in errors)
    return {
        "trip_error_median": round(statistics.median(errors), 4),
        "trip_error_p90": round(sizes[int(0.9 * (len(sizes) - 1))], 4),
    }
