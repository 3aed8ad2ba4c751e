"""A fleet on a server with an oddity: it earns nearly what it earns without."""

import asyncio
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from starfoundry.drill import loop
from starfoundry.drill.machine import new_universe
from starfoundry.store.schema import ledger
from tests.drill.odd_server import OddServer, slow_to_arrive
from tests.manufacturing.plant import Plant, plant

HOUR = 3_600.0
SHARE_MIN = 0.8
TRADE = ("PURCHASE", "SALE", "REFUEL")

Oddity = Callable[[OddServer], None]


async def profit(running: Plant) -> int:
    """Credits that trading has left so far."""
    total = sa.select(sa.func.sum(ledger.c.amount)).where(ledger.c.kind.in_(TRADE))
    return (await running.rows(total))[0][0] or 0


def earned(data_dir, oddity: Oddity, *, hours=1.0, shuttles=1) -> tuple[int, int]:
    """What a coordinator earns with a frigate and some shuttles, and how many requests it took."""

    async def whole() -> tuple[int, int]:
        universe = new_universe(1, shuttles=shuttles)
        server = OddServer(universe)
        oddity(server)
        async with plant(data_dir, universe, transport=server) as running:
            await running.start()
            await asyncio.sleep(hours * HOUR)
            return await profit(running), len(server.asked)

    return loop.run(whole(), seed=1)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> int:
    return earned(tmp_path_factory.mktemp("undisturbed"), lambda _server: None)[0]


def test_ships_that_read_in_transit_for_a_while_after_their_arrival(tmp_path, undisturbed):
    """It once earned a twentieth: the ship that was refused its dock rested for five minutes, each time."""
    found, _ = earned(tmp_path, lambda server: slow_to_arrive(server, 2.0))
    assert found >= SHARE_MIN * undisturbed
