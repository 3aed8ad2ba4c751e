"""The door to the markets: what the book knows, with its age, and no request to the game."""

import asyncio
from datetime import datetime, timedelta

import pytest

from starfoundry.kernel.errors import Missing
from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.market.api.rpc import MarketRpc
from starfoundry.runtime.clock import LoopClock
from starfoundry.wire import daemon_pb2 as wire
from tests.ledger.bank import EPOCH
from tests.ledger.test_summary import OnlyPlayerOne
from tests.market.stalls import A1, B7, FUEL, IRON, MACHINERY, RESTED, a_market, a_place, a_quote, with_a_book

C3 = WaypointSymbol("X1-AD75-C3")


def asked(directory, method: str, **request):
    """The door's answer ten minutes after A1 was seen; B7 is known and never was, C3 has no market."""

    async def work(book, _database):
        unknown_word = a_quote(FUEL, supply=None, activity=None)
        await book.learn((a_place(A1), a_place(B7, exports=(), imports=(IRON,)), a_place(C3, exports=(), exchange=())))
        await book.record(a_market(a_quote(), unknown_word))
        await asyncio.sleep(600)

        async def book_of(_player):
            return book

        door = MarketRpc(
            book_of=book_of, clock=LoopClock(asyncio.get_running_loop(), book._clock.now()), gate=OnlyPlayerOne()
        )
        return await getattr(door, method)(getattr(wire, f"{method}Request")(player_id=1, **request), None)

    return with_a_book(directory, work)


def test_markets_are_listed_with_what_is_known_of_them_and_how_old_it_is(tmp_path):
    seen, unseen = asked(tmp_path, "ListMarkets").markets

    assert (seen.waypoint, seen.age_seconds) == (A1, 600)
    assert datetime.fromisoformat(seen.observed_at) - EPOCH < timedelta(seconds=1)
    assert [good.good for good in seen.goods] == [FUEL, MACHINERY]
    assert (unseen.waypoint, unseen.observed_at, unseen.age_seconds, list(unseen.goods)) == (B7, "", 0, [])
    assert (list(unseen.imports), list(unseen.exchange)) == ([IRON], [FUEL])


def test_a_market_whose_last_answer_could_not_be_read_is_marked(tmp_path):
    async def work(book, _database):
        await book.learn((a_place(A1), a_place(B7)))
        book.unreadable.begin(B7, "the server is down")

        async def book_of(_player):
            return book

        door = MarketRpc(book_of=book_of, clock=book._clock, gate=OnlyPlayerOne())
        return await door.ListMarkets(wire.ListMarketsRequest(player_id=1), None)

    markets = with_a_book(tmp_path, work).markets

    assert [each.unreadable for each in markets] == ["", "the server is down"]


def test_a_good_is_told_from_our_side_and_an_unknown_word_is_left_empty(tmp_path):
    fuel, machinery = asked(tmp_path, "GetMarket", waypoint=A1.lower()).goods

    assert (machinery.ask, machinery.bid, machinery.trade_volume) == (RESTED.ask, RESTED.bid, 20)
    assert (machinery.type, machinery.supply, machinery.activity) == ("EXPORT", RESTED.supply.name, "WEAK")
    assert (fuel.supply, fuel.activity) == ("", "")


def test_markets_may_be_narrowed_to_a_good_and_to_a_system(tmp_path):
    (only,) = asked(tmp_path, "ListMarkets", good="machinery").markets

    assert (only.waypoint, [good.good for good in only.goods]) == (A1, [MACHINERY])


def test_a_system_nobody_surveyed_has_no_markets(tmp_path):
    assert list(asked(tmp_path, "ListMarkets", system="X1-ELSE").markets) == []


@pytest.mark.parametrize("waypoint", ["X1-AD75-Z9", "X1-AD75-C3", ""])
def test_a_place_without_a_market_is_missing(tmp_path, waypoint):
    with pytest.raises(Missing, match="no market is known at"):
        asked(tmp_path, "GetMarket", waypoint=waypoint)


@pytest.mark.parametrize("method", ["ListMarkets", "GetMarket"])
def test_the_door_knows_no_other_player(method):
    door = MarketRpc(book_of=None, clock=None, gate=OnlyPlayerOne())  # type: ignore[arg-type]

    with pytest.raises(Missing):
        asyncio.run(getattr(door, method)(getattr(wire, f"{method}Request")(player_id=2), None))


def test_waypoints_are_listed_with_where_they_lie_and_what_is_there(tmp_path):
    answer = asked(tmp_path, "ListWaypoints")
    told = {each.waypoint: (each.has_market, each.has_shipyard) for each in answer.waypoints}

    assert told == {A1: (True, False), B7: (True, False), C3: (False, False)}
    assert list(answer.systems) == ["X1-AD75"]


def test_of_a_system_of_which_nothing_is_known_no_waypoint_is_listed(tmp_path):
    answer = asked(tmp_path, "ListWaypoints", system="X1-ZZ9")

    assert (list(answer.waypoints), list(answer.systems)) == ([], ["X1-AD75"])


@pytest.mark.parametrize(("seen_after", "found"), [("5m", []), ("15m", [A1])])
def test_only_markets_that_were_looked_at_since_can_be_asked_for(tmp_path, seen_after, found):
    assert [each.waypoint for each in asked(tmp_path, "ListMarkets", seen_after=seen_after).markets] == found
