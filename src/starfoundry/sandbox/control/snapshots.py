"""Serialisation of a universe: snapshots, worlds in files, forks."""

import io
import pickle
from collections.abc import Mapping
from typing import BinaryIO

import msgspec

from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ports import Clock
from starfoundry.sandbox.state.universe import Universe

MAGIC = b"STARFOUNDRY WORLD\n"
FORMAT = 7

_OURS = "starfoundry."
_LIBRARY = {("random", "Random"), ("collections", "deque"), ("collections", "Counter"), ("msgspec", "Raw")}
_COMPUTED = {("starfoundry.game.market_law.stock", "MarketStock")}
"""Classes of objects that files of earlier versions kept, and that are computed anew."""

UNREADABLE = (msgspec.MsgspecError, pickle.UnpicklingError, AttributeError, ImportError, TypeError, EOFError, KeyError)


class UniverseSnapshot(msgspec.Struct):
    """A universe in a file; `at` is its time, in milliseconds since 1970."""

    format: int
    seed: int
    universe_config: str
    at: int
    universe: bytes


def dump_universe(universe: Universe) -> bytes:
    """A snapshot of everything in a universe except its clock."""
    file = io.BytesIO()
    SnapshotPickler(file, {"clock": universe.clock}).dump(universe)
    frozen = UniverseSnapshot(
        format=FORMAT,
        seed=universe.seed,
        universe_config=universe.universe_config.name,
        at=universe.now(),
        universe=file.getvalue(),
    )
    return MAGIC + msgspec.msgpack.encode(frozen)


def is_snapshot(content: bytes) -> bool:
    """Whether the content is a snapshot."""
    return content.startswith(MAGIC)


def read(content: bytes) -> UniverseSnapshot:
    """The header and content of a snapshot. Raises Refused."""
    if not is_snapshot(content):
        raise Refused("this is not a world of the sandbox")
    try:
        frozen = msgspec.msgpack.decode(content[len(MAGIC) :], type=UniverseSnapshot)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(f"this world is damaged: {error}") from None
    if frozen.format != FORMAT:
        raise Refused(
            f"this world has format {frozen.format}; this StarFoundry reads {FORMAT}: begin a new world, "
            "or serve this one with the version that wrote it"
        )
    return frozen


def load_universe(frozen: UniverseSnapshot, clock: Clock) -> Universe:
    """The universe of a snapshot, continuing by `clock`, which must show its time or a later one. Raises Refused."""
    try:
        universe = SnapshotUnpickler(io.BytesIO(frozen.universe), {"clock": clock}).load()
    except UNREADABLE as error:
        raise Refused(f"this world cannot be read: {type(error).__name__}: {error}") from None
    if not isinstance(universe, Universe):
        raise Refused("this is not a world of the sandbox")
    return universe


class SnapshotPickler(pickle.Pickler):
    """Replaces `parts` by their names, such as the clock, which belongs to the process."""

    def __init__(self, file: BinaryIO, parts: Mapping[str, object]) -> None:
        super().__init__(file, protocol=5)
        self._names = {id(part): name for name, part in parts.items()}

    def persistent_id(self, obj: object) -> str | None:
        """The name of a part that is left out."""
        return self._names.get(id(obj))


class _Dropped:
    """An object of a file that is not kept."""

    def __setstate__(self, state: object) -> None:
        """Keep nothing of it."""


class SnapshotUnpickler(pickle.Unpickler):
    """Creates only the classes of a universe, so that a file cannot run other code.

    `parts` replace the names written by the pickler.
    """

    def __init__(self, file: BinaryIO, parts: Mapping[str, object]) -> None:
        super().__init__(file)
        self._parts = parts

    def persistent_load(self, pid: str) -> object:
        """The part with this name."""
        if pid not in self._parts:
            raise pickle.UnpicklingError(f"{pid} is not part of a universe")
        return self._parts[pid]

    def find_class(self, module_name: str, global_name: str) -> object:
        """The class of that name, if a universe may contain it."""
        if (module_name, global_name) in _COMPUTED:
            return _Dropped
        if (module_name, global_name) not in _LIBRARY:
            is_ours = module_name.startswith(_OURS) and "." not in global_name
            found = super().find_class(module_name, global_name) if is_ours else None
            if not isinstance(found, type) or found.__module__ != module_name:
                raise pickle.UnpicklingError(f"{module_name}.{global_name} is not part of a universe")
        return super().find_class(module_name, global_name)
