"""`python -m starfoundry.drill`: runs a campaign, and prints for each failure the command that replays it."""

import asyncio
import logging
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import click

from starfoundry.drill.campaign import STORM_SECONDS, SeedResult, play
from starfoundry.terminal.arguments.time_options import Duration

PROGRESS_SEEDS = 100
"""Seeds between two lines of progress."""


def _seeds(_context: click.Context, _parameter: click.Parameter, text: str) -> range:
    first, _, last = text.partition("-")
    try:
        return range(int(first), int(last or first) + 1)
    except ValueError:
        raise click.BadParameter("a seed, or two with a dash between: 1-100") from None


def _played(seed: int, storm_seconds: float) -> SeedResult | str:
    """The result of one seed; the error as text if the drill itself failed."""
    try:
        return play(seed, storm_seconds=storm_seconds)
    except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001  (one seed must not end the campaign)
        return f"seed {seed} raised {type(error).__name__}: {error}"


def _without_daemons_logs() -> None:
    """Silence the daemons' logs, which would hide the drill's own output."""
    logging.getLogger("starfoundry").setLevel(logging.CRITICAL)


@click.command()
@click.option("--seeds", default="1-20", show_default=True, callback=_seeds, help="The seeds to run, such as 1-100.")
@click.option(
    "--hours",
    "storm_seconds",
    type=Duration(bare_unit="h"),
    default=f"{STORM_SECONDS / 3_600:g}",
    show_default=True,
    help="Simulated hours with faults for each seed; also 90m.",
)
@click.option("--jobs", default=2, show_default=True, help="How many to run at the same time.")
@click.option("-v", "--verbose", is_flag=True, help="Print the faults of each seed, and the daemons' logs.")
def campaign(seeds: range, storm_seconds: float, jobs: int, verbose: bool) -> None:
    """Run the whole daemon under injected faults, one seed after another, and check its guarantees."""
    hours = storm_seconds / 3_600
    deals = changes = crashes = failures = 0
    simulated = 0.0
    with ProcessPoolExecutor(jobs, initializer=None if verbose else _without_daemons_logs) as pool:
        for seed, result in zip(seeds, pool.map(partial(_played, storm_seconds=storm_seconds), seeds), strict=True):
            played = seed - seeds.start
            if played and played % PROGRESS_SEEDS == 0:
                click.echo(f"{played:,} of {len(seeds):,} seeds, {failures} failed", err=True)
            if isinstance(result, str):
                failures += 1
                click.echo(f"FAILED {result}\n  replay: python -m starfoundry.drill --seeds {seed} --hours {hours:g}")
                continue
            deals, changes, crashes = deals + result.deals, changes + result.changes, crashes + result.crashes
            simulated += result.simulated_seconds
            if verbose:
                click.echo(
                    f"seed {seed}: {result.deals} deals, {result.crashes} crashes, history {result.digest[:12]};"
                    f" {result.faults.summary()}"
                )
            if result.problems:
                failures += 1
                replay = f"python -m starfoundry.drill --seeds {seed} --hours {hours:g}"
                click.echo(f"FAILED seed {seed}: {result.faults.summary()}")
                click.echo("\n".join(f"  {problem}" for problem in result.problems))
                click.echo(f"  replay: {replay}")
    click.echo(
        f"{len(seeds)} seeds, {failures} failed: {deals:,} deals, {changes:,} changes of settings, {crashes:,} power"
        f" cuts, {simulated / 3_600:,.0f} simulated hours"
    )
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    campaign()
