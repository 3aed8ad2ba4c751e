"""`python -m starfoundry.drill`: plays a campaign, and prints for each failure the command that plays it again."""

import asyncio
import logging
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import click

from starfoundry.drill.campaign import STORM_SECONDS, Result, play
from starfoundry.terminal.arguments.moments import Duration

PROGRESS_SEEDS = 100
"""After so many it is told how far it is."""


def _seeds(_context: click.Context, _parameter: click.Parameter, text: str) -> range:
    first, _, last = text.partition("-")
    try:
        return range(int(first), int(last or first) + 1)
    except ValueError:
        raise click.BadParameter("a seed, or two with a dash between: 1-100") from None


def _played(seed: int, storm_seconds: float) -> Result | str:
    """One seed; what it raised, in words, where the drill itself could not go on."""
    try:
        return play(seed, storm_seconds=storm_seconds)
    except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001  (one seed must not end the campaign)
        return f"seed {seed} raised {type(error).__name__}: {error}"


def _without_daemons_logs() -> None:
    """Keep what a thousand daemons say in their storms from hiding what the drill says."""
    logging.getLogger("starfoundry").setLevel(logging.CRITICAL)


@click.command()
@click.option("--seeds", default="1-20", show_default=True, callback=_seeds, help="Which ones to play, such as 1-100.")
@click.option(
    "--hours",
    "storm_seconds",
    type=Duration(bare_unit="h"),
    default=f"{STORM_SECONDS / 3_600:g}",
    show_default=True,
    help="Simulated hours of storm for each; also 90m.",
)
@click.option("--jobs", default=2, show_default=True, help="How many at a time.")
@click.option("-v", "--verbose", is_flag=True, help="Tell what each seed was about, and what the daemons log.")
def campaign(seeds: range, storm_seconds: float, jobs: int, verbose: bool) -> None:
    """Play the whole daemon through stormy hours, one seed after another, and hold it to its promises."""
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
                    f" {result.faults.told()}"
                )
            if result.problems:
                failures += 1
                replay = f"python -m starfoundry.drill --seeds {seed} --hours {hours:g}"
                click.echo(f"FAILED seed {seed}: {result.faults.told()}")
                click.echo("\n".join(f"  {problem}" for problem in result.problems))
                click.echo(f"  replay: {replay}")
    click.echo(
        f"{len(seeds)} seeds, {failures} failed: {deals:,} deals, {changes:,} changes of settings, {crashes:,} power"
        f" cuts, {simulated / 3_600:,.0f} simulated hours"
    )
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    campaign()
