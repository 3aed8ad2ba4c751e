"""Where a universe comes from: a seed and a scenario, a snapshot, or what a daemon recorded."""

from dataclasses import replace
from pathlib import Path

from starfoundry.kernel.errors import Missing, Refused
from starfoundry.kernel.ports import Clock
from starfoundry.sandbox import freezing, recording, scenario
from starfoundry.sandbox.charter import SYSTEMS_MAX, Charter
from starfoundry.sandbox.control import Control


def charter_of(scenario_name: str | None, systems: int | None) -> Charter:
    """A scenario's charter, with another number of systems if one is given; raises Refused or Missing."""
    charter = Charter() if scenario_name is None else scenario.load(scenario_name)
    if systems is None:
        return charter
    if not 1 <= systems <= SYSTEMS_MAX:
        raise Refused.of("systems", systems, f"from 1 to {SYSTEMS_MAX}")
    return replace(charter, systems=systems)


def open_world(path: Path, machine: Clock, *, speed: float, seed: int) -> Control:
    """The universe in a file: a snapshot goes on, a recording begins; raises Refused or Missing."""
    if not path.is_file():
        raise Missing(f"there is no world file {path}")
    content = path.read_bytes()
    if freezing.is_frozen(content):
        return Control.resumed(content, machine, speed=speed)
    return Control.of(seed, machine, speed=speed, charter=recorded_charter(path, content))


def recorded_charter(path: Path, content: bytes) -> Charter:
    """The charter of a recording, the content of a file at `path`; raises Refused."""
    return Charter(name=f"recorded:{path.stem}", recorded=recording.read(content))
