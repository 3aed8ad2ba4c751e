"""Studies: start, stop, status, and applying a proposal."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from starfoundry.config.domain.change_status import RevisionResult
from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.config.service.config_service import ConfigService
from starfoundry.fleet.runtime.session import Session
from starfoundry.forecast.api.service import HOURS_MAX
from starfoundry.forecast.domain.remote_run import checked_cluster
from starfoundry.forecast.domain.situation import encode
from starfoundry.forecast.runtime.observation import observe
from starfoundry.forecast.runtime.run_engine import EngineStatus, Simulator
from starfoundry.kernel.errors import FieldProblem, Missing, Refused, Stale, Unavailable
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.kernel.ports import Clock, Entropy
from starfoundry.store.engine import Database
from starfoundry.tuning.domain.space import Dimension, bounds_of, space_of
from starfoundry.tuning.domain.study import (
    BATCH,
    BATCH_MAX,
    BUDGET_MAX,
    BUDGET_MIN,
    Objective,
    Spec,
    Study,
    StudyStatus,
    drawdown_bound,
)
from starfoundry.tuning.domain.tune_command import tune_command
from starfoundry.tuning.runtime import optimiser
from starfoundry.tuning.runtime.set_proposal import set_proposal
from starfoundry.tuning.runtime.tuner import Tuner
from starfoundry.tuning.storage import store


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRequest:
    """A request for a study, as it was typed. `budget` counts runs of so many simulated hours; no `batch` is 0."""

    settings: Sequence[str]
    apply_within: Sequence[str] = ()
    objective: str
    constraint: str
    budget: int
    hours: float
    batch: int = 0
    cluster: str = ""


class TuningService:
    """The use cases of tuning. `simulator` is None where no process can be started."""

    def __init__(
        self,
        *,
        database: Database,
        configs: ConfigService,
        session_of: Callable[[PlayerId], Awaitable[Session]],
        tuner: Tuner,
        clock: Clock,
        entropy: Entropy,
        simulator: Simulator | None,
    ) -> None:
        self._database = database
        self._configs = configs
        self._session_of = session_of
        self._tuner = tuner
        self._clock = clock
        self._entropy = entropy
        self._simulator = simulator

    async def start(self, player_id: PlayerId, container_id: ContainerId, wanted: StudyRequest) -> Study:
        """A new study, carried out in the background.

        Raises Refused naming what is wrong, Stale where one runs for the coordinator already or the coordinator does
        not run, Unavailable without the optimiser.
        """
        view = await self._configs.show(player_id, container_id)
        space = space_of(wanted.settings, view.config)
        objective, drawdown_max = _objective(wanted.objective), drawdown_bound(wanted.constraint)
        apply_within = _apply_within(wanted, objective, space, view.config)
        if not BUDGET_MIN <= wanted.budget <= BUDGET_MAX:
            raise Refused.of("budget", wanted.budget, f"from {BUDGET_MIN} to {BUDGET_MAX} runs")
        if not 1 <= wanted.hours <= HOURS_MAX:
            raise Refused.of("hours", wanted.hours, f"from 1 to {HOURS_MAX:g}")
        batch, cluster = _batch(wanted), checked_cluster(wanted.cluster) if wanted.cluster else ""
        await self._require_engine(cluster)
        session, now = await self._session_of(player_id), self._clock.now()
        situation = await observe(session, self._database, container_id, now)
        spec = Spec(
            container_id=container_id,
            player_id=player_id,
            revision=view.revision,
            space=space,
            objective=objective,
            drawdown_max=drawdown_max,
            budget=wanted.budget,
            hours=wanted.hours,
            seed=int(self._entropy.token("tuning", 6), 16),
            credits=situation.credits,
            today=view.config.by_name(),
            apply_within=apply_within,
            batch=batch,
            cluster=cluster,
        )

        def create(connection: sa.Connection) -> Study:
            running = store.running_of(connection, container_id)
            if running is not None:
                stop = tune_command("stop", container_id)
                raise Stale(f"study {running} of {container_id} is still running; stop it first: {stop}")
            return store.create(connection, spec, encode(situation), now)

        study = await self._database.write(create)
        self._tuner.begin()
        return study

    async def _require_engine(self, cluster: str) -> None:
        """Raise Unavailable or Refused where nothing could play the runs, or propose them."""
        if self._simulator is None:
            raise Unavailable("this daemon runs in virtual time and cannot start the processes that tuning needs")
        optimiser.require()
        if cluster:
            await _require_cluster(self._simulator, cluster)

    async def studies(self, player_id: PlayerId, container_id: ContainerId) -> list[Study]:
        """The studies of a coordinator, newest first; raises Missing for one that is not the player's."""
        await self._configs.show(player_id, container_id)
        return await self._database.read(lambda connection: store.of_container(connection, container_id))

    async def study(self, player_id: PlayerId, container_id: ContainerId, number: int) -> Study:
        """One study, 0 for the newest; raises Missing."""
        await self._configs.show(player_id, container_id)
        found = await self._database.read(lambda connection: store.find(connection, container_id, number))
        if found is None:
            which = f"no study {number}" if number else "no study"
            start = tune_command("start", container_id, "--settings NAME")
            raise Missing(f"there is {which} of {container_id}; start one with: {start}")
        return found

    def engine_of(self, study: Study) -> EngineStatus:
        """The state of the engine of a study; one that does not run has none."""
        return self._tuner.engine_of(study) if study.status is StudyStatus.RUNNING else EngineStatus(workers=0)

    async def stop(self, player_id: PlayerId, container_id: ContainerId, number: int) -> Study:
        """End a study that runs; what it has found stays. Raises Missing, or Stale for one that does not run."""
        study = await self.study(player_id, container_id, number)
        await self._become(study, was=StudyStatus.RUNNING, becomes=StudyStatus.STOPPED)
        await self._tuner.drop(study)
        return await self.study(player_id, container_id, study.number)

    async def apply(
        self, player_id: PlayerId, container_id: ContainerId, number: int, *, wait_seconds: float
    ) -> RevisionResult:
        """Set what a study proposes, as a revision of the author `tuner`.

        Raises Stale for a study without a proposal, and when anybody has changed a setting since it began: then nothing
        changes.
        """
        study = await self.study(player_id, container_id, number)
        if study.proposal is None or study.status is not StudyStatus.PROPOSED:
            raise Stale(f"study {study.number} is {study.status} and has nothing to apply")
        result = await set_proposal(self._configs, study, wait_seconds=wait_seconds)
        await self._become(study, was=StudyStatus.PROPOSED, becomes=StudyStatus.APPLIED)
        return result

    async def _become(self, study: Study, *, was: StudyStatus, becomes: StudyStatus) -> None:
        if not await self._database.write(lambda c: store.change_status(c, study.number, was=was, becomes=becomes)):
            raise Stale(f"study {study.number} is {study.status} and not {was}")


