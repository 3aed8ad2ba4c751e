"""Location of a daemon on this machine: its data directory, its settings file and its socket.

Both programs find them in the same order: a flag, the environment, `starfoundry.toml`, the default. The command line
also reads a context before the file (terminal.local.context), the daemon never does. The settings file is the one named
by STARFOUNDRY_CONFIG, else the one in the working directory, else the one in the data directory.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starfoundry.kernel.errors import Missing, Refused
from starfoundry.terminal.local.file_ownership import read_trusted

SETTINGS_FILE = "starfoundry.toml"
SOCKET_FILE = "daemon.sock"


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonLocation:
    """One daemon's location. `settings` is the content of the settings file, empty when there is none."""

    data_dir: Path
    socket: Path
    settings_file: Path | None
    settings: Mapping[str, object]


def locate(
    *,
    data_dir: str | None = None,
    socket: str | None = None,
    config: str | None = None,
    environment: Mapping[str, str] | None = None,
    remembered: tuple[str, str] = ("", ""),
) -> DaemonLocation:
    """The location; arguments win. Raises Missing or Refused for an unusable settings file.

    `remembered` are the data directory and the socket of a context; they count only if neither was named.
    """
    environment = os.environ if environment is None else environment
    data_dir = data_dir or environment.get("STARFOUNDRY_DATA_DIR")
    socket = socket or environment.get("STARFOUNDRY_SOCKET")
    if not data_dir and not socket:
        data_dir, socket = remembered
    config = config or environment.get("STARFOUNDRY_CONFIG")

    file = _named(config) if config else _existing(Path.cwd() / SETTINGS_FILE)
    settings = _read(file) if file else {}
    directory = _directory(data_dir or _text(settings, "data_dir"))
    if file is None:
        file = _existing(directory / SETTINGS_FILE)
        settings = _read(file) if file else {}
    # Joined to the directory: an absolute path stays what it is, a relative one lies in the data directory.
    path = directory / (socket or _text(settings, "socket") or SOCKET_FILE)
    return DaemonLocation(data_dir=directory, socket=path, settings_file=file, settings=settings)


def _directory(text: str | None) -> Path:
    if text:
        return expanded(text)
    directory = default_directory()
    if directory is None:
        raise Refused("there is no home directory, and no data directory is named: name one with --data-dir")
    return directory


def default_directory() -> Path | None:
    """The default data directory; None for a user without a home directory."""
    import platformdirs

    try:
        return Path(platformdirs.user_data_dir("starfoundry", appauthor=False))
    except RuntimeError:  # no HOME, and none in the user database
        return None


def expanded(text: str) -> Path:
    """A typed path with `~` expanded. Raises Refused for an unknown home directory."""
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError:
        raise Refused(f"{text} cannot be found: the home directory is unknown") from None


def _named(config: str) -> Path:
    path = expanded(config)
    if not path.is_file():
        raise Missing(f"there is no settings file {path}")
    return path


def _existing(path: Path) -> Path | None:
    return path if path.is_file() else None


def _read(path: Path) -> Mapping[str, object]:
    import tomllib

    try:
        return tomllib.loads(read_trusted(path))
    except tomllib.TOMLDecodeError as error:
        raise Refused(f"{path} is not valid TOML: {error}") from None


def _text(settings: Mapping[str, object], key: str) -> str | None:
    value = settings.get(key)
    if value is not None and not isinstance(value, str):
        raise Refused.of(key, value, "a text")
    return value
