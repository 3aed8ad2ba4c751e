"""Looking at markets: a system is surveyed once, whatever goes wrong, and one market whenever a ship is there."""

import asyncio
from functools import partial
from typing import Any

import pytest

from starfoundry.game.model import Market, Waypoint
from starfoundry.game.port import Priority
from starfoundry.kernel.errors import Unavailable
from starfoundry.kernel.ids import SystemSymbol, WaypointSymbol
from starfoundry.market.runtime.scan import refresh, retry_listings, retry_survey, survey
from starfoundry.market.runtime.unreadable import ASK_AGAIN_SECONDS, MarketUnreadable
from starfoundry.runtime.clock import LoopClock
from starfoundry.runtime.condition_registry import ConditionRegistry
from tests.ledger.bank import EPOCH
from tests.market.stalls import A1, B7, FUEL, IRON, MACHINERY, a_book, a_market, a_quote, with_a_book

HOME = SystemSymbol("X1-AD75")
C3 = WaypointSymbol("X1-AD75-C3")


def a_waypoint(symbol: WaypointSymbol, *traits: str) -> Waypoint:
    return Waypoint(symbol=symbol, system=HOME, type="PLANET", x=3, y=4, traits=traits)


def a_sky() -> Any:
    """Typed as nothing: it answers the two questions that looking asks, and no others."""
    return Sky()


