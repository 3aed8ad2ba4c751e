"""A transport for one player that notices refused tokens, and sends nothing once the universe is over."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from starfoundry.daemon.players.store import Player
from starfoundry.game.decoding import decode
from starfoundry.game.errors import UNIVERSE_RESET, TokenRejected, UniverseReset, refusal
from starfoundry.game.transport.transport import Request, Response, Transport

VERDICT_SECONDS = 20.0
"""Seconds that a caller whose token was refused waits for the reason; the inquiry continues until it is answered."""


@dataclass(slots=True)
class UniverseState:
    """One player's universe. `over` is the reason of its end; empty before."""

    player: Player
    over: str = ""
    check: asyncio.Task[None] | None = None
    checked_at: float | None = None

    def refuse_if_over(self) -> None:
        """Raise UniverseReset once it is over."""
        if self.over:
            raise UniverseReset(self.over, code=UNIVERSE_RESET)


class GuardedTransport:
    """Sends one player's requests through `inner`. `doubt` is called when the game refuses the token.

    Besides the errors of transports it raises UniverseReset for requests no longer sent.
    """

    def __init__(
        self, inner: Transport, universe_state: UniverseState, on_token_refused: Callable[[], Awaitable[None]]
    ) -> None:
        self._inner = inner
        self._universe_state = universe_state
        self._on_token_refused = on_token_refused

    async def send(self, request: Request) -> Response:
        """The answer; a refusal of the token is returned only after its reason was looked up."""
        self._universe_state.refuse_if_over()
        response = await self._inner.send(request)
        if refuses_token(response):
            with suppress(TimeoutError):
                async with asyncio.timeout(VERDICT_SECONDS):
                    await self._on_token_refused()
            self._universe_state.refuse_if_over()
        return response

    async def close(self) -> None:
        """Nothing: all players' requests share the same connections."""


def refuses_token(response: Response) -> bool:
    """Whether the game says that the token is not valid (any more)."""
    if not 400 <= response.status < 500 or response.status == 429:
        return False
    reason = decode.error_body(response.body)
    if reason is None:
        return False
    code = response.status if reason.code is None else reason.code
    return isinstance(refusal(response.status, code, reason.message), TokenRejected)
