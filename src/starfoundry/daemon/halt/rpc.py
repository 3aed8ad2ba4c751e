"""The door to the brake: here it is pulled and let go of, and one waits until what was under way is answered."""

import asyncio
from contextlib import suppress
from pathlib import Path

from starfoundry.containers.storage import store as container_store
from starfoundry.daemon.access.caller import caller_of
from starfoundry.daemon.halt.files import HaltFiles, Scope
from starfoundry.daemon.halt.transport import CallsUnderWay
from starfoundry.kernel.errors import Missing, NotPermitted
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.kernel.ports import Gate
from starfoundry.store.engine import Database
from starfoundry.wire import daemon_pb2 as wire

HaltRequest = wire.AwaitHaltRequest | wire.SetHaltRequest

NOBODY = -1
"""A number that no player has."""


class HaltRpc:
    """Tells whoever has pulled the brake when nothing is under way any more."""

    def __init__(
        self, *, database: Database, halt_files: HaltFiles, under_way: CallsUnderWay, data_dir: Path, gate: Gate
    ) -> None:
        self._database = database
        self._halt_files = halt_files
        self._under_way = under_way
        self._data_dir = data_dir
        self._gate = gate

    async def AwaitHalt(self, request: wire.AwaitHaltRequest, context: object) -> wire.AwaitHaltResponse:
        """Whether the brake holds, and how many calls are still under way after the wait. Raises Missing."""
        scope = await self._scope(request, context)
        is_halted = scope in self._halt_files.pulled()
        if is_halted:
            await self._settled(scope, request.wait_milliseconds)
        return wire.AwaitHaltResponse(
            is_halted=is_halted,
            calls_under_way=self._under_way.count(scope),
            data_directory=str(self._data_dir),
        )

    async def SetHalt(self, request: wire.SetHaltRequest, context: object) -> wire.SetHaltResponse:
        """Pull the brake and wait for the calls under way, or let go of it.

        Raises Missing, and NotPermitted for everything at once where not every player is the caller's.
        """
        scope = await self._scope(request, context)
        if scope == Scope() and caller_of(context).players is not None:
            raise NotPermitted("everything can be halted only by who may act for every player; name one")
        was_halted = scope in self._halt_files.pulled()
        if request.halted:
            self._halt_files.pull(scope)
            await self._settled(scope, request.wait_milliseconds)
        else:
            self._halt_files.release(scope)
        return wire.SetHaltResponse(
            was_halted=was_halted,
            calls_under_way=self._under_way.count(scope),
            still_halted=[str(each) for each in self._halt_files.pulled()],
        )

    async def _settled(self, scope: Scope, wait_milliseconds: int) -> None:
        """Return when no call of the scope is under way, or so many milliseconds later."""
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0, wait_milliseconds) / 1000):
                await self._under_way.none_left(scope)

    async def _scope(self, request: HaltRequest, context: object) -> Scope:
        if request.container_id:
            return Scope(container_id=await self._container(request, context))
        if request.player_id:
            return Scope(player_id=await self._gate.admit(request.player_id, context))
        return Scope()

    async def _container(self, request: HaltRequest, context: object) -> ContainerId:
        """The container, if it is of a player of the caller's, and of the one that was named if one was.

        Raises Missing with the same words for another's container and for one that is not there.
        """
        wanted = ContainerId(request.container_id)
        found = await self._database.read(lambda connection: container_store.find(connection, wanted))
        player_id = PlayerId(request.player_id or NOBODY)
        if found is not None and request.player_id in (0, found.player_id):
            with suppress(Missing):
                player_id = await self._gate.admit(found.player_id, context)
        got = await self._database.read(lambda connection: container_store.get(connection, wanted, player_id=player_id))
        return got.id
