"""A study finds what was planted, goes on where a kill left it, and its proposal never overwrites what a human set."""

import asyncio
from contextlib import asynccontextmanager
from typing import Any

import pytest

from starfoundry.drill.virtual_time import loop
from starfoundry.forecast.runtime.turns import Turns
from starfoundry.kernel.conditions import NO_REPORTER
from starfoundry.kernel.errors import Missing, Refused, Stale, Unavailable
from starfoundry.runtime.condition_registry import ConditionRegistry
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.tuning.api.service import StudyRequest, TuningService
from starfoundry.tuning.domain.probation import Probation, ProbationState
from starfoundry.tuning.domain.study import StudyStatus, TrialState
from starfoundry.tuning.runtime.tuner import Tuner
from starfoundry.tuning.storage import store
from starfoundry.wire import daemon_pb2 as wire
from tests.forecast.games import FakeEngine, game
from tests.forecast.outcomes import outcome
from tests.tuning.specs import spec

BEST_MARGIN = 70


def planted(run):
    """The nearer the margin is to the best one, the more it brings; worlds differ far more than margins do."""
    margin = int(run.arm.settings["trade_min_margin"])
    profit = 100_000 + 40_000 * (run.world.seed % 5) - 500 * abs(margin - BEST_MARGIN)
    return outcome(profit, profit, drawdown=1_000 * margin)


def flat(run):
    """Nothing matters but the world, and chance a little."""
    margin = int(run.arm.settings["trade_min_margin"])
    profit = 100_000 + 40_000 * (run.world.seed % 5) + 997 * ((margin * run.world.seed) % 7)
    return outcome(profit, profit)


@asynccontextmanager
async def tuning(begun, answers, workers=1, simulator=None, conditions_of=lambda _player: NO_REPORTER):
    """A tuner and its use-cases beside a game; gives the service, the tuner and the runs that were played."""
    played = []

    async def play(run):
        await asyncio.sleep(1)
        played.append(run)
        return answers(run)

    @asynccontextmanager
    async def opened(_address):
        yield FakeEngine(play, workers)

    simulator = simulator or opened

    database = begun.running.daemon.database
    tuner = Tuner(database, simulator, Turns(), conditions_of, lambda: None)
    service = TuningService(
        database=database,
        configs=begun.configs,
        session_of=begun.running.daemon.sessions.get,
        tuner=tuner,
        clock=begun.running.clock,
        entropy=SeededEntropy(5),
        simulator=simulator,
    )
    try:
        yield service, tuner, played
    finally:
        await tuner.close()


def wanted(*settings, **told):
    facts: dict[str, Any] = {"objective": "profit_per_hour", "constraint": "", "budget": 150, "hours": 1.0}
    return StudyRequest(settings=settings or ("trade_min_margin=0..100",), **(facts | told))


def whose(begun):
    return begun.scene.player_id, begun.scene.manufacturing_id


async def finished(service, begun):
    """The newest study once it has ended."""
    while (study := await service.study(*whose(begun), 0)).status is StudyStatus.RUNNING:  # noqa: ASYNC110  (virtual time)
        await asyncio.sleep(10)
    return study


def studied(directory, answers, ask=None, then=None):
    """A study from its start to its end, and what `then(service, begun)` comes to."""

    async def body():
        async with game(directory, hours=0.2) as begun, tuning(begun, answers) as (service, _, played):
            await service.start(*whose(begun), ask or wanted())
            study = await finished(service, begun)
            return study, played, None if then is None else await then(service, begun)

    return loop.run(body(), seed=1)


def test_a_study_finds_what_was_planted_and_proves_it_in_fresh_worlds(tmp_path):
    study, played, _ = studied(tmp_path, planted)

    assert study.status is StudyStatus.PROPOSED
    assert study.proposal is not None
    assert abs(study.proposal.settings["trade_min_margin"] - BEST_MARGIN) <= 5
    assert study.proposal.difference.mean == pytest.approx(15_000, abs=2_500)
    assert study.proposal.importance == {"trade_min_margin": 1.0}
    assert study.runs_used == len(played) <= study.spec.budget
    checked = {run.world.seed for run in played[-2 * len(study.check) :]}
    assert checked.isdisjoint({run.world.seed for run in played[: -2 * len(study.check)]})


def test_a_proposal_that_may_set_itself_is_due_when_the_study_ends(tmp_path):
    study, _, _ = studied(tmp_path, planted, wanted(apply_within=("trade_min_margin=0..100",)))

    assert study.status is StudyStatus.PROPOSED
    assert study.probation == Probation(study=1, state=ProbationState.DUE)


