"""One session for each player, opened when it is first wanted and shared by everyone who wants it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Generic, TypeVar

from starfoundry.kernel.errors import StarFoundryError, Unavailable
from starfoundry.kernel.ids import PlayerId

S = TypeVar("S")

RETRY_SECONDS = (5.0, 15.0, 60.0)
"""Pauses between attempts while the game cannot be reached; the last one repeats."""

_log = logging.getLogger(__name__)


class Sessions(Generic[S]):
    """The open sessions. Opening asks the game for ships and markets, so it takes a few seconds.

    `ended_opening` hears how each opening has ended: with an error, or None.
    """

    def __init__(
        self,
        open_session: Callable[[PlayerId], Coroutine[Any, Any, S]],
        close_session: Callable[[S], Awaitable[None]],
        ended_opening: Callable[[PlayerId, BaseException | None], None] = lambda _player, _error: None,
    ) -> None:
        self._open = open_session
        self._close = close_session
        self._ended_opening = ended_opening
        self._openings: dict[PlayerId, asyncio.Task[S]] = {}

    async def get(self, player_id: PlayerId) -> S:
        """The player's session. An opening that fails is told to all who wait for it, and tried anew by the next.

        It goes on when a caller leaves. Raises what opening raises: Unavailable while the game cannot be reached.
        """
        return await asyncio.shield(self._opening(player_id))

    async def when_ready(self, player_id: PlayerId) -> S:
        """The player's session, however long the game cannot be reached; for work that has no caller who waits."""
        attempt = 0
        while True:
            try:
                return await self.get(player_id)
            except Unavailable as error:
                pause = RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)]
                _log.warning("player %s cannot play yet (%s); trying again in %g s", player_id, error.message, pause)
            attempt += 1
            await asyncio.sleep(pause)

    def begin(self, player_id: PlayerId) -> None:
        """Open the session for whoever will want it soon."""
        self._opening(player_id)

    def opened(self, player_id: PlayerId) -> S | None:
        """The session if it is open."""
        opening = self._openings.get(player_id)
        if opening is None or not opening.done() or opening.cancelled() or opening.exception() is not None:
            return None
        return opening.result()

    def all_opened(self) -> tuple[S, ...]:
        """Every open session, by player."""
        found = (self.opened(player_id) for player_id in sorted(self._openings))
        return tuple(session for session in found if session is not None)

    async def end(self, player_id: PlayerId) -> None:
        """Close one player's session. One that is being opened is waited for: it fails, or is closed at once."""
        opening = self._openings.pop(player_id, None)
        if opening is None:
            return
        (outcome,) = await asyncio.gather(opening, return_exceptions=True)
        if not isinstance(outcome, BaseException):
            await self._close(outcome)

    async def close(self) -> None:
        """Give up what is being opened, and close every session."""
        unfinished = [opening for opening in self._openings.values() if not opening.done()]
        for opening in unfinished:
            opening.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
        for session in self.all_opened():
            await self._close(session)
        self._openings.clear()

    def _opening(self, player_id: PlayerId) -> asyncio.Task[S]:
        present = self._openings.get(player_id)
        if present is not None and (not present.done() or self.opened(player_id) is not None):
            return present
        opening = asyncio.create_task(self._open(player_id), name=f"session of player {player_id}")
        opening.add_done_callback(lambda ended: self._tell(player_id, ended))
        self._openings[player_id] = opening
        return opening

    def _tell(self, player_id: PlayerId, opening: asyncio.Task[S]) -> None:
        if not opening.cancelled():
            self._ended_opening(player_id, opening.exception())
        _tell_failure(opening)


def _tell_failure(opening: asyncio.Task[Any]) -> None:
    """Log a failure, as perhaps nobody waits for this opening."""
    if opening.cancelled() or (error := opening.exception()) is None:
        return
    if isinstance(error, StarFoundryError):
        _log.warning("%s could not be opened: %s", opening.get_name(), error.message)
    else:
        _log.error("%s could not be opened", opening.get_name(), exc_info=error)
