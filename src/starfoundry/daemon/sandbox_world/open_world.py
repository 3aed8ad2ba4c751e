"""The universe of `--sandbox`: it runs in the daemon's process, and persists in the data directory.

Every change is recorded before it is answered, so a killed daemon finds the universe unchanged: a universe's history
follows from its seed and its calls with their times, so a snapshot and the calls since are complete. While no daemon
runs its time stands still, but it never lags behind the machine's clock.
(docs/decisions/0002-the-sandbox-lives-in-the-daemon.md)
"""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from starfoundry.daemon.sandbox_world import journal, snapshot
from starfoundry.daemon.sandbox_world.journal import Journal, JournalEntry, SteppedClock
from starfoundry.game.transport.transport import Request, Response, Transport
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ports import Clock
from starfoundry.runtime.clock import LoopClock, SystemClock
from starfoundry.sandbox.api.game_api import Api
from starfoundry.sandbox.core.milliseconds import SECOND, now_of
from starfoundry.sandbox.http.in_process import SandboxTransport
from starfoundry.sandbox.state.universe import Universe
from starfoundry.sandbox.state.universe_config import UniverseConfig

DEFAULT_SEED = 1
_NO_ROOM = Response(
    status=503,
    headers={"content-type": "application/json"},
    body=b'{"error":{"message":"The sandbox cannot write down what happens: its disk refuses.","code":503}}',
)
SNAPSHOT_EVERY_CALLS = 1_000  # a snapshot takes 8 ms, a line of the journal 0.01 ms, its replay 0.1 ms
HEARTBEAT_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxWorld:
    """The transport to a universe, its account token, and the clock it shares with the daemon."""

    transport: Transport
    account_token: str = field(repr=False)
    clock: LoopClock


def open_world(
    data_dir: Path, *, seed: int | None, loop: asyncio.AbstractEventLoop, universe_config: UniverseConfig | None = None
) -> SandboxWorld:
    """The directory's universe, or a new one from `seed` and `universe_config`, if given.

    Raises Refused when the directory holds a universe of another seed or scenario, UniverseLost for one that cannot be
    read.
    """
    kept = snapshot.read(data_dir)
    machine = SystemClock()
    if kept is None:
        stepped = SteppedClock(now_of(machine))
        universe = Universe(DEFAULT_SEED if seed is None else seed, stepped, universe_config=universe_config)
        from_snapshot = stepped.now()
    else:
        if seed not in (None, kept.seed):
            raise Refused.of("sandbox.seed", seed, f"{kept.seed}, which the universe in {data_dir} was made from")
        stepped = SteppedClock(kept.at)
        universe = snapshot.load_universe(data_dir, kept, stepped)
        if universe_config is not None and universe_config.name != universe.universe_config.name:
            allowed = f"{universe.universe_config.name}, which the universe in {data_dir} was made from"
            raise Refused.of("scenario", universe_config.name, allowed)
        journal.replay(data_dir, universe, stepped, journal.read(data_dir, kept.number))
        # Up to this much time may have passed unrecorded; continuing after it keeps time from going back.
        from_snapshot = max(machine.now(), stepped.now() + timedelta(seconds=HEARTBEAT_SECONDS + 1))
    clock = LoopClock(loop, from_snapshot)
    transport = SandboxTransport(universe)
    transport.api = PersistentApi(universe, stepped, clock, data_dir, snapshots=kept.number if kept else 0)
    return SandboxWorld(transport=transport, account_token=universe.account_token, clock=clock)


class PersistentApi(Api):
    """The sandbox's API with persistence."""

    def __init__(
        self, universe: Universe, stepped: SteppedClock, live: Clock, data_dir: Path, *, snapshots: int
    ) -> None:
        super().__init__(universe)
        self._stepped = stepped
        self._live = live
        self._data_dir = data_dir
        self._snapshots = snapshots
        self._calls = 0
        self._written_at = 0
        self._unwritten: JournalEntry | None = None
        self._journal: Journal | None = None
        self._take_snapshot()

    def handle(self, request: Request, *, address: str = "local") -> Response:
        """The answer to a request, after its change was recorded.

        While the disk refuses, nothing is applied, and callers get a server error.
        """
        if not self._is_kept():
            return _NO_ROOM
        self._stepped.at = now_of(self._live)
        answer = super().handle(request, address=address)
        if request.method != "GET" and answer.status < 300:
            self._unwritten = journal.entry_of(self.universe, request)
            self._calls += 1
        elif self._stepped.at - self._written_at >= HEARTBEAT_SECONDS * SECOND:
            self._unwritten = JournalEntry(at=self._stepped.at)
        return answer if self._is_kept() else _NO_ROOM

    def _is_kept(self) -> bool:
        """Whether everything applied is recorded; an entry the disk refused before is tried again first."""
        try:
            if self._calls >= SNAPSHOT_EVERY_CALLS:
                self._take_snapshot()
            elif self._journal is None:
                self._journal = Journal(self._data_dir, self._snapshots)
            elif self._unwritten is not None:
                self._journal.write(self._unwritten)
                self._written_at = self._unwritten.at
        except OSError:
            return False
        self._unwritten = None
        return True

    def _take_snapshot(self) -> None:
        """Write a snapshot and start a new journal. Raises OSError; then the last ones stay valid."""
        self.universe.event_log.forget()  # it is not read here, and would grow without end
        snapshot.write(self._data_dir, self.universe, self._snapshots + 1)
        self._snapshots += 1
        self._calls = 0
        self._written_at = self._stepped.at
        if self._journal is not None:
            self._journal.close()
            self._journal = None  # from here on only the new one may be written to
        self._journal = Journal(self._data_dir, self._snapshots)
