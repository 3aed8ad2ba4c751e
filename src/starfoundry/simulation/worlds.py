"""The universe that a run is played in, living by the running loop's virtual time."""

import asyncio
from datetime import timedelta
from pathlib import Path

import msgspec

from starfoundry.drill.machine import EPOCH, new_universe
from starfoundry.forecast.domain.model import World
from starfoundry.forecast.domain.situation import Situation, decode
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.runtime.clock import LoopClock
from starfoundry.sandbox.control import snapshots
from starfoundry.sandbox.control.world_sources import recorded_charter, universe_config_of
from starfoundry.sandbox.core.milliseconds import SECOND, moment
from starfoundry.sandbox.state.universe import Universe


def check_world(world: World) -> None:
    """Look at what a world names before anything is played; raises Missing or Refused."""
    if world.file:
        content = _content(Path(world.file))
        if snapshots.is_snapshot(content):
            snapshots.read(content)
        else:
            recorded_charter(Path(world.file), content)
    else:
        universe_config_of(world.scenario or None, None)


def universe_of(world: World) -> Universe:
    """A generated or recorded world as it begins, or a snapshot as it goes on; raises Missing or Refused."""
    if not world.file:
        return new_universe(world.seed, scenario=world.scenario or None)
    loop, path = asyncio.get_running_loop(), Path(world.file)
    content = _content(path)
    if not snapshots.is_snapshot(content):
        return Universe(world.seed, LoopClock(loop, EPOCH), universe_config=recorded_charter(path, content))
    frozen = snapshots.read(content)
    return snapshots.load_universe(
        frozen, LoopClock(loop, moment(frozen.at) + timedelta(milliseconds=frozen.at % SECOND))
    )


def read_situation(world: World) -> Situation | None:
    """The daemon's knowledge from which a run goes on, if it does; raises Missing or Refused."""
    if not world.situation:
        return None
    try:
        return decode(_content(Path(world.situation)))
    except msgspec.MsgspecError as error:
        raise Refused(f"{world.situation} is not a recorded situation: {error}") from None


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise Missing(f"there is no world file {path}") from None
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}") from None
