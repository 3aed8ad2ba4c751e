"""Detection of universe resets, and an orderly end of everything in the old universe.

The game resets its universe about weekly. Tokens become invalid then, but an invalid token alone proves nothing: only
the server's own reset date does. Once both agree, nothing more is sent for that universe's players, their running work
is ended, and the database records it. The history stays, separate by player: a player is one agent in one universe.
"""

import asyncio
import functools
import logging
import shlex
from collections.abc import Awaitable, Callable, Sequence
from itertools import repeat

import sqlalchemy as sa

from starfoundry.containers.domain.model import Container
from starfoundry.containers.runtime.logbook import Logbook, LogLevel
from starfoundry.containers.runtime.supervisor import Supervisor
from starfoundry.daemon.players.sessions import Sessions
from starfoundry.daemon.players.store import Player
from starfoundry.daemon.resets import store
from starfoundry.daemon.resets.guarded_transport import GuardedTransport, UniverseState
from starfoundry.fleet.runtime.session import Session
from starfoundry.game.port import PublicApi
from starfoundry.game.transport.transport import Transport
from starfoundry.kernel.errors import StarFoundryError, Unavailable
from starfoundry.kernel.ids import PlayerId
from starfoundry.kernel.ports import Clock
from starfoundry.runtime.backoff import retry
from starfoundry.store.engine import Database

LOOK_AGAIN_SECONDS = 60.0
"""Pause before the server is asked again for its reset date, after no answer or an inconclusive one."""

_log = logging.getLogger(__name__)


class ResetWatch:
    """The universes of this daemon's players on its server.

    `companions` returns the players of this server in the same universe as a player, including it.
    """

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        logbook: Logbook,
        public_api: PublicApi,
        same_universe: Callable[[Player], Awaitable[Sequence[Player]]],
    ) -> None:
        self._database = database
        self._clock = clock
        self._logbook = logbook
        self._public_api = public_api
        self._same_universe = same_universe
        self._reset_watch: dict[PlayerId, UniverseState] = {}
        self._endings: dict[asyncio.Task[None], None] = {}
        self._supervisor: Supervisor | None = None
        self._sessions: Sessions[Session] | None = None

    def end_with(self, supervisor: Supervisor, sessions: Sessions[Session]) -> None:
        """Set the supervisor and the sessions to end; called once, before anything is sent."""
        self._supervisor = supervisor
        self._sessions = sessions

    def guarded(self, transport: Transport, player: Player) -> Transport:
        """The transport of one player, valid while its universe lasts."""
        universe_state = self._state_of(player)
        return GuardedTransport(transport, universe_state, lambda: self._on_token_refused(universe_state))

    async def close(self) -> None:
        """Stop; anything not ended yet is ended at the next start."""
        tasks = [
            *self._endings,
            *(
                universe_state.check
                for universe_state in self._reset_watch.values()
                if universe_state.check is not None
            ),
        ]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _state_of(self, player: Player) -> UniverseState:
        return self._reset_watch.setdefault(player.id, UniverseState(player))

    async def _on_token_refused(self, universe_state: UniverseState) -> None:
        """Return once it is known why the token is refused; at once if the server was asked just now."""
        now = self._clock.elapsed()
        is_fresh = universe_state.checked_at is not None and now - universe_state.checked_at < LOOK_AGAIN_SECONDS
        if universe_state.check is None and not universe_state.over and not is_fresh:
            universe_state.check = asyncio.create_task(
                self._look(universe_state), name=f"era of player {universe_state.player.id}"
            )
        if universe_state.check is not None:
            await asyncio.shield(universe_state.check)

    async def _look(self, universe_state: UniverseState) -> None:
        try:
            today = await self._reset_date()
            universe_state.checked_at = self._clock.elapsed()
            if today == universe_state.player.universe:
                _log.warning(
                    "the game refuses the token of player %s (%s) though its universe goes on; if it has a new one: "
                    "spacetraders player add",
                    universe_state.player.id,
                    universe_state.player.agent,
                )
                return
            for player in await self._same_universe(universe_state.player):
                await self._end(self._state_of(player), today)
        except StarFoundryError as error:  # the next refusal asks again
            universe_state.checked_at = None
            _log.warning(
                "cannot tell whether the universe of player %s goes on: %s", universe_state.player.id, error.message
            )
        finally:
            universe_state.check = None

    async def _reset_date(self) -> str:
        def failed(error: Unavailable, _seconds: float) -> None:
            _log.warning("the server does not say whether its universe was reset: %s", error.message)

        status = await retry(self._public_api.status, repeat(LOOK_AGAIN_SECONDS), on=Unavailable, failed=failed)
        return status.reset_date

    async def _end(self, universe_state: UniverseState, today: str) -> None:
        """Stop the player's work, and do the rest in the background: waiting callers must learn of it first."""
        if universe_state.over:
            return
        assert self._supervisor is not None, "end_with() comes first"
        universe_state.over = ending(universe_state.player, today)
        _log.warning("player %s: %s", universe_state.player.id, universe_state.over)
        await self._supervisor.interrupt(universe_state.player.id)
        task = asyncio.create_task(self._settle(universe_state), name=f"end of player {universe_state.player.id}")
        self._endings[task] = None
        task.add_done_callback(self._endings.pop)

    async def _settle(self, universe_state: UniverseState) -> None:
        """Close the session and record the end, retrying while the disk refuses."""
        assert self._sessions is not None, "end_with() comes first"
        assert self._supervisor is not None, "end_with() comes first"
        await self._sessions.end(universe_state.player.id)

        def work(connection: sa.Connection) -> list[Container]:
            return store.end_everything(
                connection, universe_state.player.id, reason=universe_state.over, at=self._clock.now()
            )

        def failed(error: StarFoundryError, _seconds: float) -> None:
            player_id = universe_state.player.id
            _log.warning("the end of player %s cannot be written down yet: %s", player_id, error.message)

        abandon = functools.partial(self._supervisor.abandon, universe_state.player.id, work)
        for container in await retry(abandon, repeat(LOOK_AGAIN_SECONDS), on=StarFoundryError, failed=failed):
            self._logbook.log(container.id, LogLevel.WARNING, f"Abandoned: {universe_state.over}")


def ending(player: Player, today: str) -> str:
    """Why the player's universe is over, and what to do next."""
    return (
        f"the universe of {player.universe} was reset, it is now that of {today}; register again with"
        f" `spacetraders player register --agent {shlex.quote(player.agent)} --renew`,"
        f" then `spacetraders manufacturing start`"
    )
