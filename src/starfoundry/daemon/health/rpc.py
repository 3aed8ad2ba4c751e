"""The method GetHealth: conditions, containers and request budget."""

from importlib.metadata import version
from pathlib import Path

from starfoundry.daemon.access.caller import caller_of
from starfoundry.daemon.health.checks import HealthChecks, condition_line
from starfoundry.daemon.ports import Ports
from starfoundry.game.budget import RequestBudget
from starfoundry.kernel.conditions import Condition
from starfoundry.kernel.instants import rfc3339
from starfoundry.runtime.condition_registry import listed
from starfoundry.wire import daemon_pb2 as wire

LISTED_PER_KIND = 10
"""Conditions of one kind that are listed; only the number of the others is given."""


class HealthRpc:
    """The wire methods of the daemon itself."""

    def __init__(
        self, *, health_checks: HealthChecks, budget: RequestBudget, ports: Ports, data_dir: Path, plays_on: str
    ) -> None:
        self._health_checks = health_checks
        self._budget = budget
        self._clock = ports.clock
        self._stopwatch = ports.stopwatch or ports.clock.elapsed
        self._data_dir = data_dir
        self._plays_on = plays_on
        self._started_at = ports.clock.now()
        self._started = ports.clock.elapsed()
        self._really_started = self._stopwatch()
        self._recovered = 0
        self._after_crash = False

    def began(self, recovered: int, *, after_crash: bool) -> None:
        """The daemon serves: the number of recovered containers, and whether the run before crashed."""
        self._recovered = recovered
        self._after_crash = after_crash

    async def GetHealth(self, request: wire.GetHealthRequest, context: object) -> wire.Health:  # noqa: ARG002
        """The health overview; `degraded` when any condition degrades."""
        findings = await self._health_checks.examine()
        caller = caller_of(context)
        seen = [each for each in findings.conditions if each.player_id is None or caller.may_play(each.player_id)]
        conditions, more = listed(seen, LISTED_PER_KIND)
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
            problems=[condition_line(each) for each in conditions if each.degrades],
            conditions=[_condition(each) for each in conditions],
            more_conditions=more,
            after_crash=self._after_crash,
            recovered_containers=self._recovered,
            now=rfc3339(self._clock.now()),
            real_uptime_seconds=self._stopwatch() - self._really_started,
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
