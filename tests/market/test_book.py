"""The market book: what was seen is known at once, survives a restart, and never grows staler than it says."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from starfoundry.game.market_law.law import MarketStock, read_stock
from starfoundry.game.model import Market
from starfoundry.kernel.errors import Unavailable
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.supply import TradeKind
from starfoundry.market.domain.model import Sighting
from starfoundry.market.runtime.market_book import FLUSH_SECONDS, MarketBook
from starfoundry.store.tables.schema import market_history, market_observations
from tests.ledger.bank import EPOCH
from tests.market.stalls import A1, B7, FUEL, IRON, MACHINERY, RESTED, a_book, a_market, a_place, a_quote, with_a_book


async def rows(database, table):
    return await database.read(lambda c: c.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_a_look_is_known_at_once_with_the_time_it_was_taken(tmp_path):
    async def work(book, _database):
        await asyncio.sleep(90)
        await book.record(a_market(a_quote()))
        return book.sighting(A1, MACHINERY), book.sighting(A1, IRON), book.sighting(B7, MACHINERY)

    seen, never_traded, never_visited = with_a_book(tmp_path, work)

    assert (seen.quote, seen.seen_at) == (a_quote(), EPOCH + timedelta(seconds=90))
    assert seen.curve == RESTED
    assert (never_traded, never_visited) == (None, None)


def test_a_market_read_from_afar_changes_no_price(tmp_path):
    """Without a ship there the game tells no prices; an empty answer is not an empty market."""

    async def work(book, _database):
        await book.record(a_market(a_quote()))
        version = book.changed.version
        await book.record(Market(waypoint=A1, exports=(MACHINERY,)))
        return len(book.sightings()), book.changed.version == version

    assert with_a_book(tmp_path, work) == (1, True)


def test_what_a_market_no_longer_trades_is_forgotten(tmp_path):
    async def work(book, _database):
        await book.record(a_market(a_quote(), a_quote(IRON)))
        await book.record(a_market(a_quote(IRON), waypoint=B7))
        await book.record(a_market(a_quote()))
        return [(each.waypoint, each.quote.good) for each in book.sightings()]

    assert with_a_book(tmp_path, work) == [(A1, MACHINERY), (B7, IRON)]


def test_sightings_come_in_one_order_however_they_were_seen(tmp_path):
    async def work(book, _database):
        await book.record(a_market(a_quote(MACHINERY), a_quote(FUEL), waypoint=B7))
        await book.record(a_market(a_quote(IRON)))
        return [(each.waypoint, each.quote.good) for each in book.sightings()]

    assert with_a_book(tmp_path, work) == [(A1, IRON), (B7, FUEL), (B7, MACHINERY)]


@pytest.mark.parametrize("change", ["look", "purchase", "sale", "places"])
def test_everything_new_wakes_who_plans_by_the_book(tmp_path, change):
    async def work(book, _database):
        await book.record(a_market(a_quote()))
        waiting = asyncio.create_task(book.changed.newer_than(book.changed.version))
        await asyncio.sleep(1)
        assert not waiting.done()
        match change:
            case "look":
                await book.record(a_market(a_quote()))
            case "purchase":
                book.bought(A1, MACHINERY, 5)
            case "sale":
                book.sold(A1, MACHINERY, 5)
            case "places":
                await book.learn((a_place(),))
        await asyncio.wait_for(waiting, 1)

    with_a_book(tmp_path, work)


# After trades of our own


@given(units=st.integers(1, 60), is_sale=st.booleans())
def test_a_trade_moves_the_known_prices_along_the_law_and_is_no_look(units, is_sale):
    quote = a_quote()
    sighting = Sighting(waypoint=A1, quote=quote, seen_at=EPOCH, curve=RESTED)

    after = sighting.after_sale(units) if is_sale else sighting.after_purchase(units)

    expected = replace(RESTED, units=RESTED.units + (units if is_sale else -units))
    assert (after.quote.ask, after.quote.bid, after.quote.supply) == (expected.ask, expected.bid, expected.supply)
    assert (after.curve, after.seen_at) == (expected, EPOCH)
    assert (after.quote.trade_volume, after.quote.kind) == (quote.trade_volume, quote.kind)


def test_a_trade_where_nothing_was_seen_changes_nothing(tmp_path):
    async def work(book, _database):
        book.bought(A1, MACHINERY, 5)
        book.sold(A1, MACHINERY, 5)
        return book.sightings(), book.changed.version

    assert with_a_book(tmp_path, work) == ((), 0)


def test_the_next_look_outweighs_what_was_computed(tmp_path):
    async def work(book, _database):
        await book.record(a_market(a_quote()))
        book.bought(A1, MACHINERY, 20)
        await book.record(a_market(a_quote(ask=2_400, bid=1_150)))
        return book.sighting(A1, MACHINERY).quote

    assert with_a_book(tmp_path, work) == a_quote(ask=2_400, bid=1_150)


# Curves


def readings_of(stock: MarketStock, good: Good):
    """What a market with this stock shows."""
    return a_quote(good, kind=stock.kind, ask=stock.ask, bid=stock.bid, supply=stock.supply, trade_volume=20)


def test_a_steepness_read_for_certain_settles_later_readings_of_a_cheap_good(tmp_path):
    """Prices of a few credits fit several stocks; a market's steepness never changes, so one clear look is enough."""

    def stock(units: int) -> MarketStock:
        return MarketStock(kind=TradeKind.IMPORT, base=160, steepness=9, trade_volume=20, units=units)

    plastics = Good("PLASTICS")

    def is_certain(units: int, steepness: int | None = None) -> bool:
        reading = read_stock(readings_of(stock(units), plastics), steepness=steepness)
        return reading is not None and reading.exact

    clear = next(units for units in range(-100, 60) if is_certain(units))
    unclear = next(units for units in range(-100, 60) if not is_certain(units) and is_certain(units, 9))

    async def work(book, _database):
        await book.record(a_market(readings_of(stock(unclear), plastics)))
        before = book.sighting(A1, plastics).curve
        await book.record(a_market(readings_of(stock(clear), plastics)))
        await book.record(a_market(readings_of(stock(unclear), plastics)))
        await book.record(a_market(readings_of(stock(unclear), plastics), waypoint=B7))
        return before, book.sighting(A1, plastics).curve, book.sighting(B7, plastics).curve

    before, after, elsewhere = with_a_book(tmp_path, work)

    assert not before.exact
    assert (after.units, after.steepness, after.exact) == (unclear, 9, True)
    assert not elsewhere.exact, "another market has a steepness of its own"


