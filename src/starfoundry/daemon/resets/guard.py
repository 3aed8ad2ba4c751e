"""Stands between a player and the game: hears of a refused token, and sends nothing once the universe is over."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from starfoundry.daemon.players.store import Player
from starfoundry.game.decoding import decode
from starfoundry.game.errors import UNIVERSE_RESET, TokenRejected, UniverseReset, refusal
from starfoundry.game.transport.transport import Request, Response, Transport

VERDICT_SECONDS = 20.0
"""How long a caller whose token was refused waits to learn why; the question itself goes on until it is answered."""


@dataclass(slots=True)
class UniverseState:
    """One player's time in one universe. `over` says why it has ended; empty while it goes on."""

    player: Player
    over: str = ""
    looking: asyncio.Task[None] | None = None
    looked_at: float | None = None

    def refuse_if_over(self) -> None:
        """Raise UniverseReset once it is over."""
        if self.over:
            raise UniverseReset(self.over, code=UNIVERSE_RESET)


class GuardedTransport:
    """Carries one player's requests as `inner` does. `doubt` is told when the game refuses the player's token.

    Beside what transports raise it raises UniverseReset, for what is not sent any more.
    """

    def __init__(self, inner: Transport, universe_state: UniverseState, doubt: Callable[[], Awaitable[None]]) -> None:
        self._inner = inner
        self._universe_state = universe_state
        self._doubt = doubt

    async def send(self, request: Request) -> Response:
        """The answer; an answer that refuses the token comes only after it was asked why."""
        self._universe_state.refuse_if_over()
        response = await self._inner.send(request)
        if refuses_token(response):
            with suppress(TimeoutError):
                async with asyncio.timeout(VERDICT_SECONDS):
                    await self._doubt()
            self._universe_state.refuse_if_over()
        return response

    async def close(self) -> None:
        """Nothing: every player's requests go through the same connections."""


def refuses_token(response: Response) -> bool:
    """Whether the game says that the token acts for nobody (any more)."""
    if not 400 <= response.status < 500 or response.status == 429:
        return False
    reason = decode.complaint(response.body)
    if reason is None:
        return False
    code = response.status if reason.code is None else reason.code
    return isinstance(refusal(response.status, code, reason.message), TokenRejected)
