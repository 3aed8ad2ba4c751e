"""A coordinator's thresholds follow what its daemon sees, through a kill, and stop at what somebody else has set."""

import asyncio
from contextlib import asynccontextmanager

import msgspec
import pytest

from starfoundry.drill.machine import machine, new_universe
from starfoundry.drill.setup import open_scene
from starfoundry.drill.virtual_time import loop
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.kernel.ids import ContainerId
from starfoundry.tuning.domain.follow import FollowState, LeftAlone
from starfoundry.tuning.runtime.follower import OSCILLATES
from starfoundry.tuning.storage import follow_store
from starfoundry.wire import daemon_pb2 as pb

QUIET = "max_workers=5..9"
"""The request budget of a small fleet is hardly used, so its workers may become more."""


class Scene:
    """A game with a coordinator, and an operator who has it follow conditions."""

    def __init__(self, running, scene):
        self.running = running
        self.ids = {"container_id": scene.manufacturing_id, "player_id": scene.player_id}

    async def call(self, method, request):
        return await self.running.operator.call(method, request)

    async def follow(self, *within, **more):
        request = pb.FollowTuningRequest(**self.ids, **{"within": within, "least_seconds": 600.0, **more})
        return await self.call("FollowTuning", request)

    async def standing(self):
        return (await self.call("ListTunings", pb.TuningRequest(**self.ids))).follow

    async def oscillates(self, setting):
        """The daemon has found that the conditions want this setting up and down without end."""
        container_id = ContainerId(self.ids["container_id"])
        left = {setting: LeftAlone(state=FollowState.OSCILLATES, detail="went up and down")}

        def write(connection):
            follow = follow_store.find(connection, container_id)
            assert follow is not None, "something is followed"
            follow_store.keep(connection, msgspec.structs.replace(follow, left=left))

        await self.running.daemon.database.write(write)

    async def health_names_an_oscillation(self):
        health = await self.call("GetHealth", pb.GetHealthRequest())
        return any(each.kind == OSCILLATES for each in health.conditions)

    async def set_workers(self, workers):
        request = pb.UpdateManufacturingConfigRequest(**self.ids, max_workers=workers)
        return await self.call("UpdateManufacturingConfig", request)

    async def workers(self):
        return (
            await self.call("GetManufacturingConfig", pb.GetManufacturingConfigRequest(**self.ids))
        ).config.max_workers

    async def revisions(self):
        request = pb.ListConfigRevisionsRequest(**self.ids, limit=20)
        return (await self.call("ListConfigRevisions", request)).revisions


@asynccontextmanager
async def at_work(directory):
    async with machine(new_universe(1), directory) as running:
        scene = Scene(running, await open_scene(running.operator))
        await asyncio.sleep(600)
        yield scene


def in_scene(directory, body):
    async def play():
        async with at_work(directory) as scene:
            return await body(scene)

    return loop.run(play(), seed=3)


def test_every_move_is_a_revision_by_the_tuner_with_its_condition(tmp_path):
    async def body(scene):
        await scene.follow(QUIET)
        await asyncio.sleep(1_200)
        return await scene.revisions(), await scene.standing(), await scene.workers()

    revisions, standing, workers = in_scene(tmp_path, body)
    moves = [each for each in revisions if each.author == "tuner"]

    assert workers == 5 + len(moves) == 7
    assert all(
        each.source == "follow" and "of the request budget is used (under 50 %)" in each.reason for each in moves
    )
    assert [each.revision for each in standing.moves] == [each.revision for each in moves]
    (setting,) = standing.settings
    assert (setting.value, setting.low, setting.high, setting.state) == ("7", "5", "9", "WAITING")


def test_nothing_is_followed_unless_an_operator_says_so_and_no_longer_than_that(tmp_path):
    async def body(scene):
        await asyncio.sleep(1_500)
        before = (
            await scene.workers(),
            (await scene.call("ListTunings", pb.TuningRequest(**scene.ids))).HasField("follow"),
        )
        await scene.follow(QUIET)
        await scene.follow(off=True)
        await asyncio.sleep(1_500)
        return before, await scene.workers()

    assert in_scene(tmp_path, body) == ((5, False), 5)


def test_what_a_human_sets_meanwhile_stays_even_if_it_is_set_back(tmp_path):
    async def body(scene):
        await scene.follow(QUIET)
        await asyncio.sleep(300)
        await scene.set_workers(8)
        await scene.set_workers(6)
        await asyncio.sleep(3_000)
        return await scene.workers(), (await scene.standing()).settings[0]

    workers, setting = in_scene(tmp_path, body)

    assert workers == 6
    assert setting.state == "CHANGED"
    assert "in revision" in setting.detail


def test_a_restart_ends_nothing_and_doubles_no_move(tmp_path):
    async def play():
        universe = new_universe(1)
        async with machine(universe, tmp_path) as running:
            opened = await open_scene(running.operator)
            await asyncio.sleep(600)
            await Scene(running, opened).follow(QUIET)
            await asyncio.sleep(300)
        await asyncio.sleep(60)
        async with machine(universe, tmp_path) as running:
            await asyncio.sleep(700)
            scene = Scene(running, opened)
            return await scene.standing(), await scene.workers()

    standing, workers = loop.run(play(), seed=3)

    assert standing.is_on
    assert [(each.before, each.after) for each in reversed(standing.moves)] == [("5", "6"), ("6", "7")]
    assert workers == 7


@pytest.mark.parametrize(
    ("within", "told"),
    [
        ("max_workers=7..9", "include the current value 5"),
        ("max_workers", "NAME=LOW..HIGH"),
        ("min_balance=0..9", "a setting that can follow a condition"),
        ("collect_min_start_supply=HIGH..LIMITED", "LOW..HIGH"),
    ],
)
def test_what_cannot_be_followed_is_refused_and_changes_nothing(tmp_path, within, told):
    async def body(scene):
        await scene.follow(QUIET)
        with pytest.raises(Refused, match=told):
            await scene.follow(within)
        return [each.name for each in (await scene.standing()).settings]

    assert in_scene(tmp_path, body) == ["max_workers"]


def test_another_players_coordinator_is_not_there(tmp_path):
    async def body(scene):
        with pytest.raises(Missing):
            await scene.call(
                "FollowTuning", pb.FollowTuningRequest(container_id="no-such", player_id=1, within=[QUIET])
            )

    in_scene(tmp_path, body)


def test_a_coordinator_that_stands_is_not_moved(tmp_path):
    async def body(scene):
        await scene.follow(QUIET)
        await scene.call("PauseContainer", pb.PauseContainerRequest(**scene.ids))
        await asyncio.sleep(1_500)
        return await scene.workers(), (await scene.standing()).waits

    workers, waits = in_scene(tmp_path, body)

    assert workers == 5
    assert waits == "the coordinator is not running"


@pytest.mark.parametrize("said", [{"off": True}, {"within": [QUIET]}])
def test_an_oscillation_is_in_health_until_the_operator_says_what_to_follow(tmp_path, said):
    async def body(scene):
        await scene.follow(QUIET)
        await scene.oscillates("max_workers")
        await asyncio.sleep(120)
        before = await scene.health_names_an_oscillation()
        await scene.follow(**said)
        return before, await scene.health_names_an_oscillation()

    assert in_scene(tmp_path, body) == (True, False)