def test_a_price_that_no_law_explains_still_has_a_curve(tmp_path):
    async def work(book, _database):
        await book.record(a_market(a_quote(Good("UNHEARD_OF"), ask=777, bid=333)))
        return book.sighting(A1, Good("UNHEARD_OF")).curve

    curve = with_a_book(tmp_path, work)

    assert (curve.ask, curve.bid, curve.exact) == (777, 333, False)
    assert curve.after_purchase(20).ask > 777


# Across a restart


def test_a_restart_knows_places_prices_and_their_age(tmp_path):
    places = (a_place(A1, has_shipyard=True), a_place(B7, imports=(IRON,), exports=()))

    async def work(book, database):
        await book.learn(places)
        await book.record(a_market(a_quote(), a_quote(FUEL, activity=None, supply=None)))
        await asyncio.sleep(600)
        await book.record(a_market(a_quote(IRON, kind=TradeKind.IMPORT), waypoint=B7))
        await book.flush()
        again = a_book(database)
        await again.load()
        return (book.places(), book.sightings()), (again.places(), again.sightings()), again.changed.version

    before, after, version = with_a_book(tmp_path, work)

    assert after == before
    assert before[0] == places
    assert version > 0


def test_learning_a_place_anew_replaces_it_and_keeps_the_others(tmp_path):
    async def work(book, database):
        await book.learn((a_place(B7), a_place(A1)))
        await book.learn((a_place(A1, x=99),))
        again = a_book(database)
        await again.load()
        return [(place.waypoint, place.x) for place in book.places()], again.places() == book.places()

    assert with_a_book(tmp_path, work) == ([(A1, 99), (B7, 10)], True)


def test_a_busy_hour_costs_few_commits_and_loses_no_price(tmp_path):
    """A commit a look would cost more than all the money calls together."""

    async def work(book, database):
        for look in range(1_200):
            await book.record(a_market(a_quote(ask=RESTED.ask + look % 7)))
            await asyncio.sleep(1)
        await book.flush()
        again = a_book(database)
        await again.load()
        return database.writes, again.sightings() == book.sightings(), await rows(database, market_history)

    writes, is_same, history = with_a_book(tmp_path, work)

    assert writes <= 1_200 / FLUSH_SECONDS + 1
    assert is_same
    assert history == 1_200


def test_history_keeps_only_what_changed(tmp_path):
    async def work(book, database):
        for ask in (2_100, 2_100, 2_300, 2_300, 2_100):
            await book.record(a_market(a_quote(ask=ask), a_quote(FUEL)))
        await book.flush()
        return await rows(database, market_history), await rows(database, market_observations)

    assert with_a_book(tmp_path, work) == (3 + 1, 2)


