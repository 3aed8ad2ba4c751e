"""The history of prices: every change that was seen of a good, at the markets that trade it."""

import asyncio

import pytest

from starfoundry.game.model import Quote
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.market.api.price_history_rpc import PriceHistoryRpc
from starfoundry.wire import daemon_pb2 as wire
from tests.ledger.test_summary import OnlyPlayerOne
from tests.market.stalls import A1, B7, IRON, a_market, a_place, a_quote, with_a_book


def asked(directory, **request):
    """The answer after MACHINERY was seen three times at A1, an hour apart, the third time at the price before."""

    async def work(book, database):
        await book.learn((a_place(A1), a_place(B7, exports=(), imports=(IRON,))))
        for ask in (100, 110, 110):
            await book.record(a_market(priced(ask)))
            await asyncio.sleep(3600)

        async def book_of(_player):
            return book

        door = PriceHistoryRpc(database=database, book_of=book_of, clock=book._clock, gate=OnlyPlayerOne())
        return await door.ListPriceHistory(wire.ListPriceHistoryRequest(player_id=1, **request), None)

    directory.mkdir(exist_ok=True)
    return with_a_book(directory, work)


def priced(ask: int) -> Quote:
    quote = a_quote()
    return Quote(
        good=quote.good,
        kind=quote.kind,
        trade_volume=quote.trade_volume,
        supply=quote.supply,
        activity=quote.activity,
        ask=ask,
        bid=ask - 20,
    )


def test_each_change_that_was_seen_is_a_point_oldest_first(tmp_path):
    points = asked(tmp_path, good="machinery").points

    assert [(each.waypoint, each.ask, each.bid) for each in points] == [(A1, 100, 80), (A1, 110, 90)]
    assert points[0].at < points[1].at


def test_it_can_be_narrowed_to_a_market_a_time_and_the_newest(tmp_path):
    assert [each.ask for each in asked(tmp_path / "1", good="MACHINERY", limit=1).points] == [110]
    assert [each.ask for each in asked(tmp_path / "2", good="MACHINERY", since="150m").points] == [110]
    assert len(asked(tmp_path / "3", good="MACHINERY", waypoint="A1").points) == 2


def test_a_good_that_nobody_trades_there_is_told(tmp_path):
    with pytest.raises(Missing, match="no market is known that trades GOLD"):
        asked(tmp_path / "1", good="GOLD")
    with pytest.raises(Missing, match="trades MACHINERY at B7"):
        asked(tmp_path / "2", good="MACHINERY", waypoint="B7")


def test_more_points_than_are_told_at_a_time_are_refused(tmp_path):
    with pytest.raises(Refused, match="1 to 10000"):
        asked(tmp_path, good="MACHINERY", limit=10_001)
