"""Journal of the calls applied to a universe since its last snapshot, one line for each."""

import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from starfoundry.daemon.sandbox_world.snapshot import UniverseLost, replace
from starfoundry.game.transport.transport import Request
from starfoundry.sandbox.api.game_api import Api
from starfoundry.sandbox.core.milliseconds import SECOND
from starfoundry.sandbox.core.rate_limiter import Limiter
from starfoundry.sandbox.state.universe import Universe

JOURNAL_FILE = "sandbox.journal"

_encode = msgspec.json.Encoder().encode


class JournalHeader(msgspec.Struct):
    """The first line: the number of the snapshot before the calls."""

    snapshot: int


class JournalEntry(msgspec.Struct, omit_defaults=True):
    """A call applied at `at` (milliseconds since 1970), or only a time. `agent` empty means the account."""

    at: int
    agent: str = ""
    method: str = ""
    path: str = ""
    body: str = ""


class Journal:
    """The journal open for writing."""

    def __init__(self, data_dir: Path, snapshot: int) -> None:
        path = data_dir / JOURNAL_FILE
        header = _encode(JournalHeader(snapshot=snapshot)) + b"\n"
        replace(path, header)
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        self._size = len(header)

    def write(self, entry: JournalEntry) -> None:
        """Append one line, completely or not at all; it survives the process, but not a power cut. Raises OSError."""
        line = _encode(entry) + b"\n"
        written = os.write(self._descriptor, line)
        if written < len(line):
            os.ftruncate(self._descriptor, self._size)
            raise OSError(errno.ENOSPC, "the disk took half a line")
        self._size += written

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)


class SteppedClock:
    """A clock set explicitly, in milliseconds since 1970.

    A universe runs by it, now and in a replay: a call happens at one recorded time.
    """

    def __init__(self, at: int) -> None:
        self.at = at

    def now(self) -> datetime:
        """The time it is set to."""
        return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=self.at)

    def elapsed(self) -> float:
        """The same in seconds."""
        return self.at / SECOND


def read(data_dir: Path, snapshot: int) -> list[JournalEntry]:
    """The calls after a snapshot; none when the journal belongs to an older one. Raises UniverseLost."""
    try:
        # After the last newline there is nothing, or part of a call that was never answered.
        first, *lines = (data_dir / JOURNAL_FILE).read_bytes().split(b"\n")[:-1] or [b""]
        if msgspec.json.decode(first, type=JournalHeader).snapshot != snapshot:
            return []
        return [msgspec.json.decode(line, type=JournalEntry) for line in lines]
    except FileNotFoundError:
        return []
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UniverseLost(data_dir, f"its journal is damaged: {error}") from error


def entry_of(universe: Universe, request: Request) -> JournalEntry:
    """The entry for a request that was just applied. It has no token: the universe knows its agents' tokens."""
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
    """Apply the recorded calls at their times. Raises UniverseLost if the universe refuses one."""
    api = Api(universe)
    for entry in entries:
        clock.at = entry.at
        if not entry.method:
            continue
        token = universe.agents[entry.agent].token if entry.agent else universe.account_token
        headers = {"authorization": f"Bearer {token}"}
        body = entry.body.encode() or None
        universe.limiter = Limiter()  # the original was admitted among reads, which are not recorded
        request = Request(method=entry.method, path=entry.path, headers=headers, body=body, timeout_seconds=1.0)
        if api.handle(request).status >= 300:
            raise UniverseLost(data_dir, f"{entry.method} {entry.path} was applied before and is refused now")
