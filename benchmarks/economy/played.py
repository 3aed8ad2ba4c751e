"""Rows that are played, or that a file has from an earlier run."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.economy.policies import ours_of
from benchmarks.economy.row import Row
from benchmarks.economy.world import World, row_of

Game = tuple[World, str]
"""A world, and the policy that plays it."""

Key = tuple[Any, ...]


def rows_of(
    games: Iterable[Game], *, carriers: int, jobs: int, out: Path | None, show: Callable[[str], None]
) -> list[Row]:
    """A row for each game. What `out` has is not played again, and what is played is added to it as it is ready."""
    asked = {_key(world, policy, carriers): (world, policy) for world, policy in games}
    rows = {key: row for row in _read(out) if (key := _row_key(row)) in asked}
    for row in _played([each for key, each in asked.items() if key not in rows], carriers=carriers, jobs=jobs):
        rows[_row_key(row)] = row
        show(_progress(row))
        if out is not None:
            with out.open("a") as file:
                file.write(json.dumps(row) + "\n")
    return list(rows.values())


def _played(left: Sequence[Game], *, carriers: int, jobs: int) -> Iterator[Row]:
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


def _row_key(row: Row) -> Key:
    world = World(scenario=row["scenario"], seed=row["seed"], hours=row["hours"])
    return _key(world, row["policy"], row["most_carriers"])


def _read(out: Path | None) -> list[Row]:
    if out is None or not out.exists():
        return []
    return [json.loads(line) for line in out.read_text().splitlines() if line.strip()]


def _progress(row: Row) -> str:
    who = f"{row['scenario']} {row['seed']} {row['policy']}"
    return f"{who}: {row['gained_with_ships']:,} ({row['processor_seconds']:.0f} s, {row['hours_per_second']:.2f} h/s)"
