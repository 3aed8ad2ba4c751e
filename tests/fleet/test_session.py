"""Opening a session: everything read that it stands on, and a start that fails half-way leaves nothing behind."""

import asyncio
import json
from functools import partial

import pytest
import sqlalchemy as sa

from starfoundry.drill.virtual_time import loop
from starfoundry.game.transport.transport import AnswerLost, Response
from starfoundry.kernel.errors import Unavailable
from starfoundry.ledger.domain.model import LedgerFilter
from starfoundry.ledger.runtime.executor import SETTLE_SECONDS
from starfoundry.ledger.storage import store
from starfoundry.market.runtime.unreadable import ASK_AGAIN_SECONDS
from starfoundry.store.tables.schema import recipes, waypoints
from tests.fleet.harbour import FRIGATE, PLAYER, PROBE, PURPOSE, Harbour, a_harbour, in_harbour
from tests.ledger.bank import FUEL
from tests.store.opened import add_container


def unanswered_purchase(request):
    """Cuts the line after a purchase has reached the game."""
    if request.path.endswith("/purchase"):
        raise AnswerLost("the line was cut")


def down_for(path: str):
    """A server that answers everything but `path`."""

    def meddle(request):
        broken = Response(status=503, headers={}, body=b"down for maintenance")
        return broken if path in request.path else None

    return meddle


async def leave_a_doubt(harbour: Harbour) -> None:
    """A purchase whose answer is lost, then a stop in good order: one intent stays open."""
    session = harbour.session
    await session.pilot.dock(FRIGATE)
    market = await session.trader.look(FRIGATE)
    fuel = next(quote for quote in market.quotes if quote.good == FUEL)
    harbour.wire.meddle = unanswered_purchase
    buying = asyncio.create_task(
        session.trader.buy(FRIGATE, fuel.good, 5, price_seen=fuel.ask, floor=0, purpose=PURPOSE)
    )
    await asyncio.sleep(20)
    await session.close()
    await asyncio.gather(buying, return_exceptions=True)
    harbour.wire.meddle = lambda _request: None


def test_a_new_player_has_ships_credits_places_and_an_opening_entry(tmp_path):
    async def work(harbour):
        entries = await harbour.database.read(lambda c: store.entries(c, PLAYER, LedgerFilter()))
        session = harbour.session
        ships = [ship.symbol for ship in session.roster.ships()]
        return ships, session.gateway.credits, [entry.kind.name for entry in entries], len(harbour.markets())

    ships, credits_now, entries, markets = in_harbour(tmp_path, work)

    assert (ships, credits_now, entries) == ([FRIGATE, PROBE], 175_000, ["OPENING"])
    assert markets >= 20


def test_a_restart_asks_a_handful_and_knows_as_much(tmp_path):
    """Places never change, so they are asked for once."""

    async def work(harbour):
        before = harbour.session.book.places(), harbour.session.book.sightings()
        await harbour.session.close()
        mark = len(harbour.wire.asked)
        again = await harbour.reopened()
        return before == (again.book.places(), again.book.sightings()), len(harbour.wire.asked) - mark

    knows_as_much, requests = in_harbour(tmp_path, work)

    assert knows_as_much
    assert requests <= 9  # one of them counts the places


def test_a_doubt_left_by_the_last_run_is_settled_in_the_background(tmp_path):
    async def work(harbour):
        await leave_a_doubt(harbour)
        began = harbour.clock.elapsed()
        again = await harbour.reopened()
        opened_after = harbour.clock.elapsed() - began
        await again.gateway.wait_until_settled(FRIGATE)
        settled_after = harbour.clock.elapsed() - began
        open_now = await harbour.database.read(lambda c: store.open_intents(c, PLAYER))
        chain = await harbour.database.read(lambda c: store.verify(c, PLAYER))
        return opened_after, settled_after, open_now, chain

    opened_after, settled_after, open_now, chain = in_harbour(tmp_path, work)

    assert opened_after < SETTLE_SECONDS / 2
    assert settled_after >= SETTLE_SECONDS
    assert (open_now, chain) == ((), [])


@pytest.mark.parametrize("path", ["/my/agent", "/my/ships"])
def test_an_opening_that_fails_half_way_does_not_settle_beside_the_next_one(tmp_path, path):
    """Two lanes that settle one intent would book on two balances, and the chain of the book would break."""

    async def main():
        async with a_harbour(tmp_path) as harbour:
            await leave_a_doubt(harbour)
            harbour.wire.meddle = down_for(path)
            with pytest.raises(Unavailable):
                await harbour.reopened()
            harbour.wire.meddle = lambda _request: None
            again = await harbour.reopened()
            await again.gateway.wait_until_settled(FRIGATE)
            await asyncio.sleep(3 * SETTLE_SECONDS)
            await again.pilot.dock(FRIGATE)
            fuel = again.book.sighting(again.roster.get(FRIGATE).nav.waypoint, FUEL)
            assert fuel is not None
            await again.trader.buy(FRIGATE, FUEL, 1, price_seen=fuel.quote.ask, floor=0, purpose=PURPOSE)
            chain = await harbour.database.read(lambda c: store.verify(c, PLAYER))
            truth = (await harbour.game.agent()).credits
            await again.close()
            return chain, truth - again.gateway.credits, again.gateway.incidents()

    assert loop.run(main()) == ([], 0, ())


