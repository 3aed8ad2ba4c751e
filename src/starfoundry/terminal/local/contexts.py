"""Contexts: a daemon, a player and a container under one name, so that commands need not repeat them.

They are kept in one file of the user's configuration directory. A flag wins over the environment, the environment over
the current context, the context over a settings file. A context belongs to one daemon: if a flag or the environment
names another daemon, its player and container are ignored too.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from starfoundry.kernel.errors import Missing, Refused
from starfoundry.kernel.nearest import did_you_mean
from starfoundry.terminal.local.daemon_location import DaemonLocation, locate
from starfoundry.terminal.local.file_ownership import read_trusted

CONTEXTS_FILE = "contexts.json"
NONE = "none"
"""Given instead of a context's name: no context."""

UNNAMED = "default"
"""The name of a context created without one."""

REMEMBERED = ("data_dir", "socket", "player", "container")


class NoSuchContext(Missing):
    """There is no context of that name."""

    next_step = "create it: spacetraders context use NAME --data-dir DIR --agent CALLSIGN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The content of a context; empty texts for missing values. `player` is a number or a callsign."""

    name: str = ""
    data_dir: str = ""
    socket: str = ""
    player: str = ""
    container: str = ""

    def remembered(self) -> dict[str, str]:
        """The values that are set, by name."""
        return {name: getattr(self, name) for name in REMEMBERED if getattr(self, name)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contexts:
    """All contexts by name, and the name of the current one; empty for none."""

    current: str = ""
    known: Mapping[str, Context] = field(default_factory=dict)

    def get(self, name: str) -> Context:
        """The context of that name. Raises NoSuchContext with the nearest names."""
        if name not in self.known:
            hint = did_you_mean(name, self.known, count=1) or f"there are: {', '.join(self.known) or 'none yet'}"
            raise NoSuchContext(f"there is no context {name!r}; {hint}")
        return self.known[name]

    def chosen(self, name: str | None) -> Context:
        """The named context, else the current one; an empty one for none."""
        wanted = self.current if name is None else name
        return Context() if wanted in ("", NONE) else self.get(wanted)

    def using(self, context: Context) -> "Contexts":
        """A copy with `context` current, replacing any of its name."""
        return Contexts(current=context.name, known={**self.known, context.name: context})

    def without(self, name: str) -> "Contexts":
        """A copy without one context. Raises NoSuchContext."""
        self.get(name)
        known = {each: context for each, context in self.known.items() if each != name}
        return Contexts(current="" if self.current == name else self.current, known=known)

    def unused(self) -> "Contexts":
        """A copy without a current context."""
        return replace(self, current="")


def contexts_file() -> Path | None:
    """The file of the contexts; None for a user without a home directory, who cannot have any."""
    import platformdirs

    try:
        return Path(platformdirs.user_config_dir("starfoundry", appauthor=False)) / CONTEXTS_FILE
    except RuntimeError:
        return None


def load(file: Path | None) -> Contexts:
    """The contexts in the file. Raises Refused for a file that is not ours or not readable."""
    if file is None or not file.is_file():
        return Contexts()
    import json

    text = read_trusted(file)
    try:
        kept = json.loads(text)
        contexts = {
            str(name): Context(name=str(name), **{key: str(each[key]) for key in REMEMBERED if key in each})
            for name, each in kept["contexts"].items()
        }
        current = str(kept["current"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused(f"{file} is not a list of contexts; repair it or remove it") from None
    return Contexts(current=current if current in contexts else "", known=contexts)


def save(file: Path | None, contexts: Contexts) -> None:
    """Write the contexts atomically: if interrupted, the old ones remain. Raises Refused without a home directory."""
    if file is None:
        raise Refused("contexts are kept in the home directory, and there is none: set HOME or XDG_CONFIG_HOME")
    import json

    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = {
        "current": contexts.current,
        "contexts": {name: context.remembered() for name, context in contexts.known.items()},
    }
    beside = file.with_suffix(f".{os.getpid()}")
    beside.touch(mode=0o600)
    beside.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    beside.replace(file)


def resolved(context: Context, *, data_dir: str | None, socket: str | None) -> tuple[DaemonLocation, Context]:
    """The daemon's location, and the context if it belongs to that daemon, else an empty one."""
    named = [data_dir, socket, os.environ.get("STARFOUNDRY_DATA_DIR"), os.environ.get("STARFOUNDRY_SOCKET")]
    if any(named) and not context.remembered():
        return locate(data_dir=data_dir, socket=socket), context
    settings_file = {name: os.environ[name] for name in ("STARFOUNDRY_CONFIG",) if name in os.environ}
    own = locate(environment=settings_file, remembered=(context.data_dir, context.socket))
    if not any(named):
        return own, context
    place = locate(data_dir=data_dir, socket=socket)
    speaks_of_it = place.socket == own.socket
    return place, replace(context, data_dir="", socket="") if speaks_of_it else Context()
