"""Recorded worlds and snapshots are played like generated ones, each seed in its own way."""

import asyncio
from pathlib import Path

import pytest

from starfoundry.drill.machine import machine, new_universe
from starfoundry.drill.setup import open_scene
from starfoundry.drill.virtual_time import loop
from starfoundry.forecast.domain.model import Arm, Run, World
from starfoundry.kernel.errors import Refused
from starfoundry.sandbox.control import snapshots
from starfoundry.sandbox.control.recorded_world import write
from starfoundry.sandbox.control.recorder import record
from starfoundry.simulation.play import simulate
from starfoundry.simulation.worlds import check_world


def run_in(world: World, *, hours: float = 0.5):
    return simulate(Run(world=world, arm=Arm(name="defaults"), hours=hours))


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world as a daemon saw it within an hour."""
    directory = tmp_path_factory.mktemp("recorded")

    async def play():
        async with machine(new_universe(3), directory) as running:
            await open_scene(running.operator)
            await asyncio.sleep(3_600)

    loop.run(play(), seed=3)
    path = directory / "world.json"
    path.write_bytes(write(record(directory / "sandbox.db")))
    return path


def test_a_recorded_world_is_played_and_each_seed_fills_in_what_was_not_seen(recorded: Path):
    one, again, other = (run_in(World(seed=seed, file=str(recorded))) for seed in (1, 1, 2))

    assert sum(one.trips.values()) > 0
    assert one.journal == again.journal
    assert one.journal != other.journal


def test_a_snapshot_goes_on_from_its_moment(tmp_path: Path):
    path = tmp_path / "world.snapshot"

    async def freeze():
        path.write_bytes(snapshots.dump_universe(new_universe(5)))

    loop.run(freeze())
    outcome = run_in(World(seed=1, file=str(path)))

    assert sum(outcome.trips.values()) > 0


def test_a_snapshot_in_which_the_player_has_an_agent_already_is_refused(tmp_path: Path):
    path = tmp_path / "world.snapshot"

    async def freeze():
        universe = new_universe(5)
        async with machine(universe, tmp_path) as running:
            await open_scene(running.operator)
            path.write_bytes(snapshots.dump_universe(universe))

    loop.run(freeze())

    with pytest.raises(Refused, match="without an agent called FOUNDRY"):
        run_in(World(seed=1, file=str(path)))


def test_a_file_that_is_no_world_is_refused_before_anything_is_played(tmp_path: Path):
    (tmp_path / "a.json").write_text("{}")

    with pytest.raises(Refused, match="not a recording"):
        check_world(World(seed=1, file=str(tmp_path / "a.json")))
