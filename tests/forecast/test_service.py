"""A forecast plays on from what the daemon knows, ends when it is clear, is kept, and ends with whoever asked."""

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest

from starfoundry.drill.virtual_time import loop
from starfoundry.forecast.api.service import RUNS_MAX
from starfoundry.forecast.domain.situation import decode
from starfoundry.kernel.errors import Refused, Stale, Unavailable
from starfoundry.wire import daemon_pb2 as wire
from tests.forecast.games import better_by, game
from tests.forecast.outcomes import outcome


def in_game(body, directory: Path, answers=None, **more):
    """What `body(game)` comes to."""

    async def play():
        async with game(directory, answers, **more) as begun:
            return await body(begun)

    return loop.run(play(), seed=1)


async def every(service, question):
    return [each async for each in service.forecast(question)]


def test_a_clear_answer_ends_the_runs_early_and_is_kept(tmp_path):
    async def body(begun):
        told = await every(begun.service, await begun.question(runs=8, trade_min_margin=25))
        (review,) = await begun.service.reviews(begun.scene.player_id, begun.scene.manufacturing_id)
        return told, review

    told, review = in_game(body, tmp_path, better_by(0.10))

    assert [(number, each.rounds, each.is_over) for number, each in told] == [
        (0, 1, False),
        (0, 2, False),
        (1, 3, True),
    ]
    assert told[-1][1].difference.is_clear
    assert (review.number, review.forecast) == told[-1]


def test_what_cannot_be_told_from_zero_is_played_to_the_end_and_called_that(tmp_path):
    async def body(begun):
        return await every(begun.service, await begun.question(runs=5, trade_min_margin=25))

    _, last = in_game(body, tmp_path, better_by(0.0, noise=30_000))[-1]

    assert last.rounds == 5
    assert not last.difference.is_clear


def test_both_arms_are_played_in_the_same_worlds_from_the_same_seeds(tmp_path):
    async def body(begun):
        await every(begun.service, await begun.question(runs=3, trade_min_margin=25))
        return begun.asked

    asked = in_game(body, tmp_path, better_by(0.0, noise=30_000))
    by_arm = [sorted(run.world.seed for run in asked if run.arm.name == name) for name in ("today", "proposed")]

    assert by_arm[0] == by_arm[1]
    assert len(set(by_arm[0])) == 3
    assert {run.arm.settings["trade_min_margin"] for run in asked if run.arm.name == "proposed"} == {"25"}


def test_the_world_is_what_the_daemon_knows_and_no_token_leaves_it(tmp_path):
    seen = {}

    def look(run):
        seen["content"] = Path(run.world.situation).read_bytes()
        return outcome(1, 2)

    async def body(begun):
        await every(begun.service, await begun.question(runs=1))
        session = await begun.running.daemon.sessions.get(begun.scene.player_id)
        agent = begun.running.universe.agents[begun.scene.agent]
        return session.gateway.credits, {ship.symbol: ship.cargo for ship in session.roster.ships()}, agent.token

    credits_then, holds, token = in_game(body, tmp_path, look)
    known = decode(seen["content"])

    assert known.ships
    assert {each.symbol for each in known.ships} == set(holds)
    assert any(each.stock is not None and each.stock.next_tick is not None for each in known.goods)
    assert abs(known.credits - credits_then) < 500_000
    assert token.encode() not in seen["content"]
    assert b"token_sealed" not in seen["content"]


def test_the_coordinator_goes_on_with_its_ships_and_trips_where_they_are(tmp_path):
    async def body(begun):
        (_, found), again = [
            (await every(begun.service, await begun.question(runs=1, hours=1.0)))[-1] for _ in range(2)
        ]
        return found, again[1], len(begun.running.universe.agents[begun.scene.agent].ships)

    found, again, ships = in_game(body, tmp_path)

    assert found.now.profit_per_hour != 0
    assert found.now.ships >= ships
    assert found.seed != again.seed, "each forecast draws worlds of its own"


def test_one_that_asks_and_leaves_takes_its_runs_with_it(tmp_path):
    async def body(begun):
        async with aclosing(begun.service.forecast(await begun.question(runs=8, trade_min_margin=25))) as coming:
            async for _ in coming:
                break
        playing = [task.get_name() for task in asyncio.all_tasks() if task.get_name().startswith(("today", "proposed"))]
        return playing, await begun.service.reviews(begun.scene.player_id, begun.scene.manufacturing_id)

    assert in_game(body, tmp_path, better_by(0.0, noise=30_000)) == ([], [])


def test_a_coordinator_that_does_not_run_has_nothing_to_go_on_from(tmp_path):
    async def body(begun):
        question = await begun.question(runs=1)
        stop = wire.StopContainerRequest(container_id=begun.scene.manufacturing_id, player_id=begun.scene.player_id)
        await begun.running.operator.call("StopContainer", stop)
        await asyncio.sleep(3_600)
        with pytest.raises(Stale, match="is not running"):
            await every(begun.service, question)

    in_game(body, tmp_path, better_by(0.1))


@pytest.mark.parametrize(("hours", "runs", "field"), [(0.5, 1, "hours"), (2.0, 0, "runs"), (2.0, RUNS_MAX + 1, "runs")])
def test_a_question_out_of_bounds_is_refused(tmp_path, hours, runs, field):
    async def body(begun):
        with pytest.raises(Refused) as refused:
            await every(begun.service, await begun.question(hours=hours, runs=runs))
        return [each.field for each in refused.value.fields], begun.asked

    assert in_game(body, tmp_path, better_by(0.1), hours=0.0) == ([field], [])


def test_forecasts_come_one_after_another_and_only_so_many_wait(tmp_path):
    async def body(begun):
        question = await begun.question(runs=1)
        results = await asyncio.gather(*(every(begun.service, question) for _ in range(10)), return_exceptions=True)
        return sorted(type(each).__name__ for each in results)

    assert in_game(body, tmp_path, better_by(0.1)) == [Unavailable.__name__] * 2 + [list.__name__] * 8
