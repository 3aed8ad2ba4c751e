"""`python -m benchmarks.memory --days 24`: memory of a daemon that plays for weeks, and of the sandbox apart from it.

The real daemon plays in virtual time, with the sandbox in the same process. After each simulated day the objects that
can be reached from each of the two are added up; what both can reach counts as the sandbox's. A child of the process
does so, because it takes more memory than there is to measure.
"""

import asyncio
import gc
import json
import os
import sys
import types
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import msgspec

from starfoundry.drill.campaign import fast_directory
from starfoundry.drill.machine import machine, new_universe
from starfoundry.drill.setup import open_scene
from starfoundry.drill.virtual_time import loop
from starfoundry.sandbox.control.controller import EVENTS_KEPT

DAY_SECONDS = 86_400
PAGE_BYTES = 4_096
MEGABYTE = 1_000_000

_CODE = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.CodeType)
"""Belongs to the program, however long it runs."""


def resident() -> int:
    """The process's resident memory in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES


def reachable(roots: list[object], counted: set[int]) -> int:
    """Bytes of all objects that can be reached from `roots` and are not counted yet; adds them to `counted`."""
    total = 0
    while roots:
        found = roots.pop()
        if id(found) in counted or isinstance(found, _CODE):
            continue
        counted.add(id(found))
        total += _size(found)
        roots.extend(gc.get_referents(found))
    return total


def _size(found: object) -> int:
    return memoryview(found).nbytes if isinstance(found, msgspec.Raw) else sys.getsizeof(found)  # Raw answers at random


def in_child(measured: Callable[[], object]) -> Any:
    """The result of a function that is called in a copy of this process, as JSON has it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, json.dumps(measured()).encode())
        finally:
            os._exit(0)  # nothing of the parent is its to close
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        result = json.load(answer)
    os.waitpid(child, 0)
    return result


async def _play(seed: int, days: int, directory: Path) -> None:
    universe = new_universe(seed)
    universe.event_log.kept = EVENTS_KEPT  # as when it is served
    async with machine(universe, directory) as running:
        await open_scene(running.operator)
        loop_of_all = asyncio.get_running_loop()

        def by_owner() -> list[int]:
            counted = {id(loop_of_all)}
            return [reachable([owner], counted) for owner in (universe, running.daemon)]

        click.echo(f"{'day':>4} {'process':>9} {'sandbox':>9} {'daemon':>9}  megabytes")
        for day in range(1, days + 1):
            await asyncio.sleep(DAY_SECONDS)
            gc.collect()
            figures = [each / MEGABYTE for each in (resident(), *in_child(by_owner))]
            click.echo(f"{day:>4} " + " ".join(f"{each:>9.1f}" for each in figures))


@click.command()
@click.option("--days", type=click.IntRange(1), default=24, show_default=True, help="Simulated days.")
@click.option("--seed", default=1, show_default=True)
def main(days: int, seed: int) -> None:
    """Play, and print a line for each day."""
    with TemporaryDirectory(prefix="memory-", dir=fast_directory()) as directory:
        loop.run(_play(seed, days, Path(directory)), seed=seed)


if __name__ == "__main__":
    main()