def test_hopeless_trials_are_cut_so_that_the_budget_tries_more(tmp_path):
    study, _, _ = studied(tmp_path, planted)
    cut = [each for each in study.trials if each.state is TrialState.CUT]

    assert len(cut) > len(study.trials) / 3
    assert all(len(each.values) < 4 for each in cut)


def test_a_constraint_holds_the_proposal_back(tmp_path):
    study, _, _ = studied(tmp_path, planted, wanted(constraint="drawdown < 30 %", budget=200))

    bound = 0.30 * study.spec.credits
    assert study.status in (StudyStatus.PROPOSED, StudyStatus.NOTHING)
    if study.proposal is not None:
        assert study.trials[study.proposal.trial].drawdown <= bound


def test_where_nothing_matters_nothing_is_proposed(tmp_path):
    study, _, _ = studied(tmp_path, flat)

    assert study.status is StudyStatus.NOTHING
    assert study.reason


def test_a_killed_study_goes_on_and_comes_to_the_same_end(tmp_path):
    for name in ("whole", "killed"):
        (tmp_path / name).mkdir()
    whole, _, _ = studied(tmp_path / "whole", planted)

    async def body():
        async with game(tmp_path / "killed", hours=0.2) as begun:
            async with tuning(begun, planted) as (service, _, before):
                await service.start(*whose(begun), wanted())
                await asyncio.sleep(33.5)
            async with tuning(begun, planted) as (service, tuner, after):
                tuner.begin()
                return await finished(service, begun), len(before), len(after)

    killed, before, after = loop.run(body(), seed=1)

    assert (killed.trials, killed.check, killed.proposal) == (whole.trials, whole.check, whole.proposal)
    assert 0 < before < whole.runs_used
    assert before + after == whole.runs_used


def test_what_is_proposed_is_set_by_the_tuner_under_its_own_name(tmp_path):
    async def apply(service, begun):
        await service.apply(*whose(begun), 0, wait_seconds=0.0)
        request = wire.ListConfigRevisionsRequest(player_id=begun.scene.player_id, container_id=whose(begun)[1])
        newest = (await begun.running.operator.call("ListConfigRevisions", request)).revisions[0]
        return newest, await service.study(*whose(begun), 0)

    study, _, (newest, applied) = studied(tmp_path, planted, then=apply)

    assert (newest.author, newest.revision) == ("tuner", 2)
    assert newest.reason.startswith("study 1: +")
    assert [each.name for each in newest.changes] == list(study.proposal.settings)
    assert applied.status is StudyStatus.APPLIED


def test_a_value_that_a_human_changed_meanwhile_is_never_overwritten(tmp_path):
    async def change_then_apply(service, begun):
        change = wire.UpdateManufacturingConfigRequest(
            player_id=begun.scene.player_id, container_id=whose(begun)[1], max_workers=7
        )
        await begun.running.operator.call("UpdateManufacturingConfig", change)
        with pytest.raises(Stale, match="at revision 2, not 1"):
            await service.apply(*whose(begun), 0, wait_seconds=0.0)
        return (await begun.configs.show(*whose(begun))).revision

    study, _, revision = studied(tmp_path, planted, then=change_then_apply)

    assert revision == 2
    assert study.status is StudyStatus.PROPOSED


def test_a_study_that_is_stopped_plays_no_more_and_cannot_be_applied(tmp_path):
    async def body():
        async with game(tmp_path, hours=0.2) as begun, tuning(begun, planted) as (service, _, played):
            await service.start(*whose(begun), wanted())
            await asyncio.sleep(20.5)
            stopped = await service.stop(*whose(begun), 0)
            runs = len(played)
            await asyncio.sleep(600)
            with pytest.raises(Stale, match="STOPPED"):
                await service.apply(*whose(begun), 0, wait_seconds=0.0)
            return stopped, runs, len(played)

    stopped, runs, later = loop.run(body(), seed=1)

    assert stopped.status is StudyStatus.STOPPED
    assert runs == later > 0


@pytest.mark.parametrize(
    ("ask", "family", "told"),
    [
        (wanted("no_such"), Refused, "no_such"),
        (wanted(budget=3), Refused, "budget"),
        (wanted(hours=0.5), Refused, "hours"),
        (wanted(objective="fame"), Refused, "objective"),
        (wanted(constraint="none"), Refused, "constraint"),
        (wanted(batch=-1), Refused, "batch"),
        (wanted(cluster="10.0.0.7:8786"), Refused, "cluster"),
    ],
)
def test_a_study_that_cannot_be_is_refused(tmp_path, ask, family, told):
    async def body():
        async with game(tmp_path, hours=0.0) as begun, tuning(begun, planted) as (service, _, _):
            with pytest.raises(family, match=told):
                await service.start(*whose(begun), ask)
            with pytest.raises(Missing):
                await service.study(*whose(begun), 0)

    loop.run(body(), seed=1)


