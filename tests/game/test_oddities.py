"""What could not be read of an answer stands in health until the same place answers rightly."""

from datetime import UTC, datetime

import pytest

from starfoundry.game.answer_conditions import KIND, PLACES_MAX
from starfoundry.game.transport.transport import AnswerLost
from starfoundry.kernel.conditions import Condition
from starfoundry.kernel.errors import Unavailable
from starfoundry.kernel.ids import SystemSymbol
from starfoundry.runtime.condition_registry import ConditionRegistry
from tests.game.test_decode import good, market
from tests.game.wire import PLACE, SHIP, Play, nav, one_after_another, play, raw, says, ship


def told(*answers, scene) -> list[tuple[Condition, ...]]:
    """The conditions after each step of a scene in which the server gives these answers."""
    seen = []

    async def with_conditions(playing: Play):
        conditions = ConditionRegistry(playing.clock)
        game = playing.game_told_to(conditions.daemon)
        seen.extend([conditions.current() async for _ in scene(game)])

    play(one_after_another(*answers), with_conditions)
    return seen


async def two_looks(game):
    """The same market twice."""
    for _ in range(2):
        await game.market(PLACE)
        yield


def test_an_odd_good_is_told_until_its_market_answers_rightly():
    odd = market(tradeGoods=[good(symbol="IRON", tradeVolume="many")])
    first, second = told(says(odd), says(market()), scene=two_looks)

    (condition,) = first
    assert (condition.kind, condition.subject, condition.degrades) == (KIND, f"market {PLACE}", True)
    assert condition.reason.startswith(f"market {PLACE}: trade good IRON left out: tradeVolume is 'many'")
    assert second == ()


def test_a_market_that_goes_on_being_odd_is_told_once_since_the_first_time():
    odd = says(market(tradeGoods=[good(tradeVolume="many")]))
    first, second = told(odd, odd, scene=two_looks)

    assert [each.since for each in second] == [each.since for each in first] == [datetime(2026, 1, 1, tzinfo=UTC)]


def test_what_earning_does_not_depend_on_does_not_degrade():
    odd = says(market(transactions=[{"shipSymbol": None}]))
    (condition,), _ = told(odd, odd, scene=two_looks)

    assert not condition.degrades


def test_an_odd_ship_of_the_list_is_well_again_once_it_is_read_by_itself():
    async def scene(game):
        await game.ships()
        yield
        await game.ship(SHIP)
        yield

    listed = raw({"data": [{**ship(), "engine": {"speed": 0}}], "meta": {"total": 1}})
    first, second = told(listed, says(ship()), scene=scene)

    assert [condition.subject for condition in first] == [f"ship {SHIP}"]
    assert second == ()


def test_an_order_whose_answer_cannot_be_read_is_told_and_the_ship_is_looked_at():
    async def scene(game):
        assert (await game.dock(SHIP)).waypoint == PLACE
        yield

    (conditions,) = told(says({"nav": None}), says(ship(where=nav("DOCKED"))), scene=scene)

    assert [condition.subject for condition in conditions] == [f"dock {SHIP}"]


def test_a_server_that_is_odd_everywhere_does_not_fill_the_memory():
    async def scene(game):
        await game.waypoints(SystemSymbol("X1-AB1"))
        yield

    places = [{"symbol": f"X1-AB1-C{number}", "traits": [], "x": 0.5, "y": 2} for number in range(300)]
    places[0]["x"] = 1
    (conditions,) = told(raw({"data": places, "meta": {"total": 300}}), scene=scene)

    assert len(conditions) == PLACES_MAX


def test_a_place_that_never_answers_in_time_is_told_until_it_does():
    async def scene(game):
        with pytest.raises(Unavailable, match="asked 5 times without an answer"):
            await game.market(PLACE)
        yield
        await game.market(PLACE)
        yield

    first, second = told(*[AnswerLost("no answer within 15 s")] * 5, says(market()), scene=scene)

    (condition,) = first
    assert (condition.kind, condition.subject, condition.degrades) == ("no-answer", f"market {PLACE}", True)
    assert second == ()


def test_an_order_that_is_never_answered_in_time_is_looked_after():
    async def scene(game):
        assert (await game.dock(SHIP)).waypoint == PLACE
        yield

    (conditions,) = told(*[AnswerLost("late")] * 5, says(ship(where=nav("DOCKED"))), scene=scene)

    assert [condition.subject for condition in conditions] == [f"dock {SHIP}"]
