"""The loop that runs studies, batch after batch, from stored state only.

A kill loses at most the current runs: after the next start the same trials continue with their next worlds.
"""

import asyncio
import functools
import logging
import statistics
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import msgspec

from starfoundry.forecast.domain.comparison import compare
from starfoundry.forecast.runtime.run_engine import Engine, EngineStatus, Simulator
from starfoundry.forecast.runtime.turns import Turns
from starfoundry.kernel.conditions import ConditionReporter
from starfoundry.kernel.errors import Refused, StarFoundryError, Unavailable
from starfoundry.kernel.ids import PlayerId
from starfoundry.runtime.concurrency.offload import SingleThread
from starfoundry.store.engine import Database
from starfoundry.tuning.domain.space import values_at
from starfoundry.tuning.domain.study import (
    ROUNDS,
    Proposal,
    Study,
    StudyStatus,
    StudyTrial,
    TrialState,
    best_of,
    check_worlds,
    invalid_in_a_row,
    is_hopeless,
    next_batch_size,
    value_of,
)
from starfoundry.tuning.domain.tune_command import tune_command
from starfoundry.tuning.runtime import optimiser
from starfoundry.tuning.runtime.study_runs import StudyRuns, all_of, config_of
from starfoundry.tuning.storage import store

CHECK_SEED = 1_000
"""The distance of the seeds of the check from those of the trials."""

INVALID_MAX = 50
"""After so many trials in a row that no coordinator may have, the search ends."""

RETRY_SECONDS = 10.0
"""Pause before a study that could not be carried on is tried again; others go on meanwhile."""

REPORT_SECONDS = 5.0