def test_only_one_study_runs_for_a_coordinator(tmp_path):
    async def body():
        async with game(tmp_path, hours=0.1) as begun, tuning(begun, planted) as (service, _, _):
            await service.start(*whose(begun), wanted())
            with pytest.raises(Stale, match="study 1"):
                await service.start(*whose(begun), wanted())

    loop.run(body(), seed=1)


def test_a_study_older_than_those_that_are_listed_is_found_by_its_number(tmp_path):
    async def body():
        async with game(tmp_path, hours=0.0) as begun, tuning(begun, planted) as (service, _, _):
            database, asked = begun.running.daemon.database, spec(container_id=whose(begun)[1])
            for _ in range(store.LISTED + 1):
                await database.write(lambda connection: store.create(connection, asked, b"", begun.running.clock.now()))
            listed = await service.studies(*whose(begun))
            return [each.number for each in listed], (await service.study(*whose(begun), 1)).number

    listed, found = loop.run(body(), seed=1)

    assert 1 not in listed
    assert found == 1


def test_a_study_comes_to_the_same_however_many_workers_there_are_and_sooner_with_more(tmp_path):
    async def body(workers):
        directory = tmp_path / str(workers)
        directory.mkdir()
        async with game(directory, hours=0.2) as begun, tuning(begun, planted, workers) as (service, _, _):
            since = begun.running.clock.now()
            await service.start(*whose(begun), wanted())
            study = await finished(service, begun)
            return study, begun.running.clock.now() - since

    (one, slow), (three, fast) = (loop.run(body(workers), seed=1) for workers in (1, 3))

    assert (one.trials, one.check, one.proposal) == (three.trials, three.check, three.proposal)
    assert one.proposal is not None
    assert fast < slow / 2


def test_a_cluster_that_is_away_makes_a_study_wait_and_say_so_until_it_is_back(tmp_path):
    async def body():
        away = False

        @asynccontextmanager
        async def simulator(address):
            if away:
                raise Unavailable(f"no Dask scheduler answers at {address}")
            yield FakeEngine(play)

        async def play(run):
            await asyncio.sleep(1)
            if away:
                raise Unavailable("the cluster has lost a run")
            return planted(run)

        async with game(tmp_path, hours=0.2) as begun:
            told = ConditionRegistry(begun.running.clock)
            async with tuning(begun, planted, 1, simulator, told.of) as (service, _, _):
                begins = await service.start(*whose(begun), wanted(cluster="tcp://10.0.0.7:8786"))
                await asyncio.sleep(20.5)
                away = True
                await asyncio.sleep(120)
                waits, conditions = service.engine_of(begins).waits, [each.reason for each in told.current()]
                away = False
                return await finished(service, begun), waits, conditions, told.current()

    study, waits, conditions, at_the_end = loop.run(body(), seed=1)

    assert waits == "no Dask scheduler answers at tcp://10.0.0.7:8786"
    assert conditions == [f"study 1: {waits}"]
    assert study.status is StudyStatus.PROPOSED
    assert at_the_end == ()


def test_a_cluster_that_does_not_answer_is_refused_by_the_name_of_its_field(tmp_path):
    @asynccontextmanager
    async def simulator(address):
        if address:
            raise Unavailable(f"no Dask scheduler answers at {address}; start one: dask scheduler")
        yield

    async def body():
        async with game(tmp_path, hours=0.0) as begun, tuning(begun, planted, 1, simulator) as (service, _, _):
            with pytest.raises(Refused, match="start one: dask scheduler") as refused:
                await service.start(*whose(begun), wanted(cluster="tcp://10.0.0.7:8786"))
            return refused.value.fields[0].field

    assert loop.run(body(), seed=1) == "cluster"


def test_a_run_whose_process_died_is_played_again(tmp_path):
    deaths = iter([True, False])

    def answer(run):
        if len(seen) == 5 and next(deaths):
            raise Unavailable("a process that played a run has died; try again")
        seen.append(run)
        return planted(run)

    seen = []
    study, _, _ = studied(tmp_path, answer)

    assert study.status is StudyStatus.PROPOSED
