"""Looks at the running demo through the wire, as anybody could."""

import itertools

from starfoundry.demo.reading import SECONDS_PER_HOUR, Reading, Scene
from starfoundry.drill.operator import Operator
from starfoundry.kernel.ports import Clock
from starfoundry.wire.daemon_pb2 import (
    GetContainerLogsRequest,
    GetHealthRequest,
    GetManufacturingStatusRequest,
    ListPipelinesRequest,
    ListShipsRequest,
    ListTasksRequest,
    LogEntry,
    SummarizeLedgerRequest,
)

EVENTS_KEPT = 20


class Observer:
    """Makes readings; remembers the profit at each full hour in between."""

    def __init__(self, operator: Operator, scene: Scene, clock: Clock) -> None:
        self._operator = operator
        self._scene = scene
        self._clock = clock
        self._began = clock.elapsed()
        self._profit_at_hour = [0]

    async def look(self) -> Reading:
        """How the demo goes at this moment."""
        player, container = self._scene.player_id, self._scene.manufacturing_id
        call = self._operator.call
        status = await call(
            "GetManufacturingStatus", GetManufacturingStatusRequest(player_id=player, container_id=container)
        )
        pipelines = await call("ListPipelines", ListPipelinesRequest(player_id=player, container_id=container))
        tasks = await call("ListTasks", ListTasksRequest(player_id=player, container_id=container))
        ships = await call("ListShips", ListShipsRequest(player_id=player))
        money = await call("SummarizeLedger", SummarizeLedgerRequest(player_id=player))
        health = await call("GetHealth", GetHealthRequest())
        seconds = self._clock.elapsed() - self._began
        return Reading(
            seconds=seconds,
            status=status,
            pipelines=tuple(pipelines.pipelines),
            tasks=tuple(tasks.tasks),
            ships=tuple(ships.ships),
            events=await self._events(),
            money=money,
            health=health,
            hourly_profit=self._by_hour(seconds, money.profit),
        )

    async def _events(self) -> tuple[LogEntry, ...]:
        """The newest log entries of both containers, oldest first."""
        entries: list[LogEntry] = []
        for container_id in (self._scene.manufacturing_id, self._scene.growth_id):
            request = GetContainerLogsRequest(
                container_id=container_id, player_id=self._scene.player_id, limit=EVENTS_KEPT
            )
            entries.extend((await self._operator.call("GetContainerLogs", request)).logs)
        return tuple(sorted(entries, key=lambda entry: entry.id)[-EVENTS_KEPT:])

    def _by_hour(self, seconds: float, profit: int) -> tuple[int, ...]:
        """The profit of each hour that is over, and of the present one so far."""
        while len(self._profit_at_hour) <= seconds // SECONDS_PER_HOUR:
            self._profit_at_hour.append(profit)
        marks = [*self._profit_at_hour, profit]
        return tuple(after - before for before, after in itertools.pairwise(marks))
