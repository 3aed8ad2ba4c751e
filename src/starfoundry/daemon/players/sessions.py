"""One session for each player, opened at the first use and shared by all users."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from itertools import chain, repeat
from typing import Any, Generic, TypeVar

from starfoundry.kernel.errors import StarFoundryError, Unavailable
from starfoundry.kernel.ids import PlayerId
from starfoundry.runtime.backoff import retry

S = TypeVar("S")

RETRY_SECONDS = (5.0, 15.0, 60.0)
"""Pauses between attempts while the game is unreachable; the last one repeats."""

_log = logging.getLogger(__name__)


class Sessions(Generic[S]):
    """The open sessions. Opening one reads ships and markets from the game, so it takes a few seconds.

    `ended_opening` is called with the result of each opening: an error, or None.
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
        """The player's session. A failed opening raises for all that wait for it; the next call retries.

        An opening continues when a caller leaves. Raises the errors of opening: Unavailable while the game is
        unreachable.
        """
        return await asyncio.shield(self._opening(player_id))

    async def when_ready(self, player_id: PlayerId) -> S:
        """The player's session, however long the game is unreachable; for work without a waiting caller."""

        def failed(error: Unavailable, seconds: float) -> None:
            _log.warning("player %s cannot play yet (%s); trying again in %g s", player_id, error.message, seconds)

        pauses = chain(RETRY_SECONDS, repeat(RETRY_SECONDS[-1]))
        return await retry(lambda: self.get(player_id), pauses, on=Unavailable, failed=failed)

    def begin(self, player_id: PlayerId) -> None:
        """Start opening the session, for later use."""
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
        """Close one player's session. An opening in progress is awaited: it fails, or its session is closed at once."""
        opening = self._openings.pop(player_id, None)
        if opening is None:
            return
        (outcome,) = await asyncio.gather(opening, return_exceptions=True)
        if not isinstance(outcome, BaseException):
            await self._close(outcome)

    async def close(self) -> None:
        """Cancel openings, and close every session."""
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
    """Log a failure, since no caller may be waiting for this opening."""
    if opening.cancelled() or (error := opening.exception()) is None:
        return
    if isinstance(error, StarFoundryError):
        _log.warning("%s could not be opened: %s", opening.get_name(), error.message)
    else:
        _log.error("%s could not be opened", opening.get_name(), exc_info=error)
