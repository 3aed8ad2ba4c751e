"""`python -m benchmarks.economy`: plays every policy in every world, keeps each row in a file, and prints the table."""

from pathlib import Path

import click

from benchmarks.economy.options import numbers
from benchmarks.economy.options import scenarios as named
from benchmarks.economy.played import rows_of
from benchmarks.economy.policies import ours_of, usual
from benchmarks.economy.table import lines
from benchmarks.economy.world import World
from starfoundry.kernel.errors import StarFoundryError

CARRIERS = 6
"""Ships with a hold of a bot: of 2, 3, 4, 6, 9 and 12 that with which its best rule gains most.

See docs/economy-benchmark.md.
"""

SCENARIOS = "ordinary,poor,volatile,crowded"


@click.command()
@click.option("--seeds", default="1-20", show_default=True, metavar="N,A-B", help="The universes.")
@click.option("--scenarios", default=SCENARIOS, show_default=True, metavar="NAMES", help="How they are.")
@click.option("--hours", default=48.0, show_default=True, type=click.FloatRange(0, min_open=True), help="Simulated.")
@click.option(
    "--policies", default="", metavar="NAMES", help="Who plays, apart by blanks; default: all of a usual run."
)
@click.option("--carriers", default=CARRIERS, show_default=True, type=click.IntRange(1), help="Of a bot, at most.")
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(1), help="Processes.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="JSON lines; what is there is not repeated."
)
def main(
    *, seeds: str, scenarios: str, hours: float, policies: str, carriers: int, jobs: int, out: Path | None
) -> None:
    """Play our program and plain bots in the same worlds, and print what each came to."""
    worlds = [World(scenario=name, seed=seed, hours=hours) for seed in numbers(seeds) for name in named(scenarios)]
    wanted = policies.split() or usual()
    try:
        for policy in wanted:
            ours_of(policy)
    except StarFoundryError as error:
        raise click.BadParameter(error.message, param_hint="--policies") from None
    games = [(world, policy) for world in worlds for policy in wanted]
    rows = rows_of(games, carriers=carriers, jobs=jobs, out=out, show=click.echo)
    title = f"{len(worlds)} worlds of {hours:g} hours, bots of {carriers} carriers"
    click.echo("\n".join(["", title, *lines(rows)]))


if __name__ == "__main__":
    main()
