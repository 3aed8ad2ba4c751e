"""The sandbox as a transport: daemon and universe in one process, with a simulated network delay."""

import asyncio

from starfoundry.game.transport.transport import AnswerLost, ConnectionNeverMade, Request, Response
from starfoundry.sandbox.api.delivery import Reach, deliver
from starfoundry.sandbox.api.game_api import Api
from starfoundry.sandbox.state.universe import Universe

DELAY_SECONDS = (0.05, 0.15)  # a round trip to the live server from most of Europe and America


class SandboxTransport:
    """Passes requests to a universe. Half the delay passes before a request is applied, half after.

    Faults of its `api` apply as they do over HTTP.
    """

    def __init__(self, universe: Universe, *, delay_seconds: tuple[float, float] = DELAY_SECONDS) -> None:
        self.api = Api(universe)
        self._rng = universe.entropy.stream("network.delay")
        self._delay_seconds = delay_seconds
        self._is_closed = False

    async def send(self, request: Request) -> Response:
        """The universe's answer. Raises AnswerLost when it exceeds the request's timeout, or is truncated."""
        if self._is_closed:
            raise ConnectionNeverMade("the transport is closed")
        delay = self._rng.uniform(*self._delay_seconds)
        if delay > request.timeout_seconds:
            await asyncio.sleep(request.timeout_seconds)
            self.api.handle(request)
            raise AnswerLost(f"no answer within {request.timeout_seconds} seconds")
        await asyncio.sleep(delay / 2)
        answer = self.api.handle(request) if not self.api.faults else await self._faulty(request)
        await asyncio.sleep(delay / 2)
        return answer

    async def _faulty(self, request: Request) -> Response:
        """The part of the answer that arrives; the request is applied even if its caller has given up."""
        under_way = asyncio.ensure_future(deliver(self.api, request))
        try:
            delivery = await asyncio.wait_for(asyncio.shield(under_way), request.timeout_seconds)
        except TimeoutError:
            raise AnswerLost(f"no answer within {request.timeout_seconds} seconds") from None
        if delivery.reach is not Reach.WHOLE:
            raise AnswerLost("the connection ended before the answer did")
        return delivery.response

    async def close(self) -> None:
        """Accept no more requests."""
        self._is_closed = True
