"""Forecasts of a coordinator's settings: simulations of the current and the proposed settings from the known state.

The daemon only observes and compares; worker processes play the runs.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from starfoundry.config.domain.declarations.value_text import as_text
from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.fleet.runtime.session import Session
from starfoundry.forecast.domain.comparison import is_settled
from starfoundry.forecast.domain.forecast import SettingsForecast, arm_forecast, differing
from starfoundry.forecast.domain.model import Arm, Outcome, World
from starfoundry.forecast.domain.resemblance import (
    WorldPicture,
    picture_of,
    settings_differences,
    world_differences,
)
from starfoundry.forecast.domain.review import Review, judged_period
from starfoundry.forecast.domain.situation import Situation, encode
from starfoundry.forecast.runtime.experiment import rounds
from starfoundry.forecast.runtime.observation import observe, seen
from starfoundry.forecast.runtime.run_engine import Simulator
from starfoundry.forecast.runtime.turns import Turns
from starfoundry.forecast.storage import store
from starfoundry.kernel.errors import Refused, Unavailable
from starfoundry.kernel.ids import ContainerId, PlayerId, Revision
from starfoundry.kernel.ports import Clock, Entropy
from starfoundry.store.engine import Database

HOURS, HOURS_MAX = 24.0, 240.0
RUNS, RUNS_MAX = 8, 200
QUEUE_MAX = 8
REVIEWED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request for a forecast: settings in force under a revision, proposed ones (None for none), and hours.

    `runs` are played at most; fewer where the answer is clear before.
    """

    player_id: PlayerId
    container_id: ContainerId
    revision: Revision
    today: ManufacturingConfig
    proposed: ManufacturingConfig | None
    hours: float = HOURS
    runs: int = RUNS


class ForecastService:
    """One forecast at a time; others wait for their turn.

    `simulator` is None where no process can be started. `opened` gives a player's session if it is open.
    """

    def __init__(
        self,
        *,
        database: Database,
        session_of: Callable[[PlayerId], Awaitable[Session]],
        opened: Callable[[PlayerId], Session | None],
        clock: Clock,
        entropy: Entropy,
        simulator: Simulator | None,
        turns: Turns,
    ) -> None:
        self._database = database
        self._session_of = session_of
        self._opened = opened
        self._clock = clock
        self._entropy = entropy
        self._simulator = simulator
        self._turns = turns
        self._waiting = 0

    async def forecast(self, question: Question) -> AsyncIterator[tuple[int, SettingsForecast]]:
        """What is known after each round, and last the whole, which is kept under the number beside it; 0 before.

        Raises Refused for a question out of bounds, Unavailable where nothing can be simulated, and what `observe`
        raises. A caller who leaves ends the runs.
        """
        simulator = self._ready_for(question)
        self._waiting += 1
        try:
            async with self._turns.alone(), aclosing(self._forecast(question, simulator)) as found:
                async for each in found:
                    yield each
        finally:
            self._waiting -= 1

    async def reviews(self, player_id: PlayerId, container_id: ContainerId) -> list[Review]:
        """Every kept forecast of a coordinator with what came, and in what it is out of date, newest first."""
        now, session = self._clock.now(), self._opened(player_id)
        world = None if session is None else seen(session, now)
        return await self._database.read(lambda c: _reviews(c, player_id, container_id, now, world))

    def _ready_for(self, question: Question) -> Simulator:
        if not 1 <= question.hours <= HOURS_MAX:
            raise Refused.of("hours", question.hours, f"from 1 to {HOURS_MAX:g}")
        if not 1 <= question.runs <= RUNS_MAX:
            raise Refused.of("runs", question.runs, f"from 1 to {RUNS_MAX}")
        if self._simulator is None:
            raise Unavailable("this daemon runs in virtual time and cannot start the processes that a forecast needs")
        if self._waiting >= QUEUE_MAX:
            raise Unavailable(f"{QUEUE_MAX} forecasts are already running or waiting; try again later")
        return self._simulator

    async def _forecast(self, question: Question, simulator: Simulator) -> AsyncGenerator[tuple[int, SettingsForecast]]:
        session = await self._session_of(question.player_id)
        situation = await observe(session, self._database, question.container_id, self._clock.now())
        seed = int(self._entropy.token("forecast", 6), 16)
        arms = [
            arm_of("today", question.today),
            *([arm_of("proposed", question.proposed)] if question.proposed else []),
        ]
        played: list[Sequence[Outcome]] = []
        with TemporaryDirectory(prefix="forecast-") as directory:
            path = Path(directory) / "situation"
            path.write_bytes(encode(situation))
            worlds = [World(seed=seed + number, situation=str(path)) for number in range(question.runs)]
            async with simulator("") as engine, rounds(engine.play, worlds, arms, question.hours) as coming:
                async for each in coming:
                    played.append(each)
                    found = forecast_of(question, situation, seed, played)
                    if found.is_over:
                        break
                    yield 0, found
        yield await self._database.write(lambda connection: store.keep(connection, found)), found


def forecast_of(
    question: Question, situation: Situation, seed: int, played: Sequence[Sequence[Outcome]]
) -> SettingsForecast:
    """The forecast after the rounds that were played, at least one."""
    today, *proposed = ([each[place] for each in played] for place in range(len(played[0])))
    now = arm_forecast(today)
    differences = differing(today, proposed[0]) if proposed else {}
    difference = differences.get("difference")
    is_settled_now = difference is not None and is_settled(difference, level=now.profit_per_hour)
    listed = sum(len(each.imports) + len(each.exports) + len(each.exchange) for each in situation.places)
    return SettingsForecast(
        container_id=question.container_id,
        at=situation.at,
        revision=question.revision,
        hours=question.hours,
        runs=question.runs,
        seed=seed,
        rounds=len(played),
        is_over=is_settled_now or len(played) == question.runs,
        today=question.today.to_map(),
        proposed=None if question.proposed is None else question.proposed.to_map(),
        now=now,
        **differences,
        unseen_goods=max(0, listed - len(situation.goods)),
        seconds=sum(outcome.seconds for each in played for outcome in each),
        world=picture_of(situation.goods, situation.ships),
    )


def arm_of(name: str, config: ManufacturingConfig) -> Arm:
    """The arm that plays under a whole configuration."""
    return Arm(name=name, settings={name: as_text(value) for name, value in config.by_name().items()})


def _reviews(
    connection: sa.Connection,
    player_id: PlayerId,
    container_id: ContainerId,
    now: datetime,
    world: WorldPicture | None,
) -> list[Review]:
    periods = store.settings_periods(connection, container_id)
    found = []
    for number, forecast in store.find(connection, container_id, limit=REVIEWED):
        judged = judged_period(forecast, periods, now)
        moved = () if forecast.world is None or world is None else world_differences(forecast.world, world)
        changed = settings_differences([forecast.today, forecast.proposed], periods[-1].settings) if periods else ()
        found.append(
            Review(
                number=number,
                forecast=forecast,
                judged=judged,
                expected=None if judged is None else (forecast.then if judged.is_proposal else forecast.now),
                came=None if judged is None else store.traded(connection, player_id, judged.since, judged.until),
                unlike=(*moved, *changed),
            )
        )
    return found
