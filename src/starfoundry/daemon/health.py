"""How the daemon is: what works, what does not, and what the requests to the game went on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import sqlalchemy as sa

from starfoundry.containers import store as container_store
from starfoundry.containers.model import ContainerStatus
from starfoundry.daemon.directory import is_writable
from starfoundry.daemon.players import store as player_store
from starfoundry.game.budget import RequestBudget
from starfoundry.kernel.errors import Unavailable
from starfoundry.kernel.ports import Clock
from starfoundry.store.engine import Database
from starfoundry.wire import daemon_pb2 as wire


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    running: int
    failed: tuple[str, ...]
    to_renew: tuple[str, ...]


class HealthRpc:
    """The door to the daemon itself. `problems` tells what other rooms have to complain of."""

    def __init__(
        self,
        *,
        database: Database,
        budget: RequestBudget,
        clock: Clock,
        data_dir: Path,
        plays_on: str,
        problems: Callable[[], Sequence[str]],
    ) -> None:
        self._database = database
        self._budget = budget
        self._clock = clock
        self._data_dir = data_dir
        self._plays_on = plays_on
        self._problems = problems
        self._started_at = clock.now()
        self._started = clock.elapsed()

    async def GetHealth(self, request: wire.GetHealthRequest, context: object) -> wire.Health:  # noqa: N802, ARG002
        """Everything at a glance; `degraded` when there is any problem."""
        problems = list(self._problems())
        stored, database = _Stored(running=0, failed=(), to_renew=()), self._database.trouble or "ok"
        if self._database.trouble:
            problems.append(f"database: the last write was refused: {self._database.trouble}")
        if not is_writable(self._data_dir):
            problems.append(
                f"{self._data_dir} is read-only: `spacetraders halt` cannot hold, nor can this daemon restart"
            )
        try:
            stored = await self._database.read(_stored)
        except Unavailable as error:
            database = error.message
            problems.append(f"database: {error.message}")
        problems += [f"container {name} has FAILED; see its logs" for name in stored.failed]
        problems += [
            f"the universe of agent {agent} is over; `spacetraders player register --agent {agent} --renew`"
            for agent in stored.to_renew
        ]
        reading = self._budget.reading()
        if reading.rate_limited:
            problems.append(f"the game refused {reading.rate_limited} requests as too many")
        spent = sorted(reading.requests.items(), key=lambda item: (-item[1], item[0]))
        return wire.Health(
            status="degraded" if problems else "ok",
            version=version("starfoundry"),
            started_at=self._started_at.isoformat(timespec="seconds"),
            uptime_seconds=int(self._clock.elapsed() - self._started),
            data_directory=str(self._data_dir),
            database=database,
            game_api=self._plays_on,
            running_containers=stored.running,
            requests=sum(reading.requests.values()),
            rate_limited=reading.rate_limited,
            budget_used=reading.used_share,
            budget=[
                wire.BudgetLine(
                    purpose=purpose, requests=requests, waited_seconds=reading.waited_seconds.get(purpose, 0.0)
                )
                for purpose, requests in spent
            ],
            problems=problems,
        )


def _stored(connection: sa.Connection) -> _Stored:
    statuses = (ContainerStatus.RUNNING, ContainerStatus.STOPPING, ContainerStatus.FAILED)
    found = container_store.list_containers(connection, statuses=statuses)
    return _Stored(
        running=sum(container.status.is_alive for container in found),
        failed=tuple(container.id for container in found if container.status is ContainerStatus.FAILED),
        to_renew=tuple(player.agent for player in player_store.not_renewed(connection)),
    )
