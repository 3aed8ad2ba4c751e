"""One world played under one arm's settings by the real daemon in virtual time.

A world that is generated or in a file is opened as `spacetraders demo --hours` opens it, so that the same seed and
settings come to the same credit there and here.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from starfoundry.containers.domain.model import ContainerStatus
from starfoundry.containers.storage.store import list_containers
from starfoundry.demo.demo_plan import DemoPlan
from starfoundry.demo.play import play
from starfoundry.demo.start import AGENT
from starfoundry.drill.campaign import fast_directory
from starfoundry.drill.deal_comparison import journal_digest
from starfoundry.drill.machine import Machine, machine
from starfoundry.drill.virtual_time import loop
from starfoundry.forecast.domain.model import Outcome, Run
from starfoundry.kernel.errors import Refused, Unavailable
from starfoundry.sandbox.core.event_log import EventLog
from starfoundry.sandbox.core.milliseconds import SECOND, moment
from starfoundry.sandbox.state.universe import Universe
from starfoundry.simulation.figures import RunFigures, figures_of
from starfoundry.simulation.ledger_figures import LedgerFigures, ledger_figures
from starfoundry.simulation.resumed import DATABASE_FILE, universe_of_situation, write_database
from starfoundry.simulation.worlds import read_situation, universe_of
from starfoundry.store.engine import write_empty
from starfoundry.top.reading import SECONDS_PER_HOUR
from starfoundry.wire.daemon_pb2 import GetHealthRequest

Watch = Callable[[Universe], EventLog]


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A run that has been played; its daemon is still there to be asked. `began` is in milliseconds since 1970."""

    machine: Machine
    agent: str
    start: int
    began: int
    requests: int
    rate_limited: int

    def figures(self) -> RunFigures:
        """Money and time, from the sandbox's record."""
        universe = self.machine.universe
        agent = universe.agents[self.agent]
        return figures_of(universe, agent, start=self.start, began=self.began, ends=universe.now())

    async def ledger_figures(self) -> LedgerFigures:
        """The figures of the run by the daemon's own ledger."""
        since = moment(self.began)
        return await self.machine.daemon.database.read(lambda connection: ledger_figures(connection, since))


def simulate(run: Run) -> Outcome:
    """The outcome of a run; the same run comes to the same outcome in any process, but for `seconds`.

    Raises Missing or Refused for a world or settings that are no good, Unavailable for a run that failed.
    """
    began = time.process_time()
    with TemporaryDirectory(prefix="simulation-", dir=fast_directory()) as directory:
        return loop.run(_outcome(run, Path(directory), began), seed=run.world.seed)


async def _outcome(run: Run, directory: Path, began: float) -> Outcome:
    async with played(run, directory) as game:
        figures, entries = game.figures(), await game.ledger_figures()
        return Outcome(
            hours=run.hours,
            hourly=figures.money.hourly,
            drawdown=figures.money.drawdown,
            requests=game.requests,
            ships=len(game.machine.universe.agents[game.agent].ships),
            trips=entries.trips,
            bought_at=entries.bought_at,
            sold_at=entries.sold_at,
            time=figures.time,
            journal=await journal_digest(game.machine.daemon.database, game.machine.universe.event_log),
            seconds=round(time.process_time() - began, 3),
        )


@asynccontextmanager
async def played(run: Run, directory: Path, *, watch: Watch | None = None) -> AsyncIterator[Played]:
    """A run played to its end in an empty directory; `watch` makes the record that takes the usual one's place.

    Raises Missing or Refused for a world or settings that are no good, Unavailable if a container failed: what the
    others earned then says nothing of the settings.
    """
    situation = read_situation(run.world)
    universe = universe_of(run.world) if situation is None else universe_of_situation(situation, run.world.seed)
    write_empty(directory / DATABASE_FILE)
    if watch is not None:
        universe.event_log = watch(universe)
    if situation is not None:
        (agent,) = universe.agents.values()
        await write_database(situation, run.arm, agent.token, directory)
    elif AGENT in universe.agents:
        raise Refused.of("world", run.world.file, f"a world without an agent called {AGENT}: the player uses that name")
    began = universe.now()
    async with machine(universe, directory, seed=run.world.seed) as running:
        await (
            _begin_and_play(running, run, directory)
            if situation is None
            else asyncio.sleep(run.hours * SECONDS_PER_HOUR)
        )
        await running.daemon.database.read(_require_alive)
        health = await running.operator.call("GetHealth", GetHealthRequest())
        yield Played(
            machine=running,
            agent=AGENT if situation is None else situation.agent,
            start=universe.universe_config.credits,
            began=began - began % SECOND,
            requests=health.requests,
            rate_limited=health.rate_limited,
        )


def _require_alive(connection: sa.Connection) -> None:
    for failed in list_containers(connection, statuses=(ContainerStatus.FAILED,)):
        raise Unavailable(f"{failed.id} {failed.exit_reason.partition(chr(10))[0]}")


async def _begin_and_play(running: Machine, run: Run, directory: Path) -> None:
    plan = DemoPlan(
        seed=run.world.seed,
        speed=0,
        hours=run.hours,
        data_dir=directory,
        scenario=run.world.scenario or None,
        preset=run.arm.preset,
        settings=run.arm.settings,
    )
    await play(
        running.operator,
        running.clock,
        plan,
        show=lambda _scene, _reading: None,
        every_seconds=SECONDS_PER_HOUR,
        stop=asyncio.Event(),
    )
