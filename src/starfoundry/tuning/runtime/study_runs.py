"""The runs of one study, and the configurations that they are played under."""

import asyncio
from collections.abc import Awaitable, Iterable
from contextlib import nullcontext
from dataclasses import replace
from typing import TypeVar

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.config.domain.validation import change_warnings, read_values
from starfoundry.forecast.api.service import arm_of
from starfoundry.forecast.domain.model import Outcome, Run, World
from starfoundry.forecast.runtime.run_engine import Engine
from starfoundry.forecast.runtime.turns import Turns
from starfoundry.tuning.domain.study import Spec, StudyTrial

T = TypeVar("T")


class StudyRuns:
    """The runs of one study, each in a world by its number; on this machine as many at a time as it has processes."""

    def __init__(self, engine: Engine, turns: Turns | None, situation: str, spec: Spec) -> None:
        self._engine = engine
        self._turns = turns
        self._free = nullcontext() if turns is None else asyncio.Semaphore(engine.status().workers)
        self._situation = situation
        self._spec = spec

    async def play(self, config: ManufacturingConfig, number: int) -> Outcome:
        """A run under a configuration, when it is its turn."""
        world = World(seed=self._spec.seed + number, situation=self._situation)
        async with self._free, nullcontext() if self._turns is None else self._turns.shared():
            return await self._engine.play(Run(world=world, arm=arm_of("trial", config), hours=self._spec.hours))


async def all_of(work: Iterable[Awaitable[T]]) -> list[T]:
    """The results; where some fail, the others still come to their ends, then the first error is raised."""
    ended = await asyncio.gather(*work, return_exceptions=True)
    for each in ended:
        if isinstance(each, BaseException):
            raise each
    return [each for each in ended if not isinstance(each, BaseException)]


def config_of(spec: Spec, trial: StudyTrial) -> ManufacturingConfig:
    """The whole configuration of a trial; raises Refused for one that no coordinator may have."""
    today = ManufacturingConfig(**read_values(spec.today))
    values = read_values(trial.settings)
    config = replace(today, **values)
    change_warnings(today, config, values)
    return config
