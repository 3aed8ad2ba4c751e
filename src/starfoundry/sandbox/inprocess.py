"""The sandbox as a transport: the daemon and its universe in one process, with the network's delay and nothing else."""

import asyncio

from starfoundry.game.transport import AnswerLost, ConnectionNeverMade, Request, Response
from starfoundry.sandbox.api import Api
from starfoundry.sandbox.universe import Universe

DELAY_SECONDS = (0.05, 0.15)  # a round trip to the live server from most of Europe and America


class SandboxTransport:
    """Carries requests into a universe. Half the delay passes before the request is applied, half after."""

    def __init__(self, universe: Universe, *, delay_seconds: tuple[float, float] = DELAY_SECONDS) -> None:
        self.api = Api(universe)
        self._chance = universe.entropy.stream("network.delay")
        self._delay_seconds = delay_seconds
        self._is_closed = False

    async def send(self, request: Request) -> Response:
        """The universe's answer; raises AnswerLost when it takes longer than the request may."""
        if self._is_closed:
            raise ConnectionNeverMade("the transport is closed")
        delay = self._chance.uniform(*self._delay_seconds)
        if delay > request.timeout_seconds:
            await asyncio.sleep(request.timeout_seconds)
            self.api.handle(request)
            raise AnswerLost(f"no answer within {request.timeout_seconds} seconds")
        await asyncio.sleep(delay / 2)
        answer = self.api.handle(request)
        await asyncio.sleep(delay / 2)
        return answer

    async def close(self) -> None:
        """Take no more requests."""
        self._is_closed = True
