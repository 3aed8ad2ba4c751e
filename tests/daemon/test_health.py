"""How the daemon says it is."""

import asyncio
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from starfoundry.daemon.composition.foundation import report_opening
from starfoundry.daemon.halt.halt_files import HaltFiles, HaltScope
from starfoundry.game.transport.transport import Response
from starfoundry.kernel.errors import Unavailable
from starfoundry.kernel.ids import PlayerId
from starfoundry.runtime.clock import LoopClock
from starfoundry.runtime.condition_registry import ConditionRegistry
from starfoundry.store.tables.schema import containers
from starfoundry.wire.daemon_pb2 import GetHealthRequest, RegisterPlayerRequest
from tests.daemon.daemons import daemon_in, run

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def health_after(directory, story):
    async def play():
        async with daemon_in(directory) as (daemon, operator):
            await story(daemon, operator)
            return await operator.call("GetHealth", GetHealthRequest())

    return run(play())


async def nothing(_daemon, _operator):
    """Nothing happened yet."""


def test_a_fresh_daemon_is_well_and_says_where_it_lives_and_plays(tmp_path):
    health = health_after(tmp_path, nothing)

    assert (health.status, health.database, health.game_api) == ("ok", "ok", "sandbox")
    assert health.data_directory == str(tmp_path)
    assert (health.requests, list(health.problems)) == (0, [])


def test_requests_are_told_by_purpose_the_most_first(tmp_path):
    async def register(_daemon, operator):
        await operator.call("RegisterPlayer", RegisterPlayerRequest(agent="FOUNDRY"))

    health = health_after(tmp_path, register)

    assert {line.purpose for line in health.budget} >= {"register", "status"}
    assert health.requests == sum(line.requests for line in health.budget)
    assert 0 < health.budget_used <= 1


def test_a_failed_container_is_a_problem_and_a_running_one_is_counted(tmp_path):
    async def story(daemon, operator):
        await operator.call("RegisterPlayer", RegisterPlayerRequest(agent="FOUNDRY"))

        def insert(connection):
            for name, status in (("good", "RUNNING"), ("bad", "FAILED"), ("old", "STOPPED")):
                row = {"id": name, "player_id": 1, "type": "x", "status": status, "config": {}, "created_at": NOW}
                connection.execute(sa.insert(containers), row)

        await daemon.database.write(insert)

    health = health_after(tmp_path, story)

    assert (health.status, health.running_containers) == ("degraded", 1)
    (failed,) = health.conditions
    assert (failed.kind, failed.subject, failed.player_id) == ("container-failed", "bad", 1)
    assert "container logs bad" in failed.next_step
    assert list(health.problems) == [f"player 1: {failed.reason}; next: {failed.next_step}"]


def test_a_database_that_does_not_answer_is_told(tmp_path):
    async def story(daemon, _operator):
        await daemon.database.close()

    health = health_after(tmp_path, story)

    assert health.status == "degraded"
    assert "closed" in health.database


def test_what_a_room_reports_is_told_with_its_next_step_and_ends_when_it_is_cleared(tmp_path):
    async def play():
        async with daemon_in(tmp_path) as (daemon, operator):
            await operator.call("RegisterPlayer", RegisterPlayerRequest(agent="FOUNDRY"))
            session = await daemon.sessions.get(1)
            session.conditions.report("market-broken", "X1-A", reason="X1-A answers 500", next_step="wait")
            told = await operator.call("GetHealth", GetHealthRequest())
            session.conditions.clear("market-broken", "X1-A")
            return told, await operator.call("GetHealth", GetHealthRequest())

    told, after = run(play())

    assert (told.status, after.status) == ("degraded", "ok")
    assert list(told.problems) == ["player 1: X1-A answers 500; next: wait"]


def test_what_is_only_told_leaves_the_health_ok(tmp_path):
    async def play():
        async with daemon_in(tmp_path) as (daemon, operator):
            await operator.call("RegisterPlayer", RegisterPlayerRequest(agent="FOUNDRY"))
            session = await daemon.sessions.get(1)
            session.conditions.report("no-opportunity", "c", reason="nothing pays", degrades=False)
            return await operator.call("GetHealth", GetHealthRequest())

    told = run(play())

    assert (told.status, [each.kind for each in told.conditions]) == ("ok", ["no-opportunity"])
    assert list(told.problems) == []


