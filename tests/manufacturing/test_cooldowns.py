"""Work that comes to nothing cools down, whatever the cause: it is not begun again and again."""

import asyncio
from dataclasses import replace

import sqlalchemy as sa

from starfoundry.game.model import CargoItem
from starfoundry.kernel.ids import Good, ShipSymbol
from starfoundry.manufacturing.domain.model import PipelineKind
from starfoundry.store.tables.schema import pipelines, tasks
from tests.manufacturing.plant import run_plant

HOUR = 3_600.0
SHIP = ShipSymbol("FOUNDRY-1")


async def phantom_cargo(running, good, units):
    """Have the roster hold a line of cargo in the frigate that the server knows nothing of, whatever it tells."""
    session = await running.daemon.sessions.get(running.player_id)
    saw_ship = session.roster.saw_ship

    def saw(ship):
        if ship.symbol == SHIP and not ship.cargo.items:
            cargo = replace(ship.cargo, items=(CargoItem(good=Good(good), units=units),))
            ship = replace(ship, cargo=cargo)
        saw_ship(ship)

    session.roster.saw_ship = saw
    saw(session.roster.get(SHIP))


async def liquidations(running):
    kind = PipelineKind.LIQUIDATION.value
    return len(await running.rows(sa.select(pipelines.c.id).where(pipelines.c.kind == kind)))


def sold_good(running):
    """A good that some market buys."""
    session = running.daemon.sessions.all_opened()[0]
    return next(each.quote.good for each in session.book.sightings() if each.quote.kind.value == "IMPORT")


def test_selling_what_is_not_there_is_not_tried_without_end(tmp_path):
    """A line of 0 units was once sold 7,947 times in 45 seconds: each sale was complete, having moved nothing."""

    async def work(running):
        await running.start()
        await asyncio.sleep(HOUR / 4)
        await phantom_cargo(running, sold_good(running), 0)
        before = await liquidations(running)
        await asyncio.sleep(4 * HOUR)
        assert 1 <= await liquidations(running) - before <= 7

    run_plant(work, tmp_path)


def test_selling_what_the_server_does_not_know_of_is_tried_ever_more_seldom(tmp_path):
    """The same good is refused each time; three attempts end a task, and the next one waits longer."""

    async def work(running):
        await running.start()
        await asyncio.sleep(HOUR / 4)
        await phantom_cargo(running, sold_good(running), 5)
        before = len(await running.rows(sa.select(tasks.c.id)))
        await asyncio.sleep(4 * HOUR)
        assert 1 <= len(await running.rows(sa.select(tasks.c.id))) - before <= 10

    run_plant(work, tmp_path)
