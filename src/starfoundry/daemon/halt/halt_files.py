"""Halt files in the data directory, one for each halted container, player, or everything.

They are files so that they work without the daemon: a halt set while the daemon is stuck, busy or down takes effect at
once, and lasts across restarts until it is released.
"""

import os
import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote

from starfoundry.kernel.errors import Missing, StarFoundryError
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.kernel.ports import Clock
from starfoundry.runtime.clock import shown_at

HALT_FILE = "halted"
_PLAYER = f"{HALT_FILE}.player-"
_CONTAINER = f"{HALT_FILE}.container-"
NAME_BYTES_MAX = 200


class HaltFileStuck(StarFoundryError):
    """The file cannot be created or removed."""

    next_step = "end the daemon instead (kill, or kill -9): then nothing is sent either"


class HaltNotReleased(StarFoundryError):
    """The halt cannot be released."""

    next_step = "make the data directory writable, and resume again"


@dataclass(frozen=True, slots=True, kw_only=True)
class HaltScope:
    """The target of a halt: one container, one player, or, with neither, everything."""

    player_id: PlayerId | None = None
    container_id: ContainerId | None = None

    @property
    def kind(self) -> str:
        """`container`, `player` or `all`."""
        if self.container_id is not None:
            return "container"
        return "all" if self.player_id is None else "player"

    def __str__(self) -> str:
        if self.container_id is not None:
            return f"container {self.container_id}"
        return "everything" if self.player_id is None else f"player {self.player_id}"

    @classmethod
    def named(cls, text: str) -> "HaltScope":
        """The scope whose text this is."""
        kind, _, name = text.partition(" ")
        if kind == "container":
            return cls(container_id=ContainerId(name))
        return cls(player_id=PlayerId(int(name))) if kind == "player" else cls()

    @property
    def resume_command(self) -> str:
        """The command that releases the halt."""
        option = {
            "all": "",
            "player": f" --player-id {self.player_id}",
            "container": f" --container {shlex.quote(self.container_id or '')}",
        }
        return f"spacetraders resume{option[self.kind]}"

    def covers(self, player_id: PlayerId | None, container_id: ContainerId | None) -> bool:
        """Whether the scope includes a call of that player and container."""
        if self.container_id is not None:
            return self.container_id == container_id
        return self.player_id is None or self.player_id == player_id


class HaltFiles:
    """The halts of one data directory."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._prefix = os.fspath(data_dir) + os.sep

    def file(self, scope: HaltScope) -> Path:
        """The path of the halt file for `scope`."""
        return self._data_dir / _name(scope)

    def halt(self, scope: HaltScope) -> None:
        """Set a halt; it is durable when this returns, after a power cut too. Raises Missing without a directory."""
        if not self._data_dir.is_dir():
            raise Missing(f"there is no data directory {self._data_dir}; name the daemon's with --data-dir")
        try:
            self.file(scope).touch(mode=0o600)
            self._settle()
        except OSError as error:
            raise HaltFileStuck(f"{self.file(scope)} cannot be made: {error.strerror}") from None

    def release(self, scope: HaltScope) -> bool:
        """Release a halt; whether it was set. Raises HaltNotReleased if its file cannot be removed."""
        if not self.file(scope).exists():
            return False
        try:
            self.file(scope).unlink()
            self._settle()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise HaltNotReleased(f"{self.file(scope)} cannot be removed: {error.strerror}") from None
        return True

    def halt_of(self, player_id: PlayerId | None, container_id: ContainerId | None) -> HaltScope | None:
        """The widest halt of a call of that player and container. It takes microseconds and runs before every call."""
        scopes = [HaltScope()]
        if player_id is not None:
            scopes.append(HaltScope(player_id=player_id))
        if container_id is not None:
            scopes.append(HaltScope(container_id=container_id))
        return next((scope for scope in scopes if os.path.exists(self._prefix + _name(scope))), None)

    def halts(self) -> tuple[HaltScope, ...]:
        """Everything halted, the widest first."""
        if not self._data_dir.is_dir():
            return ()
        names = sorted(name for name in os.listdir(self._data_dir) if name.startswith(HALT_FILE))
        scopes = [scope for name in names if (scope := _scope(name)) is not None]
        return tuple(sorted(scopes, key=lambda scope: ("all", "player", "container").index(scope.kind)))

    def since(self, scope: HaltScope, clock: Clock) -> datetime | None:
        """The time of `clock` since when it is halted; None if it is not."""
        try:
            return shown_at(datetime.fromtimestamp(self.file(scope).stat().st_mtime, UTC), clock)
        except OSError:
            return None

    def _settle(self) -> None:
        """Sync the directory to the disk."""
        descriptor = os.open(self._data_dir, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _name(scope: HaltScope) -> str:
    if scope.container_id is not None:
        return _CONTAINER + quote(scope.container_id, safe="")
    return HALT_FILE if scope.player_id is None else f"{_PLAYER}{scope.player_id}"


def _scope(name: str) -> HaltScope | None:
    """The scope of a file name; None if it is not one of our halt files."""
    if name == HALT_FILE:
        return HaltScope()
    if name.startswith(_CONTAINER):
        return HaltScope(container_id=ContainerId(unquote(name.removeprefix(_CONTAINER))))
    number = name.removeprefix(_PLAYER)
    return HaltScope(player_id=PlayerId(int(number))) if number.isdecimal() and name.startswith(_PLAYER) else None