def _batch(wanted: StudyRequest) -> int:
    batch = wanted.batch or BATCH
    if not 1 <= batch <= BATCH_MAX:
        raise Refused.of("batch", wanted.batch, f"from 1 to {BATCH_MAX} trials")
    return batch


async def _require_cluster(simulator: Simulator, address: str) -> None:
    """Raise Refused for a cluster that cannot be reached, or where nobody can play."""
    try:
        async with simulator(address):
            pass
    except Unavailable as error:
        allowed = "a cluster that answers and has a worker of this daemon's build"
        problem = FieldProblem(field="cluster", given=address, allowed=allowed)
        raise Refused(error.message, fields=(problem,)) from None


def _apply_within(
    wanted: StudyRequest, objective: Objective, space: Sequence[Dimension], config: ManufacturingConfig
) -> tuple[Dimension, ...]:
    """The bounds within which a proposal is set by itself; raises Refused where the real profit could not judge it."""
    if not wanted.apply_within:
        return ()
    if objective is not Objective.PROFIT:
        allowed = f"{Objective.PROFIT} with --apply-within, because the proposal is evaluated by its real profit"
        raise Refused.of("objective", objective, allowed)
    bounds = bounds_of(wanted.apply_within, config)
    varied = [each.name for each in space]
    other = next((each.name for each in bounds if each.name not in varied), None)
    if other is not None:
        raise Refused.of("apply_within", other, f"one of the settings that the study varies: {', '.join(varied)}")
    return bounds


def _objective(text: str) -> Objective:
    try:
        return Objective(text)
    except ValueError:
        raise Refused.of("objective", text, f"one of {', '.join(Objective)}") from None
