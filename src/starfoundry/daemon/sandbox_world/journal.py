"""What was applied to a universe since its last snapshot, a line for each call."""

import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from starfoundry.daemon.sandbox_world.snapshot import UniverseLost, replace
from starfoundry.game.transport.transport import Request
from starfoundry.sandbox.api.game_api import Api
from starfoundry.sandbox.core.instants import SECOND
from starfoundry.sandbox.core.rate_limiter import Limiter
from starfoundry.sandbox.state.universe import Universe

JOURNAL_FILE = "sandbox.journal"

_encode = msgspec.json.Encoder().encode


class Header(msgspec.Struct):
    """The first line: the snapshot that the calls follow."""

    snapshot: int


class JournalEntry(msgspec.Struct, omit_defaults=True):
    """A call that was applied at `at` (milliseconds since 1970), or only the time. `agent` empty = the account."""

    at: int
    agent: str = ""
    method: str = ""
    path: str = ""
    body: str = ""


class Journal:
    """The journal being written."""

    def __init__(self, data_dir: Path, snapshot: int) -> None:
        path = data_dir / JOURNAL_FILE
        header = _encode(Header(snapshot=snapshot)) + b"\n"
        replace(path, header)
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        self._size = len(header)

    def write(self, entry: JournalEntry) -> None:
        """Add one line, whole or not at all; it outlives the process, though not a power cut. Raises OSError."""
        line = _encode(entry) + b"\n"
        written = os.write(self._descriptor, line)
        if written < len(line):
            os.ftruncate(self._descriptor, self._size)
            raise OSError(errno.ENOSPC, "the disk took half a line")
        self._size += written

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._descriptor)


class SteppedClock:
    """Shows the moment it was set to, in milliseconds since 1970.

    A universe lives by it, now and when its history is replayed: a call happens at one moment, which is written down.
    """

    def __init__(self, at: int) -> None:
        self.at = at

    def now(self) -> datetime:
        """The moment it is set to."""
        return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=self.at)

    def elapsed(self) -> float:
        """The same in seconds."""
        return self.at / SECOND


def read(data_dir: Path, snapshot: int) -> list[JournalEntry]:
    """The calls that followed a snapshot; none when the journal follows an older one. Raises UniverseLost."""
    try:
        # What follows the last newline is nothing, or half a line of a call that was never answered.
        first, *lines = (data_dir / JOURNAL_FILE).read_bytes().split(b"\n")[:-1] or [b""]
        if msgspec.json.decode(first, type=Header).snapshot != snapshot:
            return []
        return [msgspec.json.decode(line, type=JournalEntry) for line in lines]
    except FileNotFoundError:
        return []
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UniverseLost(data_dir, f"its journal is damaged: {error}") from error


def entry_of(universe: Universe, request: Request) -> JournalEntry:
    """The entry for a request that was applied just now. Tokens are not in it: the universe knows its agents'."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    agent = universe.agents_by_token.get(headers.get("authorization", "").removeprefix("Bearer "))
    return JournalEntry(
        at=universe.now(),
        agent="" if agent is None else agent.symbol,
        method=request.method,
        path=request.path,
        body=(request.body or b"").decode(),
    )


def replay(data_dir: Path, universe: Universe, clock: SteppedClock, entries: list[JournalEntry]) -> None:
    """Apply again what was applied, at the moments it was; raises UniverseLost if the universe will not have it."""
    api = Api(universe)
    for entry in entries:
        clock.at = entry.at
        if not entry.method:
            continue
        token = universe.agents[entry.agent].token if entry.agent else universe.account_token
        headers = {"authorization": f"Bearer {token}"}
        body = entry.body.encode() or None
        universe.limiter = Limiter()  # it granted these between others, which are not written down
        request = Request(method=entry.method, path=entry.path, headers=headers, body=body, timeout_seconds=1.0)
        if api.handle(request).status >= 300:
            raise UniverseLost(data_dir, f"{entry.method} {entry.path} was applied before and is refused now")