def test_flushing_nothing_writes_nothing(tmp_path):
    async def work(book, database):
        await book.flush()
        return database.writes

    assert with_a_book(tmp_path, work) == 0


def test_a_look_taken_while_the_disk_refuses_an_older_one_is_the_one_that_is_stored(tmp_path):
    async def work(book, database):
        write = database.write

        async def full(_work):
            await asyncio.sleep(1)
            raise Unavailable("the disk is full")

        await book.record(a_market(a_quote()))
        database.write = full
        flushing = asyncio.create_task(book.flush())
        await asyncio.sleep(0.5)
        await book.record(a_market(a_quote(ask=2_600)))
        await flushing
        database.write = write
        await book.flush()
        again = a_book(database)
        await again.load()
        return [sighting.quote.ask for sighting in again.sightings()]

    assert with_a_book(tmp_path, work) == [2_600]


def test_what_could_not_be_stored_is_still_known_and_stored_with_the_next_look(tmp_path):
    async def work(book, database):
        write = database.write

        async def full(_work):
            raise Unavailable("the disk is full")

        await book.record(a_market(a_quote()))
        database.write = full
        await book.flush()
        await book.record(a_market(a_quote(FUEL), waypoint=B7))
        await book.flush()
        database.write = write
        await book.flush()
        again = a_book(database)
        await again.load()
        return book.sightings() == again.sightings(), await rows(database, market_history)

    assert with_a_book(tmp_path, work) == (True, 2)


def seen(book: MarketBook, waypoint: WaypointSymbol, good: Good) -> Sighting:
    """What a market showed of a good last."""
    sighting = book.sighting(waypoint, good)
    assert sighting is not None
    return sighting


def test_a_base_price_of_this_universe_is_found_told_and_used_for_every_market(tmp_path):
    """ADVANCED_CIRCUITRY stood at 5,000 in a universe of 2024 (M); its prices then fit no stock of 5,200."""
    circuitry = Good("ADVANCED_CIRCUITRY")
    first = MarketStock(kind=TradeKind.EXPORT, base=5_000, steepness=8, trade_volume=20, units=13)
    second = MarketStock(kind=TradeKind.IMPORT, base=5_000, steepness=7, trade_volume=20, units=-47)

    def shown(stock):
        return a_quote(circuitry, kind=stock.kind, supply=stock.supply, ask=stock.ask, bid=stock.bid)

    async def work(book, database):
        await book.record(a_market(shown(first)))
        await book.record(a_market(shown(second), waypoint=B7))
        await book.flush()
        later = a_book(database)
        await later.load()
        return [(b.found_bases(), seen(b, A1, circuitry).curve, seen(b, B7, circuitry).curve) for b in (book, later)]

    now, after_a_restart = with_a_book(tmp_path, work)

    assert now == ({circuitry: 5_000}, first, second)
    assert after_a_restart == now


def test_what_was_learned_of_a_good_s_movement_survives_a_restart(tmp_path):
    async def work(book, database):
        for minutes, units in ((0, -80), (5, -80), (5, -70), (25, -70), (5, -60)):
            await asyncio.sleep(60 * minutes)
            stock = RESTED.with_units(units)
            await book.record(a_market(a_quote(supply=stock.supply, ask=stock.ask, bid=stock.bid)))
        await book.flush()
        later = a_book(database)
        await later.load()
        return seen(book, A1, MACHINERY).movement, seen(later, A1, MACHINERY).movement

    known, again = with_a_book(tmp_path, work)

    assert known.step == pytest.approx(0.5)
    assert known.ticks is not None
    assert again.to_map() == known.to_map()


def test_a_steepness_is_forgotten_when_the_trade_volume_grows(tmp_path):
    """The server draws it anew (POLYNUCLEOTIDES 9, 8, 7, 7 as its volume grew, M)."""
    small = MarketStock(kind=TradeKind.EXPORT, base=2_400, steepness=9, trade_volume=20, units=0)
    grown = MarketStock(kind=TradeKind.EXPORT, base=2_400, steepness=7, trade_volume=22, units=3)

    async def work(book, _database):
        for stock in (small, grown):
            quote = a_quote(trade_volume=stock.trade_volume, supply=stock.supply, ask=stock.ask, bid=stock.bid)
            await book.record(a_market(quote))
        return seen(book, A1, MACHINERY).curve

    assert with_a_book(tmp_path, work) == grown
