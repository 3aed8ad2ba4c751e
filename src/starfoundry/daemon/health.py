"""The health of the daemon on the wire: what holds it back, and what its requests to the game went on."""

from importlib.metadata import version
from pathlib import Path

from starfoundry.daemon.examiner import Examiner, told
from starfoundry.game.budget import RequestBudget
from starfoundry.kernel.conditions import Condition
from starfoundry.kernel.instants import rfc3339
from starfoundry.kernel.ports import Clock
from starfoundry.runtime.conditions import listed
from starfoundry.wire import daemon_pb2 as wire

LISTED_PER_KIND = 10
"""Conditions of one kind that are listed; of the others only the number is told."""


class HealthRpc:
    """The door to the daemon itself."""

    def __init__(
        self, *, examiner: Examiner, budget: RequestBudget, clock: Clock, data_dir: Path, plays_on: str
    ) -> None:
        self._examiner = examiner
        self._budget = budget
        self._clock = clock
        self._data_dir = data_dir
        self._plays_on = plays_on
        self._started_at = clock.now()
        self._started = clock.elapsed()

    async def GetHealth(self, request: wire.GetHealthRequest, context: object) -> wire.Health:  # noqa: N802, ARG002
        """Everything at a glance; `degraded` when any condition degrades."""
        findings = await self._examiner.examine()
        conditions, more = listed(findings.conditions, LISTED_PER_KIND)
        reading = self._budget.reading()
        spent = sorted(reading.requests.items(), key=lambda item: (-item[1], item[0]))
        return wire.Health(
            status="degraded" if any(each.degrades for each in conditions) else "ok",
            version=version("starfoundry"),
            started_at=self._started_at.isoformat(timespec="seconds"),
            uptime_seconds=int(self._clock.elapsed() - self._started),
            data_directory=str(self._data_dir),
            database=findings.database,
            game_api=self._plays_on,
            running_containers=findings.running,
            requests=sum(reading.requests.values()),
            rate_limited=reading.rate_limited,
            budget_used=reading.used_share,
            budget=[
                wire.BudgetLine(
                    purpose=purpose, requests=requests, waited_seconds=reading.waited_seconds.get(purpose, 0.0)
                )
                for purpose, requests in spent
            ],
            problems=[told(each) for each in conditions if each.degrades],
            conditions=[_condition(each) for each in conditions],
            more_conditions=more,
        )


def _condition(condition: Condition) -> wire.HealthCondition:
    return wire.HealthCondition(
        kind=condition.kind,
        subject=condition.subject,
        player_id=condition.player_id or 0,
        reason=condition.reason,
        next_step=condition.next_step,
        since=rfc3339(condition.since),
        degrades=condition.degrades,
    )