WAITS = "tuning-waits"

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Tuner:
    """Carries out the studies that run, one after another, the oldest first; one that waits lets the next go on.

    `on_proposal` is called when a study has ended with one.
    """

    def __init__(
        self,
        database: Database,
        simulator: Simulator | None,
        turns: Turns,
        conditions_of: Callable[[PlayerId], ConditionReporter],
        on_proposal: Callable[[], None],
    ) -> None:
        self._database = database
        self._on_proposal = on_proposal
        self._simulator = simulator
        self._turns = turns
        self._conditions_of = conditions_of
        self._offload = SingleThread("tuner")  # the optimiser thinks for longer than the daemon's loop may wait
        self._task: asyncio.Task[None] | None = None
        self._current = 0
        self._engine: Engine | None = None
        self._waiting: dict[int, str] = {}

    def begin(self) -> None:
        """Carry on what runs, in the background, until nothing does."""
        if self._simulator is not None and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._run(self._simulator), name="tuner")

    def engine_of(self, study: Study) -> EngineStatus:
        """The state of the engine of a running study, or why nothing plays it."""
        if study.number == self._current and self._engine is not None:
            return self._engine.status()
        if study.number in self._waiting:
            return EngineStatus(workers=0, waits=self._waiting[study.number])
        return EngineStatus(workers=0, waits="its turn comes after the studies before it" if self._current else "")

    async def drop(self, study: Study) -> None:
        """Let go of a study that does not run any more, in the middle of a run."""
        self._waiting.pop(study.number, None)
        self._report(study, "")
        if self._current == study.number:
            await self._halt()
            self.begin()

    async def close(self) -> None:
        """Carry nothing on; what is stored goes on at the next start."""
        await self._halt()
        self._offload.close()

    async def _halt(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _run(self, simulator: Simulator) -> None:
        self._waiting.clear()
        while running := await self._database.read(store.running):
            ready = [number for number in running if number not in self._waiting]
            if not ready:
                await asyncio.sleep(RETRY_SECONDS)
                self._waiting.clear()
                continue
            study = await self._database.read(functools.partial(store.get, number=ready[0]))
            self._current = study.number
            try:
                await self._carry_out(study, simulator)
            except Unavailable as error:  # a process that died, a disk that refuses: it is tried again
                _log.warning("study %d waits: %s", study.number, error.message)
                self._waiting[study.number] = error.message
                self._report(study, error.message)
            except Exception as error:  # noqa: BLE001  (whatever is wrong with one study is in no other's way)
                reason = error.message if isinstance(error, StarFoundryError) else f"{type(error).__name__}: {error}"
                _log.exception("study %d failed", study.number)
                await self._keep(msgspec.structs.replace(study, status=StudyStatus.FAILED, reason=reason))
            finally:
                self._current = 0

    async def _carry_out(self, study: Study, simulator: Simulator) -> None:
        content = await self._database.read(lambda connection: store.situation_of(connection, study.number))
        with TemporaryDirectory(prefix="tuning-") as directory:
            path = Path(directory) / "situation"
            path.write_bytes(content)
            async with simulator(study.spec.cluster) as engine:
                self._engine = engine
                reporting = asyncio.create_task(self._keep_reporting(study, engine), name="tuner's health")
                try:
                    runs = StudyRuns(engine, None if study.spec.cluster else self._turns, str(path), study.spec)
                    await self._check(await self._search(study, runs), runs)
                finally:
                    self._engine = None
                    reporting.cancel()
                    await asyncio.gather(reporting, return_exceptions=True)
                    self._report(study, "")

    async def _keep_reporting(self, study: Study, engine: Engine) -> None:
        while True:
            status = engine.status()
            self._report(study, "; ".join([*([status.waits] if status.waits else []), *status.refused]))
            await asyncio.sleep(REPORT_SECONDS)

    def _report(self, study: Study, trouble: str) -> None:
        """Tell health what keeps a study from going on, or a worker from helping; nothing where it is empty."""
        reporter = self._conditions_of(PlayerId(study.spec.player_id))
        if not trouble:
            reporter.clear(WAITS, study.spec.container_id)
            return
        reporter.report(
            WAITS,
            study.spec.container_id,
            reason=f"study {study.number}: {trouble}",
            next_step=tune_command("status", study.spec.container_id),
            degrades=False,
        )

    async def _search(self, study: Study, runs: StudyRuns) -> Study:
        while True:
            batch = [each for each in study.trials if each.state is TrialState.RUNNING]
            if not batch:
                size = next_batch_size(study)
                if not size or invalid_in_a_row(study) >= INVALID_MAX:
                    return study
                batch = await self._kept(study, await self._proposed(study, size))
            ended = {each.number: each for each in await all_of(self._play(study, each, runs) for each in batch)}
            trials = {each.number: each for each in study.trials} | ended
            study = msgspec.structs.replace(study, trials=tuple(trials.values()))

    async def _proposed(self, study: Study, size: int) -> list[StudyTrial]:
        """Today's settings first, then what the optimiser proposes."""
        spec, first = study.spec, len(study.trials)
        if not first:
            today = {each.name: spec.today[each.name] for each in spec.space}
            points = {each.name: each.point(today[each.name]) for each in spec.space}
            return [StudyTrial(number=0, points=points, settings=today)]
        rival = best_of(spec, study.trials)
        return [
            StudyTrial(
                number=number,
                points=points,
                settings=values_at(spec.space, points),
                rival=None if rival is None else rival.number,
            )
            for number, points in enumerate(
                await self._offload.run(lambda: optimiser.next_points(spec, study.trials, size)), first
            )
        ]

    async def _play(self, study: Study, trial: StudyTrial, runs: StudyRuns) -> StudyTrial:
        """A trial played to its end, or until it is hopeless."""
        try:
            config = config_of(study.spec, trial)
        except Refused:
            trial = msgspec.structs.replace(trial, state=TrialState.INVALID)
            await self._kept(study, [trial])
            return trial
        rival = None if trial.rival is None else study.trials[trial.rival]
        while trial.state is TrialState.RUNNING:
            outcome = await runs.play(config, len(trial.values))
            trial = trial.with_outcome(study.spec, outcome)
            if len(trial.values) == ROUNDS:
                trial = msgspec.structs.replace(trial, state=TrialState.COMPLETE)
            elif is_hopeless(trial, rival):
                trial = msgspec.structs.replace(trial, state=TrialState.CUT)
            await self._kept(study, [trial])
        return trial

    async def _check(self, study: Study, runs: StudyRuns) -> None:
        """Compare the best trial with the settings at the start in new worlds, and end the study with the result."""
        spec, best = study.spec, best_of(study.spec, study.trials)
        if best is None or best.number == 0:
            reason = "no trial within the constraint is better than the current settings"
            await self._keep(msgspec.structs.replace(study, status=StudyStatus.NOTHING, reason=reason))
            return
        configs = [config_of(spec, study.trials[0]), config_of(spec, best)]

        async def pair(world: int) -> tuple[float, float]:
            before, after = await all_of(runs.play(config, CHECK_SEED + world) for config in configs)
            return value_of(spec.objective, before), value_of(spec.objective, after)

        while (worlds := check_worlds(study)) and not (
            study.check and compare(*zip(*study.check, strict=True)).is_clear
        ):
            study = msgspec.structs.replace(study, check=(*study.check, *await all_of(pair(each) for each in worlds)))
            await self._keep(study)
        await self._keep(await self._concluded(study, best))
        self._on_proposal()

    async def _concluded(self, study: Study, best: StudyTrial) -> Study:
        befores, afters = zip(*study.check, strict=True)
        difference = compare(befores, afters)
        if not difference.is_clear or difference.mean <= 0:
            reason = (
                f"trial {best.number} was best, but not significantly better than the current settings in new worlds"
            )
            return msgspec.structs.replace(study, status=StudyStatus.NOTHING, reason=reason)
        proposal = Proposal(
            trial=best.number,
            settings={name: value for name, value in best.settings.items() if value != study.spec.today[name]},
            difference=difference,
            before=statistics.fmean(befores),
            after=statistics.fmean(afters),
            importance=await self._offload.run(lambda: optimiser.importance(study.spec, study.trials)),
        )
        return msgspec.structs.replace(study, status=StudyStatus.PROPOSED, proposal=proposal)

    async def _kept(self, study: Study, trials: list[StudyTrial]) -> list[StudyTrial]:
        await self._database.write(lambda connection: store.keep_trials(connection, study.number, trials))
        return trials

    async def _keep(self, study: Study) -> None:
        await self._database.write(lambda connection: store.keep_outcome(connection, study))
