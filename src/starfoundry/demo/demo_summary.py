"""Result of a demo: one JSON object for machines, a few lines for people."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from starfoundry.demo.demo_plan import DemoSetting
from starfoundry.terminal.rendering import render
from starfoundry.top.reading import SECONDS_PER_HOUR, TopReading
from starfoundry.wire.daemon_pb2 import Task

ORDINARY = "ordinary"
"""The scenario of a universe without a named one."""

EARNER = "earner"
EARNER_GAIN_PERCENT = 12
"""Gain over the defaults in a day, as the median of four worlds (docs/economy-benchmark.md)."""

TASK_KINDS = ("ACQUIRE_DELIVER", "COLLECT_SELL", "LIQUIDATE", "TRADE")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSummary:
    """A demo's result: credits_end = credits_start + profit - spent_on_ships, to the credit.

    `journal` is the digest of every decision, ledger entry and event of a demo in virtual time: one seed, one journal.
    """

    seed: int
    scenario: str
    preset: str
    settings: dict[str, str]
    agent: str
    system: str
    simulated_hours: float
    credits_start: int
    credits_end: int
    ships: int
    profit: int
    profit_per_hour: int
    last_hour_profit: int | None
    spent_on_ships: int
    tasks_completed: dict[str, int]
    requests: int
    rate_limited: int
    config_revision: int
    journal: str = ""

    @classmethod
    def of(cls, demo_setting: DemoSetting, reading: TopReading, tasks: Iterable[Task]) -> Self:
        """The summary of the last reading and of all tasks."""
        completed = Counter(task.kind for task in tasks if task.status == "COMPLETED")
        return cls(
            seed=demo_setting.plan.seed,
            scenario=demo_setting.plan.scenario or ORDINARY,
            preset=demo_setting.plan.preset,
            settings=dict(demo_setting.plan.settings),
            agent=demo_setting.agent,
            system=demo_setting.system,
            simulated_hours=round(reading.seconds / SECONDS_PER_HOUR, 2),
            credits_start=reading.money.opening,
            credits_end=reading.money.closing,
            ships=len(reading.ships),
            profit=reading.money.profit,
            profit_per_hour=reading.profit_per_hour,
            last_hour_profit=reading.last_hour_profit,
            spent_on_ships=reading.money.spent_on_ships,
            tasks_completed={kind: completed[kind] for kind in TASK_KINDS},
            requests=reading.health.requests,
            rate_limited=reading.health.rate_limited,
            config_revision=reading.status.revision,
        )

    def text(self) -> str:
        """The summary for people."""
        tasks = ", ".join(f"{count} {kind.lower().replace('_', ' ')}" for kind, count in self.tasks_completed.items())
        hours = render.counted(self.simulated_hours, "simulated hour")
        return "\n".join(
            (
                f"{hours} of {self.agent} in {self.system}, {self._made_from()}",
                f"  balance   {self.credits_start:,} -> {self.credits_end:,}",
                f"  profit    {self.profit:,}, {self._rates()}",
                f"  ships     {self.ships}, {self.spent_on_ships:,} credits spent on them",
                f"  tasks     {tasks}",
                f"  requests  {self.requests:,}, {self.rate_limited} refused by the rate limit",
                *self._offer(),
            )
        )

    def _offer(self) -> tuple[str, ...]:
        """The expected gain of the most profitable preset, if the demo ran with the defaults."""
        if self.preset or self.settings:
            return ()
        scenario = "" if self.scenario == ORDINARY else f" --scenario {self.scenario}"
        line = f"spacetraders demo --seed {self.seed}{scenario} --hours 24 --preset {EARNER}"
        return (
            f"  more      the preset {EARNER} gains about {EARNER_GAIN_PERCENT} % more in a day:",
            f"            {line}",
        )

    def _made_from(self) -> str:
        """The seed, and other parameters of the demo."""
        scenario = "" if self.scenario == ORDINARY else f", scenario {self.scenario}"
        preset = f", preset {self.preset}" if self.preset else ""
        settings = "".join(f", {name}={value}" for name, value in self.settings.items())
        return f"seed {self.seed}{scenario}{preset}{settings}"

    def _rates(self) -> str:
        last = "" if self.last_hour_profit is None else f"; {self.last_hour_profit:,} in the last full hour"
        return f"{self.profit_per_hour:,} an hour over all {self.simulated_hours:g} h{last}"


def progress_line(reading: TopReading) -> str:
    """One line on the demo's progress, for output that is not a terminal."""
    status = reading.status
    last = "" if reading.last_hour_profit is None else f"{reading.last_hour_profit:,} in the last full hour, "
    return (
        f"{reading.hours:>8}  balance {status.credits:>11,}  profit {reading.money.profit:>11,}"
        f"  ({last}{reading.profit_per_hour:,} an hour over all)  ships {len(reading.ships)}"
        f"  pipelines {status.active_pipelines}/{status.config.max_pipelines}  tasks done {status.completed_tasks}"
    )
