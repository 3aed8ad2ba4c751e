"""Shipyards: what they sell is known from afar, what it costs only from a visit, and that is remembered."""

import asyncio
from datetime import timedelta

from starfoundry.drill.virtual_time import loop
from starfoundry.fleet.registry.shipyards import LOOK_AGAIN, Shipyards
from starfoundry.game.model import ShipOffer, Shipyard
from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.runtime.clock import LoopClock
from tests.ledger.bank import EPOCH
from tests.market.stalls import A1, B7, a_place

PROBE, HAULER = "SHIP_PROBE", "SHIP_LIGHT_HAULER"


class Yards:
    """Shipyards that name their prices where `present` says that a ship of ours is."""

    def __init__(self) -> None:
        self.present: list[WaypointSymbol] = []
        self.price = 22_000
        self.asked: list[WaypointSymbol] = []

    async def shipyard(self, waypoint: WaypointSymbol) -> Shipyard:
        self.asked.append(waypoint)
        offers = (ShipOffer(type=PROBE, price=self.price),) if waypoint in self.present else ()
        return Shipyard(waypoint=waypoint, ship_types=(PROBE,), offers=offers)


def with_yards(work):
    """The result of `work(book, game, clock)`."""

    async def main():
        clock = LoopClock(asyncio.get_running_loop(), EPOCH)
        game = Yards()
        return await work(Shipyards(game, clock), game, clock)  # type: ignore[arg-type]

    return loop.run(main())


def test_a_survey_asks_shipyards_only_and_knows_what_they_sell_from_afar():
    async def work(book, game, _clock):
        await book.survey((a_place(B7, has_shipyard=True), a_place(A1)))
        return game.asked, book.yards()

    asked, (yard,) = with_yards(work)

    assert asked == [B7]
    assert (yard.waypoint, yard.ship_types, yard.offers, yard.seen_at) == (B7, (PROBE,), (), None)


def test_shipyards_come_by_waypoint_however_they_were_heard_of():
    async def work(book, _game, _clock):
        await book.look(B7)
        await book.look(A1)
        return [yard.waypoint for yard in book.yards()]

    assert with_yards(work) == [A1, B7]


def test_a_visit_brings_prices_and_the_moment_they_were_seen():
    async def work(book, game, clock):
        await book.look(A1)
        game.present.append(A1)
        await asyncio.sleep(30)
        return await book.look(A1), clock.now()

    yard, now = with_yards(work)

    assert yard.offer(PROBE) == ShipOffer(type=PROBE, price=22_000)
    assert yard.offer(HAULER) is None
    assert yard.seen_at == now


def test_the_newest_price_is_the_one_that_counts():
    """A ship bought moves the price of the next one; an old price would have it bought above the limit."""

    async def work(book, game, _clock):
        game.present.append(A1)
        await book.look(A1)
        game.price = 23_000
        await book.look(A1)
        (yard,) = book.yards()
        return yard.offer(PROBE).price

    assert with_yards(work) == 23_000


def test_a_look_from_afar_forgets_no_price_and_makes_none_look_younger():
    async def work(book, game, _clock):
        game.present.append(A1)
        seen = await book.look(A1)
        game.present.clear()
        await asyncio.sleep(60)
        return seen, await book.look(A1)

    seen, later = with_yards(work)

    assert later == seen


def test_prices_are_stale_when_never_seen_or_long_ago_and_what_is_no_shipyard_never_is():
    async def work(book, game, _clock):
        await book.look(A1)
        never_seen = book.is_stale(A1)
        game.present.append(A1)
        await book.look(A1)
        await asyncio.sleep(LOOK_AGAIN.total_seconds())
        just_in_time = book.is_stale(A1)
        await asyncio.sleep(timedelta(seconds=1).total_seconds())
        return never_seen, just_in_time, book.is_stale(A1), book.is_stale(B7)

    assert with_yards(work) == (True, False, True, False)
