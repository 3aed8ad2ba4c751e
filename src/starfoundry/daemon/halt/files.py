"""The emergency brake as it lies on the disk: a file in the data directory for each thing that is halted.

They are files so that they hold without the daemon's help: pulled while the daemon is stuck, busy or down, the brake
holds from that moment on, and after every restart until it is let go.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote

from starfoundry.kernel.errors import Missing, StarFoundryError
from starfoundry.kernel.ids import ContainerId, PlayerId

BRAKE_FILE = "halted"
_PLAYER = f"{BRAKE_FILE}.player-"
_CONTAINER = f"{BRAKE_FILE}.container-"
NAME_BYTES_MAX = 200


class HaltFileStuck(StarFoundryError):
    """The file cannot be made or removed."""

    next_step = "end the daemon instead (kill, or kill -9): then nothing is sent either"


class HaltNotReleased(StarFoundryError):
    """The brake cannot be let go of."""

    next_step = "make the data directory writable, and resume again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is halted: one container, one player, or, with neither, everything."""

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

    def covers(self, player_id: PlayerId | None, container_id: ContainerId | None) -> bool:
        """Whether a call of that player and that container is meant."""
        if self.container_id is not None:
            return self.container_id == container_id
        return self.player_id is None or self.player_id == player_id


class HaltFiles:
    """The brake of one data directory."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._prefix = os.fspath(data_dir) + os.sep

    def file(self, scope: Scope) -> Path:
        """Where the brake for `scope` is."""
        return self._data_dir / _name(scope)

    def pull(self, scope: Scope) -> None:
        """Halt it; holds when this returns, also over a power cut. Raises Missing without a data directory."""
        if not self._data_dir.is_dir():
            raise Missing(f"there is no data directory {self._data_dir}; name the daemon's with --data-dir")
        try:
            self.file(scope).touch(mode=0o600)
            self._settle()
        except OSError as error:
            raise HaltFileStuck(f"{self.file(scope)} cannot be made: {error.strerror}") from None

    def release(self, scope: Scope) -> bool:
        """Let go of it; whether it was halted. Raises BrakeHolds where its file cannot be removed."""
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

    def holding(self, player_id: PlayerId | None, container_id: ContainerId | None) -> Scope | None:
        """The widest brake that holds a call of that player and container; some microseconds, asked at every call."""
        scopes = [Scope()]
        if player_id is not None:
            scopes.append(Scope(player_id=player_id))
        if container_id is not None:
            scopes.append(Scope(container_id=container_id))
        return next((scope for scope in scopes if os.path.exists(self._prefix + _name(scope))), None)

    def pulled(self) -> tuple[Scope, ...]:
        """Everything that is halted, the widest first."""
        if not self._data_dir.is_dir():
            return ()
        names = sorted(name for name in os.listdir(self._data_dir) if name.startswith(BRAKE_FILE))
        scopes = [scope for name in names if (scope := _scope(name)) is not None]
        return tuple(sorted(scopes, key=lambda scope: ("all", "player", "container").index(scope.kind)))

    def since(self, scope: Scope) -> datetime | None:
        """Since when it is halted; None where it is not."""
        try:
            return datetime.fromtimestamp(self.file(scope).stat().st_mtime, UTC)
        except OSError:
            return None

    def _settle(self) -> None:
        """Have the disk know the directory as it is now."""
        descriptor = os.open(self._data_dir, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _name(scope: Scope) -> str:
    if scope.container_id is not None:
        return _CONTAINER + quote(scope.container_id, safe="")
    return BRAKE_FILE if scope.player_id is None else f"{_PLAYER}{scope.player_id}"


def _scope(name: str) -> Scope | None:
    """What a file's name halts; None for a name that is none of ours."""
    if name == BRAKE_FILE:
        return Scope()
    if name.startswith(_CONTAINER):
        return Scope(container_id=ContainerId(unquote(name.removeprefix(_CONTAINER))))
    number = name.removeprefix(_PLAYER)
    return Scope(player_id=PlayerId(int(number))) if number.isdecimal() and name.startswith(_PLAYER) else None
