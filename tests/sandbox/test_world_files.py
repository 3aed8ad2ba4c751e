"""World files and where they come from."""

from pathlib import Path

import pytest

from starfoundry.kernel.errors import Missing, Refused
from starfoundry.sandbox.control import world_sources
from starfoundry.sandbox.control.controller import SandboxController
from tests.sandbox.player import HandClock


def test_a_snapshot_goes_on(tmp_path: Path) -> None:
    control = SandboxController.of(8, HandClock(), universe_config=world_sources.universe_config_of("poor", 4))
    file = tmp_path / "world"
    file.write_bytes(control.snapshot())
    from_snapshot = world_sources.open_world(file, HandClock(), speed=1, seed=99)

    assert (from_snapshot.universe.seed, from_snapshot.universe.universe_config.name) == (8, "poor")
    assert len(from_snapshot.universe.galaxy.stars) == 4


@pytest.mark.parametrize("systems", [0, 10_001])
def test_there_are_bounds_to_a_galaxy(systems: int) -> None:
    with pytest.raises(Refused, match="systems"):
        world_sources.universe_config_of(None, systems)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="no world file"):
        world_sources.open_world(tmp_path / "gone", HandClock(), speed=1, seed=1)
