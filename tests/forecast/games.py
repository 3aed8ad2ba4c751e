"""A game in virtual time with a coordinator at work, and the daemon's doors to forecasts beside it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from starfoundry.config.service.config_bus import ConfigBus
from starfoundry.config.service.config_service import ConfigService
from starfoundry.daemon.players.player_access import PlayerAccess
from starfoundry.drill.machine import Machine, machine, new_universe
from starfoundry.drill.setup import DrillSetup, open_scene
from starfoundry.forecast.api.rpc import ForecastRpc
from starfoundry.forecast.api.service import ForecastService, Question
from starfoundry.forecast.domain.model import Outcome, Run
from starfoundry.forecast.runtime.experiment import Play
from starfoundry.forecast.runtime.run_engine import EngineStatus
from starfoundry.forecast.runtime.turns import Turns
from starfoundry.kernel.ids import ContainerId, Revision
from starfoundry.runtime.concurrency.offload import SingleThread
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.simulation.play import simulate
from tests.forecast.outcomes import outcome

Answers = Callable[[Run], Outcome]


@dataclass(frozen=True, slots=True)
class FakeEngine:
    """An engine whose runs are answered by a function, so many at a time."""

    play: Play
    workers: int = 1

    def status(self) -> EngineStatus:
        """Always at work."""
        return EngineStatus(workers=self.workers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Game:
    """The game, and who asks for forecasts in it; `asked` are the runs that were asked for."""

    running: Machine
    scene: DrillSetup
    service: ForecastService
    rpc: ForecastRpc
    configs: ConfigService
    asked: list[Run]

    async def question(self, *, hours: float = 2.0, runs: int = 4, **changes: Any) -> Question:
        """Today's settings against the same with these changes."""
        container_id = ContainerId(self.scene.manufacturing_id)
        today = (await self.configs.show(self.scene.player_id, container_id)).config
        return Question(
            player_id=self.scene.player_id,
            container_id=container_id,
            revision=Revision(1),
            today=today,
            proposed=replace(today, **changes) if changes else None,
            hours=hours,
            runs=runs,
        )


@asynccontextmanager
async def game(directory: Path, answers: Answers | None = None, *, hours: float = 0.25) -> AsyncIterator[Game]:
    """A game that has gone on for so long; runs are answered by `answers`, or really played."""
    asked: list[Run] = []
    offload = SingleThread("simulation")

    async def play(run: Run) -> Outcome:
        asked.append(run)
        await asyncio.sleep(1)
        return await offload.run(lambda: simulate(run)) if answers is None else answers(run)

    @asynccontextmanager
    async def simulator(_address):
        yield FakeEngine(play)

    async with machine(new_universe(1), directory) as running:
        scene = await open_scene(running.operator)
        await asyncio.sleep(hours * 3_600)
        daemon = running.daemon
        configs = ConfigService(daemon.database, ConfigBus(), running.clock)
        service = ForecastService(
            database=daemon.database,
            session_of=daemon.sessions.get,
            opened=daemon.sessions.opened,
            clock=running.clock,
            entropy=SeededEntropy(7),
            simulator=simulator,
            turns=Turns(),
        )
        rpc = ForecastRpc(service, configs, PlayerAccess(daemon.database))
        yield Game(running=running, scene=scene, service=service, rpc=rpc, configs=configs, asked=asked)
    offload.close()


def better_by(share: float, *, noise: int = 0) -> Answers:
    """Runs in which the proposal brings so much more, give or take `noise` credits an hour from world to world."""

    def answer(run: Run) -> Outcome:
        profit = 100_000 + 10_000 * (run.world.seed % 7)
        if run.arm.name == "proposed":
            profit += round(share * profit) + noise * (-1) ** run.world.seed
        return outcome(profit, profit, seconds=1.0)

    return answer
