"""A proposal that sets itself is within the bounds, and is taken back when the real hours say it was no gain."""

import asyncio
from contextlib import asynccontextmanager

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from starfoundry.drill.virtual_time import loop
from starfoundry.forecast.domain.comparison import Difference
from starfoundry.kernel.errors import Refused
from starfoundry.store.tables.schema import ledger
from starfoundry.tuning.domain.probation import (
    HOURS_AFTER_MAX,
    HOURS_MIN,
    ProbationState,
    outside,
    verdict,
)
from starfoundry.tuning.domain.space import bounds_of
from starfoundry.tuning.domain.study import Proposal, Study, StudyStatus
from starfoundry.tuning.runtime.probations import Probations
from starfoundry.tuning.storage import store
from starfoundry.wire import daemon_pb2 as wire
from tests.forecast.games import game
from tests.tuning.specs import TODAY, spec
from tests.tuning.test_tuner import planted, tuning, wanted, whose

GOOD = [90_000.0, 110_000.0, 100_000.0, 105_000.0, 95_000.0]
BOUNDS = ("trade_min_margin=0..80",)

profits = st.floats(-1e6, 1e6)


def test_hours_that_bring_surely_less_take_it_back_and_a_day_without_that_keeps_it():
    assert verdict(GOOD, [60_000.0, 70_000.0, 50_000.0]) is ProbationState.UNDONE
    assert verdict(GOOD, [95_000.0, 99_000.0, 97_000.0]) is ProbationState.WATCHING
    assert verdict(GOOD, [95_000.0, 105_000.0] * (HOURS_AFTER_MAX // 2)) is ProbationState.KEPT


@given(st.lists(profits, max_size=24), st.lists(profits, max_size=HOURS_MIN - 1))
def test_few_hours_say_nothing(before, after):
    assert verdict(before, after) is ProbationState.WATCHING
    assert verdict(after, before) is ProbationState.WATCHING


@given(st.lists(profits, min_size=3, max_size=24), st.lists(st.floats(0, 1e6), min_size=3, max_size=30))
def test_what_brings_no_less_is_never_taken_back(before, more):
    after = [before[place % len(before)] + each for place, each in enumerate(more)]
    if sum(after) / len(after) >= sum(before) / len(before):
        assert verdict(before, after) is not ProbationState.UNDONE


@given(st.lists(st.floats(0, 1e5), min_size=3, max_size=12), st.floats(1e7, 1e9))
def test_a_loss_far_beyond_all_differences_is_always_taken_back(hours, loss):
    assert verdict(hours, [each - loss for each in hours]) is ProbationState.UNDONE


@pytest.mark.parametrize(
    ("proposed", "told"),
    [
        ({"trade_min_margin": 80}, ""),
        ({"trade_min_margin": 81}, "trade_min_margin=81 is outside 0..80"),
        ({"trade_min_margin": 50, "max_workers": 9}, "max_workers has no bounds"),
    ],
)
def test_every_value_must_lie_in_the_operators_bounds(proposed, told):
    problem = outside(bounds_of(BOUNDS, TODAY), proposed)

    assert problem.startswith(told)
    assert bool(problem) is bool(told)


class Watched:
    """A coordinator that stands, so that all trades are those that a test books, and a study with a proposal."""

    def __init__(self, begun):
        self.begun, self.database = begun, begun.running.daemon.database
        self.works = True
        self.balance = 10_000_000

    def probations(self):
        """Who looks after proposals, as after a start of the daemon."""
        return Probations(
            database=self.database,
            configs=self.begun.configs,
            clock=self.begun.running.clock,
            works=lambda _player, _container: self.works,
        )

    async def proposed(self, within=BOUNDS, **proposal):
        """A study that ended with this proposal, which may set itself."""
        asked = spec(
            container_id=whose(self.begun)[1], revision=1, apply_within=bounds_of(within, TODAY) if within else ()
        )
        found = Proposal(
            trial=3,
            settings=proposal or {"trade_min_margin": 70},
            difference=Difference(mean=15_000, low=12_000, high=18_000, pairs=4, is_clear=True),
            before=100_000,
            after=115_000,
            importance={},
        )

        def write(connection):
            study = store.create(connection, asked, b"", self.begun.running.clock.now())
            ended = Study(number=study.number, status=StudyStatus.PROPOSED, spec=asked, trials=(), proposal=found)
            store.keep_outcome(connection, ended)

        await self.database.write(write)

    async def hours(self, probations, *amounts):
        """Hours that bring so much, with a look every ten minutes."""
        for amount in amounts:
            for look in range(6):
                await asyncio.sleep(600)
                await probations.look()
                if look == 2:
                    await self.database.write(lambda connection, amount=amount: self._book(connection, amount))

    def _book(self, connection, amount):
        row = {
            "player_id": whose(self.begun)[0],
            "at": self.begun.running.clock.now(),
            "kind": "SALE",
            "amount": amount,
            "balance_after": self.balance,
        }
        connection.execute(sa.insert(ledger), row)

    async def study(self):
        return await self.database.read(lambda connection: store.get(connection, 1))

    async def margin(self):
        return (await self.begun.configs.show(*whose(self.begun))).config.trade_min_margin

    async def newest(self):
        player_id, container_id = whose(self.begun)
        request = wire.ListConfigRevisionsRequest(player_id=player_id, container_id=container_id)
        return (await self.begun.running.operator.call("ListConfigRevisions", request)).revisions[0]


@asynccontextmanager
async def watched(directory):
    async with game(directory, hours=0.0) as begun:
        player_id, container_id = whose(begun)
        for each in (container_id, begun.scene.growth_id):
            stop = wire.StopContainerRequest(player_id=player_id, container_id=each)
            await begun.running.operator.call("StopContainer", stop)
        yield Watched(begun)


def in_watched(directory, body):
    async def play():
        async with watched(directory) as scene:
            return await body(scene)

    return loop.run(play(), seed=1)


async def set_by_itself(scene):
    """The watcher of a proposal that has set itself after five good hours."""
    probations = scene.probations()
    await scene.hours(probations, *map(int, GOOD))
    await scene.proposed()
    await probations.look()
    return probations


def test_a_proposal_sets_itself_once_there_are_hours_to_hold_it_against(tmp_path):
    async def body(scene):
        probations = scene.probations()
        await scene.proposed()
        await probations.look()
        early = await scene.study()
        await scene.hours(probations, 1, 100_000, 100_000, 100_000, 1)
        return early, await scene.study(), await scene.newest(), await scene.margin()

    early, study, newest, margin = in_watched(tmp_path, body)

    assert early.probation.state is ProbationState.DUE
    assert "3 hours with trades" in early.probation.reason
    assert (study.status, study.probation.state) == (StudyStatus.APPLIED, ProbationState.WATCHING)
    assert (newest.author, newest.revision, margin) == ("tuner", 2, 70)
    assert newest.reason.startswith("study 1: +15,000")


def test_it_is_taken_back_when_the_real_hours_are_worse_and_history_says_so(tmp_path):
    async def body(scene):
        probations = await set_by_itself(scene)
        set_to = await scene.margin()
        await scene.hours(probations, 20_000, 30_000, 25_000)
        return set_to, await scene.margin(), await scene.newest(), await scene.study(), await probations.has_work()

    set_to, margin, newest, study, has_work = in_watched(tmp_path, body)

    assert (set_to, margin) == (70, TODAY.trade_min_margin)
    assert (newest.author, newest.revision) == ("tuner", 3)
    assert newest.reason.startswith(
        "study 1 reverted: 25,000 an hour in the 3 hours since, 100,000 in the 5 hours before"
    )
    assert study.probation.state is ProbationState.UNDONE
    assert not has_work


def test_it_stays_when_the_real_hours_are_no_worse(tmp_path):
    async def body(scene):
        probations = await set_by_itself(scene)
        await scene.hours(probations, *[98_000, 110_000] * 13)
        return await scene.margin(), (await scene.study()).probation.state

    assert in_watched(tmp_path, body) == (70, ProbationState.KEPT)


def test_what_a_human_changes_meanwhile_is_not_taken_back(tmp_path):
    async def body(scene):
        probations = await set_by_itself(scene)
        change = wire.ReviseConfigRequest(
            player_id=whose(scene.begun)[0], container_id=whose(scene.begun)[1], texts={"trade_min_margin": "65"}
        )
        await scene.begun.running.operator.call("ReviseConfig", change)
        await scene.hours(probations, 1, 1, 1, 1, 1)
        return await scene.margin(), (await scene.study()).probation

    margin, probation = in_watched(tmp_path, body)

    assert (margin, probation.state) == (65, ProbationState.ENDED)
    assert "in revision 3: the proposal is kept" in probation.reason


def test_what_a_human_changed_before_it_was_due_stays(tmp_path):
    async def body(scene):
        probations = scene.probations()
        await scene.hours(probations, *map(int, GOOD))
        await scene.proposed()
        change = wire.ReviseConfigRequest(
            player_id=whose(scene.begun)[0], container_id=whose(scene.begun)[1], texts={"trade_min_margin": "65"}
        )
        await scene.begun.running.operator.call("ReviseConfig", change)
        await probations.look()
        return await scene.margin(), await scene.study()

    margin, study = in_watched(tmp_path, body)

    assert (margin, study.status, study.probation.state) == (65, StudyStatus.PROPOSED, ProbationState.NOT_APPLIED)


def test_a_proposal_out_of_bounds_waits_for_a_human(tmp_path):
    async def body(scene):
        probations = scene.probations()
        await scene.hours(probations, *map(int, GOOD))
        await scene.proposed(trade_min_margin=90)
        await probations.look()
        return await scene.margin(), await scene.study()

    margin, study = in_watched(tmp_path, body)

    assert (margin, study.status) == (TODAY.trade_min_margin, StudyStatus.PROPOSED)
    assert "outside 0..80" in study.probation.reason


def test_hours_in_which_the_coordinator_does_not_work_or_the_daemon_is_down_do_not_count(tmp_path):
    async def body(scene):
        await set_by_itself(scene)
        scene.works = False
        probations = scene.probations()
        await scene.hours(probations, 0, 0, 0, 0)
        scene.works = True
        probations = scene.probations()
        await scene.hours(probations, 100_000)
        await asyncio.sleep(7 * 3_600)
        probations = scene.probations()
        await scene.hours(probations, 100_000, 100_000)
        return await scene.margin(), (await scene.study()).probation

    margin, probation = in_watched(tmp_path, body)

    assert (margin, probation.state) == (70, ProbationState.WATCHING)
    assert len(probation.after) <= 2


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (wanted(apply_within=("max_workers=1..9",)), "one of the settings that the study varies"),
        (wanted(apply_within=("trade_min_margin",)), "NAME=LOW..HIGH"),
        (wanted(apply_within=BOUNDS, objective="credits_per_request"), "evaluated by its real profit"),
    ],
)
def test_a_study_that_could_not_be_judged_is_refused(tmp_path, ask, told):
    async def body():
        async with game(tmp_path, hours=0.0) as begun, tuning(begun, planted) as (service, _, _):
            with pytest.raises(Refused, match=told):
                await service.start(*whose(begun), ask)

    loop.run(body(), seed=1)
