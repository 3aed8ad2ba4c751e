"""The door to the brake: it is pulled by a file, and here one waits until what was under way then is answered."""

import asyncio
from contextlib import suppress
from pathlib import Path

from starfoundry.containers import store as container_store
from starfoundry.daemon.brake.files import Brake, Scope
from starfoundry.daemon.brake.transport import CallsUnderWay
from starfoundry.kernel.ids import ContainerId
from starfoundry.kernel.ports import Gate
from starfoundry.store.engine import Database
from starfoundry.wire import daemon_pb2 as wire


class BrakeRpc:
    """Tells whoever has pulled the brake when nothing is under way any more."""

    def __init__(
        self, *, database: Database, brake: Brake, under_way: CallsUnderWay, data_dir: Path, gate: Gate
    ) -> None:
        self._database = database
        self._brake = brake
        self._under_way = under_way
        self._data_dir = data_dir
        self._gate = gate

    async def AwaitHalt(self, request: wire.AwaitHaltRequest, context: object) -> wire.AwaitHaltResponse:
        """Whether the brake holds, and how many calls are still under way after the wait. Raises Missing."""
        scope = await self._scope(request, context)
        is_halted = scope in self._brake.pulled()
        if is_halted:
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0, request.wait_milliseconds) / 1000):
                    await self._under_way.none_left(scope)
        return wire.AwaitHaltResponse(
            is_halted=is_halted,
            calls_under_way=self._under_way.count(scope),
            data_directory=str(self._data_dir),
        )

    async def _scope(self, request: wire.AwaitHaltRequest, context: object) -> Scope:
        if request.container_id:
            found = await self._database.read(
                lambda connection: container_store.get(connection, ContainerId(request.container_id))
            )
            await self._gate.admit(found.player_id, context)
            return Scope(container_id=found.id)
        if request.player_id:
            return Scope(player_id=await self._gate.admit(request.player_id, context))
        return Scope()