def test_a_shipyard_that_does_not_answer_is_known_from_the_last_start_and_asked_again(tmp_path):
    async def work(harbour):
        before = harbour.session.yards.yards()
        await harbour.session.close()
        harbour.wire.meddle = down_for("/shipyard")
        again = await harbour.reopened()
        kept, usable, broken = again.yards.yards(), again.yards.usable(), again.yards.unreadable.places()
        harbour.wire.meddle = lambda _request: None
        mark = len(harbour.wire.asked)
        await asyncio.sleep(2 * ASK_AGAIN_SECONDS)
        asked, back = len(harbour.wire.asked) - mark, again.yards.usable()
        await again.close()
        return before, kept, usable, len(broken), asked, back

    before, kept, usable, broken, asked, back = in_harbour(tmp_path, work)

    assert before == kept
    assert (usable, asked) == ((), broken)
    assert [yard.waypoint for yard in back] == [yard.waypoint for yard in before]


@pytest.mark.parametrize("spoilt", [{"x": 0.5}, {"traits": 7}], ids=str)
def test_a_place_that_could_not_be_read_at_the_first_start_is_known_once_the_server_tells_it_rightly(tmp_path, spoilt):
    async def work(harbour):
        whole = harbour.session.book.places()
        odd = next(place.waypoint for place in whole if place.has_shipyard)
        await harbour.session.close()
        await harbour.database.write(lambda c: c.execute(sa.delete(waypoints)))
        harbour.wire.spoil = partial(spoil_place, odd, spoilt)
        again = await harbour.reopened()
        known_first = again.book.place(odd)
        await again.close()
        again = await harbour.reopened()
        harbour.wire.spoil = lambda _request, answer: answer
        await asyncio.sleep(2 * ASK_AGAIN_SECONDS)
        places, yards = again.book.places(), [yard.waypoint for yard in again.yards.yards()]
        await again.close()
        return known_first, places == whole, odd in yards

    assert in_harbour(tmp_path, work) == (None, True, True)


def spoil_place(symbol, spoilt, request, answer):
    """One place of every list told wrongly."""
    if not request.path.partition("?")[0].endswith("/waypoints"):
        return answer
    told = json.loads(answer.body)
    for place in told["data"]:
        if place["symbol"] == symbol:
            place.update(spoilt)
    return Response(status=answer.status, headers=answer.headers, body=json.dumps(told).encode())


def test_recipes_are_those_of_the_last_start_while_the_server_does_not_tell_them(tmp_path):
    async def work(harbour):
        await harbour.session.close()
        told = dict(harbour.session.supply_chain)
        await harbour.database.write(lambda c: c.execute(sa.delete(recipes).where(recipes.c.good != FUEL)))
        harbour.wire.meddle = down_for("/supply-chain")
        again = await harbour.reopened()
        kept = dict(again.supply_chain)
        harbour.wire.meddle = lambda _request: None
        await asyncio.sleep(2 * ASK_AGAIN_SECONDS)
        later = dict(again.supply_chain)
        await again.close()
        return told, kept, later

    told, kept, later = in_harbour(tmp_path, work)

    assert kept == {FUEL: told[FUEL]}
    assert later == told


def test_a_server_without_the_supply_chain_call_is_played_with_the_recipes_of_the_game(tmp_path):
    async def work(harbour):
        await harbour.session.close()
        await harbour.database.write(lambda c: c.execute(sa.delete(recipes)))
        harbour.wire.meddle = down_for("/supply-chain")
        again = await harbour.reopened()
        await again.close()
        return dict(again.supply_chain), dict(harbour.session.supply_chain)

    known, told = in_harbour(tmp_path, work)
    assert known == told


def test_an_opening_that_is_given_up_does_not_settle_beside_the_next_one(tmp_path):
    async def main():
        async with a_harbour(tmp_path) as harbour:
            await leave_a_doubt(harbour)
            for seconds in (0.05, 0.2, 0.5, 1.0, 1.5, 2.0):
                opening = asyncio.create_task(harbour.reopened())
                await asyncio.sleep(seconds)
                opening.cancel()
                await asyncio.gather(opening, return_exceptions=True)
            again = await harbour.reopened()
            await asyncio.sleep(3 * SETTLE_SECONDS)
            chain = await harbour.database.read(lambda c: store.verify(c, PLAYER))
            await again.close()
            return chain, again.gateway.incidents()

    assert loop.run(main()) == ([], ())


def test_a_ship_with_a_call_in_doubt_is_let_go_of_only_when_that_is_settled(tmp_path):
    async def work(harbour):
        session, container = harbour.session, PURPOSE.container_id
        await harbour.database.write(lambda connection: add_container(connection, container))
        for ship in (FRIGATE, PROBE):
            await session.claims.claim(ship, container, "work")
        await session.pilot.dock(FRIGATE)
        market = await session.trader.look(FRIGATE)
        fuel = next(quote for quote in market.quotes if quote.good == FUEL)
        harbour.wire.meddle = unanswered_purchase
        buying = asyncio.create_task(
            session.trader.buy(FRIGATE, fuel.good, 5, price_seen=fuel.ask, floor=0, purpose=PURPOSE)
        )
        await asyncio.sleep(20)
        ship_release = asyncio.create_task(session.release_ships_of(container))
        await asyncio.sleep(1)
        in_doubt = session.claims.of(container)
        harbour.wire.meddle = lambda _request: None
        await asyncio.gather(buying, ship_release)
        return in_doubt, session.claims.of(container)

    assert in_harbour(tmp_path, work) == ((FRIGATE,), ())
