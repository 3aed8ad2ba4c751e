"""gRPC methods for containers: list, show, logs, start, stop, pause and resume."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from starfoundry.containers.domain.ending import Ending
from starfoundry.containers.domain.model import Container, ContainerStatus
from starfoundry.containers.runtime.logbook import Logbook, LogEntry, LogLevel
from starfoundry.containers.runtime.supervisor import Supervisor
from starfoundry.containers.storage import store
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.kernel.ports import Gate
from starfoundry.store.engine import Database
from starfoundry.wire import daemon_pb2 as wire

STOP_WAIT_SECONDS = 2.0
"""The time in seconds that an answer waits for a stopping container to end; one with ships in flight takes longer."""

ENTRIES_DEFAULT = 100
ENTRIES_MAX = 5_000


class ContainersRpc:
    """The container methods. Another player's container is reported as missing.

    `halted_by` returns which emergency halt blocks a container's calls: container, player, all, or none.
    """

    def __init__(
        self,
        *,
        database: Database,
        supervisor: Supervisor,
        logbook: Logbook,
        gate: Gate,
        halted_by: Callable[[Container], str] = lambda _container: "",
    ) -> None:
        self._database = database
        self._supervisor = supervisor
        self._logbook = logbook
        self._gate = gate
        self._halted_by = halted_by

    async def ListContainers(self, request: wire.ListContainersRequest, context: object) -> wire.ListContainersResponse:
        """Every container of the player, or of all; oldest first."""
        player_id = await self._gate.admit(request.player_id, context) if request.player_id else None
        statuses = [_parse_status(text) for text in request.statuses]
        found = await self._database.read(
            lambda connection: store.list_containers(connection, player_id=player_id, statuses=statuses)
        )
        return wire.ListContainersResponse(
            containers=[self._message(each) for each in found if self._gate.sees(each.player_id, context)]
        )

    async def GetContainer(self, request: wire.GetContainerRequest, context: object) -> wire.Container:
        """One container as it is stored."""
        player_id = await self._gate.admit(request.player_id, context)
        return self._message(await self._find(request.container_id, player_id))

    async def GetContainerLogs(
        self, request: wire.GetContainerLogsRequest, context: object
    ) -> wire.GetContainerLogsResponse:
        """The log of a container, oldest entry first."""
        player_id = await self._gate.admit(request.player_id, context)
        container = await self._find(request.container_id, player_id)
        if not 0 <= request.limit <= ENTRIES_MAX:
            raise Refused.of("limit", request.limit, f"1 to {ENTRIES_MAX}, or 0 for {ENTRIES_DEFAULT}")
        entries = await self._logbook.entries(
            container.id,
            limit=request.limit or ENTRIES_DEFAULT,
            minimum_level=LogLevel.parse(request.minimum_level or "INFO"),
            after_id=max(0, request.after_id),
        )
        return wire.GetContainerLogsResponse(logs=_entries(entries))

    async def StartContainer(self, request: wire.StartContainerRequest, context: object) -> wire.Container:
        """Start a stopped, paused or failed container; a running one is left running."""
        player_id = await self._gate.admit(request.player_id, context)
        container = await self._find(request.container_id, player_id)
        return self._message(await self._supervisor.start(container.id))

    async def StopContainer(self, request: wire.StopContainerRequest, context: object) -> wire.Container:
        """Stop the container; the answer may still say STOPPING. Stopping it twice is not an error."""
        player_id = await self._gate.admit(request.player_id, context)
        container = await self._find(request.container_id, player_id)
        ending = _parse_ending(request.ending)
        stopped = await self._supervisor.stop(container.id, ending=ending, wait_seconds=STOP_WAIT_SECONDS)
        return self._message(stopped)

    async def PauseContainer(self, request: wire.PauseContainerRequest, context: object) -> wire.Container:
        """Finish the container's work and let it wait to be resumed; the answer may still say PAUSING."""
        player_id = await self._gate.admit(request.player_id, context)
        container = await self._find(request.container_id, player_id)
        return self._message(await self._supervisor.pause(container.id, wait_seconds=STOP_WAIT_SECONDS))

    async def ResumeContainer(self, request: wire.ResumeContainerRequest, context: object) -> wire.Container:
        """Resume a paused container."""
        player_id = await self._gate.admit(request.player_id, context)
        container = await self._find(request.container_id, player_id)
        return self._message(await self._supervisor.resume(container.id))

    async def _find(self, container_id: str, player_id: PlayerId) -> Container:
        return await self._database.read(
            lambda connection: store.get(connection, ContainerId(container_id), player_id=player_id)
        )

    def _message(self, container: Container) -> wire.Container:
        container = self._supervisor.with_current_status(container)
        return wire.Container(
            container_id=container.id,
            player_id=container.player_id,
            type=container.type,
            status=container.status.value,
            created_at=_moment(container.created_at),
            started_at=_moment(container.started_at),
            stopped_at=_moment(container.stopped_at),
            restart_count=container.restart_count,
            exit_reason=container.exit_reason,
            config_json=json.dumps(dict(container.config)),
            halted=self._halted_by(container),
        )


def _parse_status(text: str) -> ContainerStatus:
    try:
        return ContainerStatus[text.strip().upper()]
    except KeyError:
        raise Refused.of("statuses", text, f"one of {', '.join(ContainerStatus.__members__)}") from None


def _parse_ending(text: str) -> Ending:
    try:
        return Ending[text.strip().upper() or Ending.SOON.name]
    except KeyError:
        raise Refused.of("ending", text, f"one of {', '.join(Ending.__members__)}, or nothing for SOON") from None


def _entries(entries: Sequence[LogEntry]) -> list[wire.LogEntry]:
    return [
        wire.LogEntry(
            id=entry.id,
            at=_moment(entry.at),
            level=entry.level.name,
            message=entry.message,
            fields_json=json.dumps(dict(entry.fields)),
        )
        for entry in entries
    ]


def _moment(at: datetime | None) -> str:
    return "" if at is None else at.isoformat(timespec="milliseconds")
