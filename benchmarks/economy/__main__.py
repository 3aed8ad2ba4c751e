"""`python -m benchmarks.economy`: plays every policy in every world, keeps each row in a file, and prints the table."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import click

from benchmarks.economy.policies import ours_of, usual
from benchmarks.economy.table import lines
from benchmarks.economy.world import World, row_of
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.sandbox.control import scenario

CARRIERS = 6
"""Ships with a hold of a bot: of 2, 3, 4, 6, 9 and 12 that with which its best rule gains most (docs/benchmark.md)."""

SCENARIOS = "ordinary,poor,volatile,crowded"

Key = tuple[Any, ...]


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
    worlds = [
        World(scenario=name, seed=seed, hours=hours) for seed in _numbers(seeds) for name in _scenarios(scenarios)
    ]
    wanted = policies.split() or usual()
    try:
        for policy in wanted:
            ours_of(policy)
    except StarFoundryError as error:
        raise click.BadParameter(error.message, param_hint="--policies") from None
    asked = {_key(world, policy, carriers): (world, policy) for world in worlds for policy in wanted}
    rows = {key: row for row in _read(out) if (key := _row_key(row)) in asked}
    for row in _played([each for key, each in asked.items() if key not in rows], carriers=carriers, jobs=jobs):
        rows[_row_key(row)] = row
        click.echo(_progress(row))
        if out is not None:
            with out.open("a") as file:
                file.write(json.dumps(row) + "\n")
    title = f"{len(worlds)} worlds of {hours:g} hours, bots of {carriers} carriers"
    click.echo("\n".join(["", title, *lines(list(rows.values()))]))


def _played(left: Sequence[tuple[World, str]], *, carriers: int, jobs: int) -> Iterator[dict[str, Any]]:
    """The rows that are left, as they become ready; with one job each in its turn, in this process."""
    if jobs == 1:
        for world, policy in left:
            yield row_of(world, policy, carriers=carriers)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), max_tasks_per_child=8) as pool:
        under_way = [pool.submit(row_of, world, policy, carriers=carriers) for world, policy in left]
        for each in as_completed(under_way):
            yield each.result()


def _key(world: World, policy: str, carriers: int) -> Key:
    """What a row is of. How many carriers a bot may have says nothing of our program, which buys as it sees fit."""
    is_ours = ours_of(policy) is not None
    return world.scenario, world.seed, world.hours, policy, None if is_ours else carriers


def _row_key(row: dict[str, Any]) -> Key:
    world = World(scenario=row["scenario"], seed=row["seed"], hours=row["hours"])
    return _key(world, row["policy"], row["most_carriers"])


def _read(out: Path | None) -> list[dict[str, Any]]:
    if out is None or not out.exists():
        return []
    return [json.loads(line) for line in out.read_text().splitlines() if line.strip()]


def _progress(row: dict[str, Any]) -> str:
    who = f"{row['scenario']} {row['seed']} {row['policy']}"
    return f"{who}: {row['gained_with_ships']:,} ({row['processor_seconds']:.0f} s, {row['hours_per_second']:.2f} h/s)"


def _numbers(text: str) -> list[int]:
    """1,4-6 as 1, 4, 5, 6."""
    numbers: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if not first.isdigit() or not (last or first).isdigit():
            raise click.BadParameter(f"seeds are numbers and ranges such as 1,4-6, was {text!r}", param_hint="--seeds")
        numbers.extend(range(int(first), int(last or first) + 1))
    return numbers


def _scenarios(text: str) -> list[str]:
    names = text.split(",")
    for name in names:
        if name not in scenario.names():
            allowed = ", ".join(scenario.names())
            raise click.BadParameter(f"a scenario is one of {allowed}, was {name!r}", param_hint="--scenarios")
    return names


if __name__ == "__main__":
    main()
