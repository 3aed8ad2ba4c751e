"""A transport that checks for halts before each call, and counts the calls in progress."""

from collections import Counter
from dataclasses import dataclass

from starfoundry.containers.runtime.current_container import current_container
from starfoundry.daemon.halt.halt_files import HaltFiles, HaltScope
from starfoundry.game.transport.transport import ConnectionNeverMade, Request, Response, Transport
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.runtime.concurrency.latest import Latest


class CallsInProgress:
    """Calls that could change the game and were handed to the network without an answer yet."""

    def __init__(self) -> None:
        self._open: Counter[tuple[PlayerId | None, ContainerId | None]] = Counter()
        self._ended = Latest(0, 0)

    def began(self, player_id: PlayerId | None, container_id: ContainerId | None) -> None:
        """A call was handed to the network."""
        self._open[player_id, container_id] += 1

    def ended(self, player_id: PlayerId | None, container_id: ContainerId | None) -> None:
        """A call was answered, or given up with its connection closed: it can no longer be sent."""
        self._open[player_id, container_id] -= 1
        self._open += Counter()  # drops zero counts
        self._ended.set(0, self._ended.version + 1)

    def count(self, scope: HaltScope) -> int:
        """The number of calls of `scope` in progress."""
        return sum(
            calls for (player_id, container_id), calls in self._open.items() if scope.covers(player_id, container_id)
        )

    async def none_left(self, scope: HaltScope) -> None:
        """Return once no call of `scope` is in progress."""
        while self.count(scope):
            await self._ended.newer_than(self._ended.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class HaltableTransport:
    """Sends requests through `inner`; those that could change the game only without a halt.

    `player_id` is the player of the token, the container is the one of the running task. Nothing else runs between the
    check for a halt and the count of the call.
    """

    inner: Transport
    halt_files: HaltFiles
    in_flight: CallsInProgress
    player_id: PlayerId | None = None

    async def send(self, request: Request) -> Response:
        """The answer. Raises ConnectionNeverMade for any request but a read during a halt."""
        if request.method == "GET":
            return await self.inner.send(request)
        container_id = current_container()
        held = self.halt_files.halt_of(self.player_id, container_id)
        if held is not None:
            raise ConnectionNeverMade(halt_message(held))
        self.in_flight.began(self.player_id, container_id)
        try:
            return await self.inner.send(request)
        finally:
            self.in_flight.ended(self.player_id, container_id)

    async def close(self) -> None:
        """Close every connection."""
        await self.inner.close()


def halt_message(scope: HaltScope) -> str:
    """The message of a halt, with the command that releases it."""
    return f"halted by the operator ({scope}); to release: `{scope.resume_command}`"
