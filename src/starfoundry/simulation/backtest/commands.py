"""`spacetraders backtest`: settings compared on the same worlds, in virtual time."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from starfoundry.terminal.arguments.time_options import Duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starfoundry.forecast.domain.model import Arm, World
    from starfoundry.simulation.backtest.result import Backtest

RUNS_MAX = 1_000
SECONDS_MIN = 3_600.0


@click.command()
@click.option("--world", "file", metavar="FILE", help="A recorded world or a snapshot, from `spacetraders sandbox`.")
@click.option(
    "--scenario", default="", metavar="NAME", help="The scenario of generated worlds, as in `spacetraders sandbox`."
)
@click.option(
    "--settings",
    "first",
    multiple=True,
    required=True,
    metavar="SETTINGS...",
    help="Settings files, presets, or `defaults`; the others are compared with the first one.",
)
@click.argument("others", nargs=-1, metavar="")
@click.option(
    "--hours",
    "seconds",
    type=Duration(bare_unit="h", maximum_seconds=30 * 86_400),
    default="48",
    show_default=True,
    metavar="H",
    help="Simulated hours of each run: 48, 90m or 2d.",
)
@click.option(
    "--runs",
    type=click.IntRange(1, RUNS_MAX),
    default=5,
    show_default=True,
    metavar="N",
    help="Number of worlds, each with its own seed.",
)
@click.option("--seed", type=int, default=1, show_default=True, metavar="N", help="The seed of the first world.")
@click.option(
    "--jobs", type=click.IntRange(1, 256), default=1, show_default=True, metavar="N", help="Number of processes."
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write an HTML report with charts.",
)
@click.option("-o", "--output", type=click.Choice(["table", "json"]), help="The output format.")
@click.pass_context
def backtest(
    context: click.Context,
    /,
    *,
    file: str | None,
    scenario: str,
    first: tuple[str, ...],
    others: tuple[str, ...],
    seconds: float,
    runs: int,
    seed: int,
    jobs: int,
    report: Path | None,
    output: str | None,
) -> None:
    """Compare settings: the whole program plays the same worlds with each of them, in virtual time.

    No daemon is needed. For the same seed each run earns exactly what `spacetraders demo` does.
    """
    from starfoundry.forecast.domain.model import World
    from starfoundry.kernel.errors import Refused
    from starfoundry.simulation.backtest.arms import arms_of
    from starfoundry.simulation.backtest.result import as_json
    from starfoundry.simulation.backtest.table import text
    from starfoundry.simulation.worlds import check_world

    if file and scenario:
        raise Refused.of("scenario", scenario, "omitted: --world defines its own")
    if seconds < SECONDS_MIN:
        raise Refused.of("hours", f"{seconds / 3_600:g}", "at least 1")
    arms = arms_of((*first, *others))
    worlds = [World(seed=number, scenario=scenario, file=file or "") for number in range(seed, seed + runs)]
    check_world(worlds[0])
    is_json = (output or context.find_root().params.get("output")) == "json"
    found = asyncio.run(_played(worlds, arms, seconds / 3_600, jobs=jobs, tells=not is_json))
    if report is not None:
        from starfoundry.simulation.backtest.page import page

        report.write_text(page(found), encoding="utf-8")
    if is_json:
        import json

        click.echo(json.dumps(as_json(found), indent=2))
    else:
        click.echo(text(found))


async def _played(
    worlds: "Sequence[World]", arms: "Sequence[Arm]", hours: float, *, jobs: int, tells: bool
) -> "Backtest":
    from starfoundry.forecast.runtime.experiment import rounds
    from starfoundry.forecast.runtime.workers import workers
    from starfoundry.simulation.backtest.result import backtest_of

    found = []
    async with workers(jobs) as pool, rounds(pool.play, worlds, arms, hours) as coming:
        async for each in coming:
            found.append(each)
            if tells:
                click.echo(f"world {len(found)} of {len(worlds)} played", err=True)
    return backtest_of(worlds, arms, hours, found)