class Stingy:
    """A way to a game that refuses every other request as one too many, `refusals` times."""

    def __init__(self, inner, refusals):
        self._inner = inner
        self._fates = [True, False] * refusals

    async def send(self, request):
        if self._fates and self._fates.pop(0):
            return Response(status=429, headers={"retry-after": "1"}, body=b'{"error":{"code":429,"message":"no"}}')
        return await self._inner.send(request)

    async def close(self):
        await self._inner.close()


@pytest.mark.parametrize(
    ("refusals", "status", "requests"), [(1, "ok", "1 request"), (4, "ok", "4 requests"), (5, "degraded", "5 requests")]
)
def test_a_request_refused_as_one_too_many_is_told_and_is_trouble_only_when_there_are_many(
    tmp_path, refusals, status, requests
):
    """A single one after a restart, sent again within a second, once degraded the health for ten minutes."""

    async def play():
        async with daemon_in(tmp_path, through=lambda way: Stingy(way, refusals)) as (daemon, operator):
            await operator.call("RegisterPlayer", RegisterPlayerRequest(agent="FOUNDRY"))
            await daemon.sessions.get(1)
            return await operator.call("GetHealth", GetHealthRequest())

    health = run(play())

    (told,) = health.conditions
    assert (health.status, told.kind) == (status, "rate-limited")
    assert told.reason == f"the game's rate limit refused {requests} in the last 10 minutes"


def next_steps_of(directory, *agents):
    """What to type next about a place and a ship of the first player, in a daemon that plays for these agents."""

    async def story(daemon, operator):
        for agent in agents:
            await operator.call("RegisterPlayer", RegisterPlayerRequest(agent=agent))
        reporter = (await daemon.sessions.get(1)).conditions
        reporter.report("a", "A-1", reason="full", next_step="spacetraders ship jettison A-1 ICE")
        reporter.report("b", "B", reason="doubt", next_step="wait; then spacetraders ledger verify")
        reporter.report("c", "C", reason="unreadable", next_step="wait: it is retried automatically")
        reporter.report("d", "D", reason="refused", next_step="spacetraders config set --container D NAME=VALUE")

    return [each.next_step for each in health_after(directory, story).conditions]


def test_the_command_to_type_next_names_the_player_where_there_are_several(tmp_path):
    """It was refused as it stood: `player_id must be one of 1 (FOUNDRY), 2 (OTHERS)`."""
    assert next_steps_of(tmp_path, "FOUNDRY", "OTHERS") == [
        "spacetraders ship jettison A-1 ICE --player-id 1",
        "wait; then spacetraders ledger verify --player-id 1",
        "wait: it is retried automatically",
        "spacetraders config set --container D NAME=VALUE",
    ]


def test_the_only_player_is_not_named_in_the_command_to_type_next(tmp_path):
    assert not [step for step in next_steps_of(tmp_path, "FOUNDRY") if "--player-id" in step]


def test_a_halt_is_told_since_when_and_how_to_let_go(tmp_path):
    async def story(_daemon, _operator):
        HaltFiles(tmp_path).halt(HaltScope(player_id=PlayerId(1)))

    health = health_after(tmp_path, story)

    (halted,) = health.conditions
    assert (halted.kind, halted.next_step) == ("halted", "spacetraders resume --player-id 1")


def test_a_start_after_a_crash_says_since_when_it_runs_and_what_it_took_up_again(tmp_path):
    async def story(daemon, _operator):
        daemon.health.began(2, after_crash=True)

    health = health_after(tmp_path, story)

    assert (health.after_crash, health.recovered_containers) == (True, 2)
    assert health.started_at


def test_a_player_whose_session_cannot_be_opened_is_told_until_it_can():
    async def story():
        conditions = ConditionRegistry(LoopClock(asyncio.get_running_loop(), NOW))
        report_opening(conditions, PlayerId(1), Unavailable("the game does not answer"))
        told = conditions.current()
        report_opening(conditions, PlayerId(1), None)
        return told, conditions.current()

    ((condition,), after) = run(story())

    assert (condition.kind, condition.reason) == (
        "player-cannot-play",
        "player 1 cannot play: the game does not answer",
    )
    assert after == ()
