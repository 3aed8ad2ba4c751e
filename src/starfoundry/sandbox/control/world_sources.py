"""Sources of a universe: a seed and a scenario, a snapshot, or a daemon's recording."""

from dataclasses import replace
from pathlib import Path

from starfoundry.kernel.errors import Missing, Refused
from starfoundry.kernel.ports import Clock
from starfoundry.sandbox.control import recorded_world, scenario, snapshots
from starfoundry.sandbox.control.controller import SandboxController
from starfoundry.sandbox.state.universe_config import SYSTEMS_MAX, UniverseConfig


def universe_config_of(scenario_name: str | None, systems: int | None) -> UniverseConfig:
    """A scenario's configuration, with another number of systems if given. Raises Refused or Missing."""
    universe_config = UniverseConfig() if scenario_name is None else scenario.load(scenario_name)
    if systems is None:
        return universe_config
    if not 1 <= systems <= SYSTEMS_MAX:
        raise Refused.of("systems", systems, f"from 1 to {SYSTEMS_MAX}")
    return replace(universe_config, systems=systems)


def open_world(path: Path, machine: Clock, *, speed: float, seed: int) -> SandboxController:
    """The universe in a file: a snapshot continues, a recording begins. Raises Refused or Missing."""
    if not path.is_file():
        raise Missing(f"there is no world file {path}")
    content = path.read_bytes()
    if snapshots.is_snapshot(content):
        return SandboxController.from_snapshot(content, machine, speed=speed)
    return SandboxController.of(seed, machine, speed=speed, universe_config=recorded_charter(path, content))


def recorded_charter(path: Path, content: bytes) -> UniverseConfig:
    """The charter of a recording, the content of a file at `path`; raises Refused."""
    return UniverseConfig(name=f"recorded:{path.stem}", recorded=recorded_world.read(content))
