"""Between the brake and the network: the last look before a call leaves, and the count of those under way."""

import shlex
from collections import Counter
from dataclasses import dataclass

from starfoundry.containers.runtime.current_container import acting_container
from starfoundry.daemon.halt.files import HaltFiles, Scope
from starfoundry.game.transport.transport import ConnectionNeverMade, Request, Response, Transport
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.runtime.concurrency.latest import Latest


class CallsUnderWay:
    """Calls that could change the game and were handed to the network without an answer yet."""

    def __init__(self) -> None:
        self._open: Counter[tuple[PlayerId | None, ContainerId | None]] = Counter()
        self._ended = Latest(0, 0)

    def began(self, player_id: PlayerId | None, container_id: ContainerId | None) -> None:
        """One was handed over."""
        self._open[player_id, container_id] += 1

    def ended(self, player_id: PlayerId | None, container_id: ContainerId | None) -> None:
        """One was answered, or given up with its connection closed: it can no longer leave."""
        self._open[player_id, container_id] -= 1
        self._open += Counter()  # drops what has come to nothing
        self._ended.set(0, self._ended.version + 1)

    def count(self, scope: Scope) -> int:
        """How many of `scope` are under way."""
        return sum(
            calls for (player_id, container_id), calls in self._open.items() if scope.covers(player_id, container_id)
        )

    async def none_left(self, scope: Scope) -> None:
        """Return once none of `scope` is under way."""
        while self.count(scope):
            await self._ended.newer_than(self._ended.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class HaltableTransport:
    """Carries requests as `inner` does; those that could change the game only while no brake holds them.

    Whose they are: `player_id` is that of the token they carry, the container is the one that the running task works
    for. Between the look at the brake and the count of the call nothing else runs.
    """

    inner: Transport
    halt_files: HaltFiles
    under_way: CallsUnderWay
    player_id: PlayerId | None = None

    async def send(self, request: Request) -> Response:
        """The answer; raises ConnectionNeverMade for anything but a look while a brake holds it."""
        if request.method == "GET":
            return await self.inner.send(request)
        container_id = acting_container()
        held = self.halt_files.holding(self.player_id, container_id)
        if held is not None:
            raise ConnectionNeverMade(told(held))
        self.under_way.began(self.player_id, container_id)
        try:
            return await self.inner.send(request)
        finally:
            self.under_way.ended(self.player_id, container_id)

    async def close(self) -> None:
        """Let go of every connection."""
        await self.inner.close()


def told(scope: Scope) -> str:
    """That it is halted, and how to go on."""
    return f"halted by the operator ({scope}); `{resuming(scope)}` lets go"


def resuming(scope: Scope) -> str:
    """The command that lets go of a halt."""
    option = {
        "all": "",
        "player": f" --player-id {scope.player_id}",
        "container": f" --container {shlex.quote(scope.container_id or '')}",
    }
    return f"spacetraders resume{option[scope.kind]}"