class Sky:
    """A system of two markets, one of them with a ship of ours and a shipyard, and an asteroid."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Priority]] = []
        self.fails_at = ""
        self.hidden: tuple[WaypointSymbol, ...] = ()

    async def waypoint_count(self, system):
        self._answer(f"count {system}", Priority.BACKGROUND)
        return 3

    async def waypoints(self, system):
        self._answer(system, Priority.BACKGROUND)
        there = (
            a_waypoint(A1, "MARKETPLACE", "SHIPYARD"),
            a_waypoint(B7, "MARKETPLACE"),
            a_waypoint(C3, "COMMON_METAL_DEPOSITS"),
        )
        return tuple(each for each in there if each.symbol not in self.hidden)

    async def market(self, waypoint, *, priority=Priority.MARKET):
        self._answer(waypoint, priority)
        if waypoint == A1:
            return a_market(a_quote())
        return Market(waypoint=waypoint, imports=(MACHINERY,), exports=(IRON,), exchange=(FUEL,))

    def _answer(self, what: str, priority: Priority) -> None:
        self.asked.append((what, priority))
        if what == self.fails_at:
            raise Unavailable("the server is down")


def test_a_survey_knows_every_place_and_what_its_market_trades(tmp_path):
    async def work(book, _database):
        await survey(a_sky(), book, HOME)
        return book.places(), [sighting.waypoint for sighting in book.sightings()]

    (a1, b7, c3), seen = with_a_book(tmp_path, work)

    assert (a1.has_market, a1.has_shipyard, a1.exports, (a1.x, a1.y)) == (True, True, (MACHINERY,), (3, 4))
    assert (b7.imports, b7.exports, b7.exchange, b7.has_shipyard) == ((MACHINERY,), (IRON,), (FUEL,), False)
    assert (c3.has_market, c3.sells_fuel) == (False, False)
    assert seen == [A1], "prices that happened to be shown are kept"


def test_a_place_that_was_left_out_is_learned_as_soon_as_the_server_tells_it_and_told_until_then(tmp_path):
    """Once it stayed unknown for ever: a system that is known is not surveyed again."""

    async def work(book, _database):
        sky = a_sky()
        sky.hidden = (B7,)
        conditions = ConditionRegistry(LoopClock(asyncio.get_running_loop(), EPOCH))
        survey_now = partial(retry_survey, sky, book, HOME, conditions.daemon)
        await survey(sky, book, HOME)
        found = [await survey_now(), len(conditions.current()), len(book.places())]
        sky.hidden = ()
        mark = len(sky.asked)
        found += [await survey_now(), len(conditions.current()), len(book.places())]
        asked = [what for what, _ in sky.asked[mark:]]
        return found, asked, book.place(B7), await survey_now(), len(sky.asked) - mark - len(asked)

    found, asked, place, is_whole, requests = with_a_book(tmp_path, work)

    assert found == [False, 1, 2, True, 0, 3]
    assert asked == [f"count {HOME}", HOME, B7], "what is known is not asked for again"
    assert place.exports == (IRON,)
    assert (is_whole, requests) == (True, 1)


def test_a_survey_waits_behind_everything_that_earns(tmp_path):
    async def work(book, _database):
        sky = a_sky()
        await survey(sky, book, HOME)
        return [priority for _what, priority in sky.asked]

    assert with_a_book(tmp_path, work) == [Priority.BACKGROUND] * 3


def test_a_system_is_surveyed_once_and_not_again_after_a_restart(tmp_path):
    async def work(book, database):
        sky = a_sky()
        await survey(sky, book, HOME)
        again = a_book(database)
        await again.load()
        first = len(sky.asked)
        await survey(sky, book, HOME)
        await survey(sky, again, HOME)
        return first, len(sky.asked)

    assert with_a_book(tmp_path, work) == (3, 3)


def test_a_survey_that_broke_off_is_made_anew_as_a_whole(tmp_path):
    """Half a system remembered would be half a system for ever."""

    async def work(book, _database):
        sky = a_sky()
        sky.fails_at = HOME
        with pytest.raises(Unavailable):
            await survey(sky, book, HOME)
        half = book.places()
        sky.fails_at = ""
        await survey(sky, book, HOME)
        return half, len(book.places())

    assert with_a_book(tmp_path, work) == ((), 3)


def test_a_market_that_cannot_be_read_is_left_out_of_the_survey_and_asked_again(tmp_path):
    """Also after a restart: the system is known by then."""

    async def work(book, database):
        sky = a_sky()
        sky.fails_at = B7
        await survey(sky, book, HOME)
        left_out = book.place(B7)
        again = a_book(database)
        await again.load()
        still = await retry_listings(sky, again)
        sky.fails_at = ""
        whole = await retry_listings(sky, again)
        assert left_out is not None
        exports = [place.exports for place in again.places() if place.waypoint == B7]
        return left_out.is_unlisted, left_out.has_market, still, whole, exports, len(sky.asked)

    assert with_a_book(tmp_path, work) == (True, False, False, True, [(IRON,)], 5)


def test_a_market_that_shows_nothing_is_asked_once_more_and_then_left_alone_ever_longer(tmp_path):
    async def work(book, _database):
        sky = a_sky()
        await survey(sky, book, HOME)
        mark = len(sky.asked)
        with pytest.raises(MarketUnreadable):
            await refresh(sky, book, B7)
        asked, skipped = len(sky.asked) - mark, book.unreadable.skipped()
        await asyncio.sleep(ASK_AGAIN_SECONDS)
        after_a_while = book.unreadable.skipped()
        with pytest.raises(MarketUnreadable):
            await refresh(sky, book, B7)
        await asyncio.sleep(1.5 * ASK_AGAIN_SECONDS)
        return asked, skipped, after_a_while, book.unreadable.skipped()

    assert with_a_book(tmp_path, work) == (2, (B7,), (), (B7,))


def test_nobody_plans_with_a_market_that_could_not_be_read_until_it_is_seen_again(tmp_path):
    async def work(book, _database):
        sky = a_sky()
        await survey(sky, book, HOME)
        sky.fails_at = A1
        with pytest.raises(MarketUnreadable):
            await refresh(sky, book, A1)
        known, usable, why = len(book.sightings()), len(book.usable()), book.unreadable.reason(A1)
        sky.fails_at = ""
        await refresh(sky, book, A1)
        return known, usable, why, len(book.usable()), book.unreadable.reason(A1)

    assert with_a_book(tmp_path, work) == (1, 0, "the server is down", 1, "")


def test_a_refresh_is_one_request_and_remembers_what_it_saw(tmp_path):
    async def work(book, _database):
        sky = a_sky()
        await asyncio.sleep(5)
        market = await refresh(sky, book, A1, priority=Priority.MONEY)
        return market.quotes, book.sighting(A1, MACHINERY).quote, sky.asked

    assert with_a_book(tmp_path, work) == ((a_quote(),), a_quote(), [(A1, Priority.MONEY)])
