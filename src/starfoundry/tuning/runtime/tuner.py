"""The loop that runs studies, one run after another, from stored state only.

A kill loses at most the current run: after the next start the same trial continues with its next world.
"""

import asyncio
import logging
import statistics
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from starfoundry.config.domain.model import ConfigChange, ManufacturingConfig
from starfoundry.config.domain.validation import change_warnings, read_change
from starfoundry.forecast.api.service import Simulator, arm_of
from starfoundry.forecast.domain.comparison import compare
from starfoundry.forecast.domain.model import Outcome, Run, World
from starfoundry.forecast.runtime.experiment import Play
from starfoundry.kernel.errors import Refused, StarFoundryError, Unavailable
from starfoundry.runtime.concurrency.offload import SingleThread
from starfoundry.store.engine import Database
from starfoundry.tuning.domain.space import values_at
from starfoundry.tuning.domain.study import (
    CHECK_ROUNDS,
    ROUNDS,
    Proposal,
    Spec,
    Study,
    StudyStatus,
    StudyTrial,
    TrialState,
    best_of,
    is_hopeless,
    searches_on,
    value_of,
)
from starfoundry.tuning.runtime import optimiser
from starfoundry.tuning.storage import store

CHECK_SEED = 1_000
"""How far the seeds of the check lie from those of the trials."""

INVALID_MAX = 50
"""After so many trials in a row that no coordinator may have, the search ends."""

RETRY_SECONDS = 60.0

_log = logging.getLogger(__name__)


class Tuner:
    """Carries out the studies that run, the oldest first; `turn` is held for each run, so that forecasts get theirs.

    `on_proposal` is called when a study has ended with one.
    """

    def __init__(
        self, database: Database, simulator: Simulator | None, turn: asyncio.Lock, on_proposal: Callable[[], None]
    ) -> None:
        self._database = database
        self._on_proposal = on_proposal
        self._simulator = simulator
        self._turn = turn
        self._offload = SingleThread("tuner")  # the optimiser thinks for longer than the daemon's loop may wait
        self._task: asyncio.Task[None] | None = None
        self._current = 0

    def begin(self) -> None:
        """Carry on what runs, in the background, until nothing does."""
        if self._simulator is not None and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._run(self._simulator), name="tuner")

    async def drop(self, number: int) -> None:
        """Let go of a study that does not run any more, in the middle of a run."""
        if self._current == number:
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
        while (study := await self._database.read(store.next_running)) is not None:
            self._current = study.number
            try:
                await self._carry_out(study, simulator)
            except Unavailable as error:  # a process that died, a disk that refuses: it is tried again
                _log.warning("study %d waits: %s", study.number, error.message)
                await asyncio.sleep(RETRY_SECONDS)
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
            async with simulator() as play:
                worlds = _Worlds(play, self._turn, str(path), study.spec)
                found = await self._search(study, worlds)
                await self._check(found, worlds)

    async def _search(self, study: Study, worlds: "_Worlds") -> Study:
        invalid = 0
        while True:
            trial = next((each for each in study.trials if each.state is TrialState.RUNNING), None)
            if trial is None:
                if not searches_on(study) or invalid >= INVALID_MAX:
                    return study
                trial = await self._next(study)
            study = await self._play(study, trial, worlds)
            invalid = invalid + 1 if study.trials[-1].state is TrialState.INVALID else 0

    async def _next(self, study: Study) -> StudyTrial:
        """Today's settings first, then what the optimiser proposes."""
        spec, number = study.spec, len(study.trials)
        if not number:
            today = {each.name: spec.today[each.name] for each in spec.space}
            points = {each.name: each.point(today[each.name]) for each in spec.space}
            return StudyTrial(number=0, points=points, settings=today)
        points = await self._offload.run(lambda: optimiser.next_points(spec, study.trials))
        return StudyTrial(number=number, points=points, settings=values_at(spec.space, points))

    async def _play(self, study: Study, trial: StudyTrial, worlds: "_Worlds") -> Study:
        """The study after a trial was played to its end, or until it is hopeless."""
        try:
            config = config_of(study.spec, trial)
        except Refused:
            trial = msgspec.structs.replace(trial, state=TrialState.INVALID)
            return await self._with_trial(study, trial)
        best = best_of(study.spec, study.trials)
        study = await self._with_trial(study, trial)
        while trial.state is TrialState.RUNNING:
            outcome = await worlds.play(config, len(trial.values))
            trial = trial.with_outcome(study.spec, outcome)
            if len(trial.values) == ROUNDS:
                trial = msgspec.structs.replace(trial, state=TrialState.COMPLETE)
            elif is_hopeless(trial, best):
                trial = msgspec.structs.replace(trial, state=TrialState.CUT)
            study = await self._with_trial(study, trial)
        return study

    async def _check(self, study: Study, worlds: "_Worlds") -> None:
        """Compare the best trial with the settings at the start in new worlds, and end the study with the result."""
        spec, best = study.spec, best_of(study.spec, study.trials)
        if best is None or best.number == 0:
            reason = "no trial within the constraint is better than the current settings"
            await self._keep(msgspec.structs.replace(study, status=StudyStatus.NOTHING, reason=reason))
            return
        configs = [config_of(spec, study.trials[0]), config_of(spec, best)]
        while len(study.check) < CHECK_ROUNDS:
            seed = CHECK_SEED + len(study.check)
            before, after = [value_of(spec.objective, await worlds.play(config, seed)) for config in configs]
            study = msgspec.structs.replace(study, check=(*study.check, (before, after)))
            await self._keep(study)
            if compare(*zip(*study.check, strict=True)).is_clear:
                break
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

    async def _with_trial(self, study: Study, trial: StudyTrial) -> Study:
        await self._database.write(lambda connection: store.keep_trial(connection, study.number, trial))
        return msgspec.structs.replace(study, trials=(*study.trials[: trial.number], trial))

    async def _keep(self, study: Study) -> None:
        await self._database.write(lambda connection: store.keep_outcome(connection, study))


class _Worlds:
    """The worlds of one study, each by its number."""

    def __init__(self, play: Play, turn: asyncio.Lock, situation: str, spec: Spec) -> None:
        self._play = play
        self._turn = turn
        self._situation = situation
        self._spec = spec

    async def play(self, config: ManufacturingConfig, number: int) -> Outcome:
        """A run under a configuration, when it is its turn."""
        world = World(seed=self._spec.seed + number, situation=self._situation)
        async with self._turn:
            return await self._play(Run(world=world, arm=arm_of("trial", config), hours=self._spec.hours))


def config_of(spec: Spec, trial: StudyTrial) -> ManufacturingConfig:
    """The whole configuration of a trial; raises Refused for one that no coordinator may have."""
    today = ManufacturingConfig(**read_change(ConfigChange(dict(spec.today))))
    values = read_change(ConfigChange(dict(trial.settings)))
    config = replace(today, **values)
    change_warnings(today, config, values)
    return config
