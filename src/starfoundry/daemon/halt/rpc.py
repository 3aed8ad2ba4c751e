"""The method that waits until no call is in progress after a halt."""

import asyncio
from contextlib import suppress
from pathlib import Path

from starfoundry.containers.storage import store as container_store
from starfoundry.daemon.access.caller import caller_of
from starfoundry.daemon.halt.halt_files import HaltFiles, HaltScope
from starfoundry.daemon.halt.haltable_transport import CallsInProgress
from starfoundry.kernel.errors import Missing, NotPermitted
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.kernel.ports import Gate
from starfoundry.runtime.scaled_loop import loop_seconds
from starfoundry.store.engine import Database
from starfoundry.wire import daemon_pb2 as wire

HaltRequest = wire.AwaitHaltRequest | wire.SetHaltRequest

NOBODY = -1
"""A number that is no player's."""


class HaltRpc:
    """Reports when no halted call is in progress any more."""

    def __init__(
        self, *, database: Database, halt_files: HaltFiles, in_flight: CallsInProgress, data_dir: Path, gate: Gate
    ) -> None:
        self._database = database
        self._halt_files = halt_files
        self._in_flight = in_flight
        self._data_dir = data_dir
        self._gate = gate

    async def AwaitHalt(self, request: wire.AwaitHaltRequest, context: object) -> wire.AwaitHaltResponse:
        """Whether the halt is set, and how many calls are in progress after the wait. Raises Missing."""
        scope = await self._scope(request, context)
        is_halted = scope in self._halt_files.halts()
        if is_halted:
            await self._settled(scope, request.wait_milliseconds)
        return wire.AwaitHaltResponse(
            is_halted=is_halted,
            calls_under_way=self._in_flight.count(scope),
            data_directory=str(self._data_dir),
        )

    async def SetHalt(self, request: wire.SetHaltRequest, context: object) -> wire.SetHaltResponse:
        """Set a halt and wait for the calls in progress, or release it.

        Raises Missing, and NotPermitted for everything at once where not every player is the caller's.
        """
        scope = await self._scope(request, context)
        if scope == HaltScope() and caller_of(context).players is not None:
            raise NotPermitted("everything can be halted only by who may act for every player; name one")
        was_halted = scope in self._halt_files.halts()
        if request.halted:
            self._halt_files.halt(scope)
            await self._settled(scope, request.wait_milliseconds)
        else:
            self._halt_files.release(scope)
        return wire.SetHaltResponse(
            was_halted=was_halted,
            calls_under_way=self._in_flight.count(scope),
            still_halted=[str(each) for each in self._halt_files.halts()],
        )

    async def _settled(self, scope: HaltScope, wait_milliseconds: int) -> None:
        """Return when no call of the scope is under way, or so many milliseconds later."""
        with suppress(TimeoutError):
            async with asyncio.timeout(loop_seconds(max(0, wait_milliseconds) / 1000)):
                await self._in_flight.none_left(scope)

    async def _scope(self, request: HaltRequest, context: object) -> HaltScope:
        if request.container_id:
            return HaltScope(container_id=await self._container(request, context))
        if request.player_id:
            return HaltScope(player_id=await self._gate.admit(request.player_id, context))
        return HaltScope()

    async def _container(self, request: HaltRequest, context: object) -> ContainerId:
        """The container, if the caller may act for its player, and if it is the named player's.

        Raises Missing with the same message for another player's container and for an unknown one.
        """
        wanted = ContainerId(request.container_id)
        found = await self._database.read(lambda connection: container_store.find(connection, wanted))
        player_id = PlayerId(request.player_id or NOBODY)
        if found is not None and request.player_id in (0, found.player_id):
            with suppress(Missing):
                player_id = await self._gate.admit(found.player_id, context)
        got = await self._database.read(lambda connection: container_store.get(connection, wanted, player_id=player_id))
        return got.id
