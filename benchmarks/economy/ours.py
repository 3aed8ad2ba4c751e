"""Our program in a benchmark's world: the real daemon in virtual time, as `spacetraders demo --hours` plays it."""

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.economy.errors import errors_of
from benchmarks.economy.policies import Ours
from benchmarks.economy.row import Row, row_of_figures
from benchmarks.economy.watch import WatchingEventLog
from starfoundry.drill.campaign import fast_directory
from starfoundry.forecast.domain.model import Arm, Run, World
from starfoundry.simulation.play import played


async def play_ours(ours: Ours, *, seed: int, scenario: str, hours: float) -> Row:
    """The row of our program's game; the same command line gives the same history."""
    arm = Arm(name="ours", preset=ours.preset, settings=ours.settings)
    run = Run(world=World(seed=seed, scenario=scenario), arm=arm, hours=hours)
    with TemporaryDirectory(prefix="economy-", dir=fast_directory()) as directory:
        async with played(run, Path(directory), watch=WatchingEventLog) as game:
            figures = row_of_figures(game.figures())
            errors = await game.machine.daemon.database.read(errors_of)
            watching = game.machine.universe.event_log
        assert isinstance(watching, WatchingEventLog), "it took the record's place"
        return {
            **figures,
            "share_missed": watching.share_missed,
            "requests": game.requests,
            "rate_limited": game.rate_limited,
            **errors.figures(),
        }
