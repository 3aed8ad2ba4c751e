"""Snapshot files of the daemon's universe."""

import io
import os
from pathlib import Path

import msgspec

from starfoundry.kernel.errors import StarFoundryError
from starfoundry.kernel.ports import Clock
from starfoundry.sandbox.control.snapshots import UNREADABLE, SnapshotPickler, SnapshotUnpickler
from starfoundry.sandbox.core.event_log import EventLog
from starfoundry.sandbox.state.universe import Universe

SNAPSHOT_FILE = "sandbox.universe"
_FORMAT = 3


class UniverseLost(StarFoundryError):
    """The universe in a data directory cannot be read."""

    def __init__(self, data_dir: Path, why: str) -> None:
        super().__init__(f"the sandbox universe in {data_dir} cannot be read: {why}")
        self.next_step = (
            "move sandbox.universe and sandbox.journal away (settings and history lie in sandbox.db, leave that), start"
            " again, and register again: spacetraders player register --agent CALLSIGN --renew"
        )


class WorldSnapshot(msgspec.Struct):
    """A universe in its file. `number` counts the snapshots, `at` is in milliseconds since 1970."""

    number: int
    seed: int
    at: int
    universe: bytes
    format: int = _FORMAT


def write(data_dir: Path, universe: Universe, number: int) -> None:
    """Replace the last snapshot with the present state of the universe."""
    file = io.BytesIO()
    # The event log grows without end, and only tests read it.
    SnapshotPickler(file, {"clock": universe.clock, "oracle": universe.event_log}).dump(universe)
    snapshot = WorldSnapshot(number=number, seed=universe.seed, at=universe.now(), universe=file.getvalue())
    replace(data_dir / SNAPSHOT_FILE, msgspec.msgpack.encode(snapshot))


def read(data_dir: Path) -> WorldSnapshot | None:
    """The last snapshot, or None if there is none. Raises UniverseLost."""
    try:
        snapshot = msgspec.msgpack.decode((data_dir / SNAPSHOT_FILE).read_bytes(), type=WorldSnapshot)
    except FileNotFoundError:
        return None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UniverseLost(data_dir, str(error)) from error
    if snapshot.format != _FORMAT:
        raise UniverseLost(data_dir, "another version of StarFoundry wrote it")
    return snapshot


def load_universe(data_dir: Path, snapshot: WorldSnapshot, clock: Clock) -> Universe:
    """The universe, running by `clock`. Raises UniverseLost."""
    try:
        universe = SnapshotUnpickler(io.BytesIO(snapshot.universe), {"clock": clock, "oracle": EventLog()}).load()
    except UNREADABLE as error:
        raise UniverseLost(data_dir, f"{type(error).__name__}: {error}") from error
    assert isinstance(universe, Universe), "a snapshot holds a universe"
    return universe


def replace(path: Path, content: bytes) -> None:
    """Replace the content of the file atomically."""
    new = path.with_name(path.name + ".new")
    new.write_bytes(content)
    os.replace(new, path)
