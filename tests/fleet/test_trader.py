"""The trader: book, hold and money stay true through every look, purchase and sale, without asking twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from starfoundry.fleet.registry.shipyards import LOOK_AGAIN
from starfoundry.fleet.runtime.trader import SHIP_STATE_ERRORS
from starfoundry.game.errors import IN_TRANSIT
from starfoundry.game.model import Cargo, NavStatus, Quote
from starfoundry.game.transport.transport import ConnectionNeverMade, Response
from starfoundry.kernel.supply import TradeKind
from starfoundry.ledger.domain.model import Applied, NotApplied
from starfoundry.sandbox.core.event_log import EventKind
from tests.fleet.harbour import FRIGATE, PROBE, PURPOSE, Harbour, first, in_harbour, refusal
from tests.ledger.bank import IRON


async def at_an_export(harbour: Harbour) -> Quote:
    """The frigate docked where something is made that we can pay; what it is, just seen."""
    session = harbour.session
    for waypoint in harbour.markets():
        place = session.book.place(waypoint)
        if place is None or not place.exports:
            continue
        await session.pilot.fly(FRIGATE, waypoint, purpose=PURPOSE)
        await session.pilot.dock(FRIGATE)
        market = await session.trader.look(FRIGATE)
        for quote in market.quotes:
            if quote.kind is TradeKind.EXPORT and 200 < quote.ask < 4_000 and quote.trade_volume >= 10:
                return quote
    raise AssertionError("some market makes something of a middling price")


async def buy(harbour: Harbour, quote: Quote, units: int):
    return await harbour.session.trader.buy(FRIGATE, quote.good, units, price_seen=quote.ask, floor=0, purpose=PURPOSE)


def test_a_look_is_one_request_and_brings_every_price(tmp_path):
    async def work(harbour):
        session = harbour.session
        await session.pilot.fly(FRIGATE, harbour.markets()[0], purpose=PURPOSE)
        mark = len(harbour.wire.asked)
        market = await session.trader.look(FRIGATE)
        known = [session.book.sighting(market.waypoint, quote.good) for quote in market.quotes]
        return len(harbour.wire.asked) - mark, [each.quote for each in known if each] == list(market.quotes)

    assert in_harbour(tmp_path, work) == (1, True)


def test_after_a_purchase_the_book_knows_the_next_price_without_a_look(tmp_path):
    """The market law is exact, so the prediction must be what the market then shows, to the credit."""

    async def work(harbour):
        quote = await at_an_export(harbour)
        where = harbour.frigate.nav.waypoint
        mark = len(harbour.wire.asked)
        bought = await buy(harbour, quote, 10)
        requests = len(harbour.wire.asked) - mark
        predicted = harbour.session.book.sighting(where, quote.good)
        seen = next(each for each in (await harbour.game.market(where)).quotes if each.good == quote.good)
        return bought, quote, requests, predicted.quote, seen

    bought, quote, requests, predicted, seen = in_harbour(tmp_path, work)

    assert isinstance(bought, Applied)
    assert bought.price == quote.ask
    assert requests == 1
    assert (predicted.ask, predicted.bid, predicted.supply) == (seen.ask, seen.bid, seen.supply)
    assert predicted.ask > quote.ask


def test_a_sale_lowers_the_known_bid_and_empties_the_hold(tmp_path):
    async def work(harbour):
        quote = await at_an_export(harbour)
        where = harbour.frigate.nav.waypoint
        await buy(harbour, quote, 10)
        before = harbour.session.book.sighting(where, quote.good).quote
        sold = await harbour.session.trader.sell(FRIGATE, quote.good, 10, purpose=PURPOSE)
        after = harbour.session.book.sighting(where, quote.good).quote
        return sold, before, after, harbour.frigate.cargo.units_of(quote.good), await harbour.problems()

    sold, before, after, aboard, problems = in_harbour(tmp_path, work)

    assert (sold.units, sold.price) == (10, before.bid)
    assert after.bid < before.bid
    assert (aboard, problems) == (0, [])


def test_a_purchase_that_did_not_happen_changes_nothing_that_is_known(tmp_path):
    async def work(harbour):
        quote = await at_an_export(harbour)
        where = harbour.frigate.nav.waypoint
        before = harbour.session.book.sighting(where, quote.good), harbour.frigate.cargo
        refused = await buy(harbour, quote, quote.trade_volume + 1)
        return refused, before == (harbour.session.book.sighting(where, quote.good), harbour.frigate.cargo)

    refused, is_unchanged = in_harbour(tmp_path, work)

    assert isinstance(refused, NotApplied)
    assert refused.code == 4604
    assert is_unchanged


def test_buying_with_the_ship_undocked_is_the_games_refusal_and_buys_nothing(tmp_path):
    """The predecessor bought before the dock was confirmed; its factories died of it."""

    async def work(harbour):
        quote = await at_an_export(harbour)
        nav = await harbour.game.orbit(FRIGATE)
        harbour.session.roster.saw_nav(FRIGATE, nav)
        refused = await buy(harbour, quote, 1)
        return refused, nav.status, len(list(harbour.universe.event_log.of("FOUNDRY", EventKind.PURCHASE)))

    refused, status, purchases = in_harbour(tmp_path, work)

    assert status is NavStatus.IN_ORBIT
    assert (refused.code, purchases) == (4244, 0)


def test_cargo_that_is_not_aboard_any_more_is_not_believed_in_after_the_refusal(tmp_path):
    """The predecessor trusted what it remembered, and its ships went on selling what nobody had."""

    async def work(harbour):
        quote = await at_an_export(harbour)
        await buy(harbour, quote, 10)
        await harbour.game.jettison(FRIGATE, quote.good, 10)
        believed, mark = harbour.frigate.cargo.units, len(harbour.wire.asked)
        refused = await harbour.session.trader.sell(FRIGATE, quote.good, 10, purpose=PURPOSE)
        return believed, refused, harbour.frigate.cargo.units, harbour.asked_since(mark), await harbour.problems()

    believed, refused, aboard, asked, problems = in_harbour(tmp_path, work)

    assert (believed, aboard) == (10, 0)
    assert isinstance(refused, NotApplied)
    assert asked == [f"POST {FRIGATE}/sell", f"GET {FRIGATE}"]
    assert problems == []


@pytest.mark.parametrize("code", [code for code in SHIP_STATE_ERRORS if code not in IN_TRANSIT])
def test_a_ship_that_is_not_as_we_thought_is_read_again_after_the_refusal(tmp_path, code):
    async def work(harbour):
        quote = await at_an_export(harbour)
        truth = harbour.frigate
        harbour.session.roster.saw_cargo(FRIGATE, Cargo(capacity=1_000, units=0))
        harbour.wire.meddle = first(1, refusal(code), "POST", "/purchase")
        refused = await buy(harbour, quote, 1)
        return refused.code, harbour.frigate == truth

    assert in_harbour(tmp_path, work) == (code, True)


def test_a_server_that_asks_for_fewer_requests_is_not_asked_once_more(tmp_path):
    limited = Response(status=429, headers={"x-ratelimit-type": "IP", "retry-after": "1"}, body=b"{}")

    async def work(harbour):
        quote = await at_an_export(harbour)
        harbour.wire.meddle = first(1, limited, "POST", "/purchase")
        mark = len(harbour.wire.asked)
        refused = await buy(harbour, quote, 1)
        return refused.code, harbour.asked_since(mark)

    assert in_harbour(tmp_path, work) == (429, [f"POST {FRIGATE}/purchase"])


@pytest.mark.parametrize("code", [4600, 4601, 4602, 4604, 401])
def test_a_refusal_that_says_nothing_of_the_ship_costs_no_second_request(tmp_path, code):
    async def work(harbour):
        quote = await at_an_export(harbour)
        harbour.wire.meddle = first(1, refusal(code), "POST", "/purchase")
        mark = len(harbour.wire.asked)
        refused = await buy(harbour, quote, 1)
        return refused.code, harbour.asked_since(mark)

    assert in_harbour(tmp_path, work) == (code, [f"POST {FRIGATE}/purchase"])


def test_a_ship_that_cannot_be_read_again_leaves_the_refusal_as_the_answer(tmp_path):
    async def work(harbour):
        quote = await at_an_export(harbour)

        def meddle(request):
            if request.path.endswith("/sell"):
                return refusal(4219)
            if request.method == "GET":
                raise ConnectionNeverMade("no route to the server")
            return None

        harbour.wire.meddle = meddle
        return await harbour.session.trader.sell(FRIGATE, quote.good, 1, purpose=PURPOSE)

    assert in_harbour(tmp_path, work).code == 4219


def test_selling_what_is_not_aboard_is_refused_and_costs_nothing(tmp_path):
    async def work(harbour):
        await at_an_export(harbour)
        refused = await harbour.session.trader.sell(FRIGATE, IRON, 5, purpose=PURPOSE)
        return isinstance(refused, NotApplied), await harbour.problems()

    assert in_harbour(tmp_path, work) == (True, [])


def test_a_look_beside_a_shipyard_brings_its_prices_when_they_are_old(tmp_path):
    async def work(harbour):
        session = harbour.session
        yard = next(yard for yard in session.yards.yards() if not yard.offers)
        place = session.book.place(yard.waypoint)
        assert place is not None
        await session.pilot.fly(PROBE, yard.waypoint, purpose=PURPOSE)
        await session.trader.look(PROBE)
        seen = next(each for each in session.yards.yards() if each.waypoint == yard.waypoint)
        mark = len(harbour.wire.asked)
        await session.trader.look(PROBE)
        again = len(harbour.wire.asked) - mark
        session.yards._yards[yard.waypoint] = replace(
            seen, seen_at=harbour.clock.now() - LOOK_AGAIN - timedelta(seconds=1)
        )
        mark = len(harbour.wire.asked)
        await session.trader.look(PROBE)
        return {offer.type for offer in seen.offers} == set(seen.ship_types), again, len(harbour.wire.asked) - mark

    assert in_harbour(tmp_path, work) == (True, 1, 2)


def test_a_shipyard_left_behind_keeps_the_prices_last_seen(tmp_path):
    async def work(harbour):
        session = harbour.session
        yard = next(yard for yard in session.yards.yards() if yard.offers)
        elsewhere = next(waypoint for waypoint in harbour.markets() if waypoint != yard.waypoint)
        await session.pilot.fly(PROBE, elsewhere, purpose=PURPOSE)
        after = await session.yards.look(yard.waypoint)
        return after.offers == yard.offers, after.seen_at == yard.seen_at

    assert in_harbour(tmp_path, work) == (True, True)
