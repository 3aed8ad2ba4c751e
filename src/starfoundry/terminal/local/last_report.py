"""Time of a user's last look at each player's report, kept on the command line's side.

It is one file of the user's state directory. If there is no such directory, or it is not writable, every report is the
first.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

FILE = "reports.json"
KEPT = 100
"""Players whose last look is kept; the oldest are forgotten first."""


class LastReports:
    """The last looks of this user; `key` identifies the daemon and the player."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def last(self, key: str) -> str:
        """The end of the last report, as the daemon gave it; empty for none."""
        return self._kept().get(key, "")

    def keep(self, key: str, at: str) -> str:
        """Store a look; an empty text, or why it could not be stored."""
        if self._file is None:
            return "there is no home directory"
        kept = {name: each for name, each in self._kept().items() if name != key}
        kept = dict([*kept.items(), (key, at)][-KEPT:])
        beside = self._file.with_suffix(f".{os.getpid()}")
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
            beside.replace(self._file)
        except OSError as error:
            return f"{error.filename or self._file}: {error.strerror}"
        return ""

    def _kept(self) -> Mapping[str, str]:
        """The stored looks; none if they cannot be read, since a report must not fail for them."""
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8")) if self._file else {}
        except (OSError, ValueError):
            return {}
        return {name: at for name, at in kept.items() if isinstance(at, str)} if isinstance(kept, dict) else {}


def reports_file() -> Path | None:
    """The file of the looks; None for a user without a home directory."""
    import platformdirs

    try:
        directory = Path(platformdirs.user_state_dir("starfoundry", appauthor=False))
    except (RuntimeError, KeyError):
        return None
    return directory / FILE if directory.is_absolute() else None
