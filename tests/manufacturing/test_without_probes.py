"""A fleet none of whose probes works: its carriers look for themselves, whatever others wish for."""

import asyncio

import sqlalchemy as sa

from starfoundry.drill.machine import new_universe
from starfoundry.drill.virtual_time import loop
from starfoundry.kernel.ids import ContainerId
from starfoundry.store.tables.schema import ledger
from tests.drill.odd_server import OddServer, breaks_ship, has_lost
from tests.manufacturing.plant import plant

HOUR = 3_600.0
PROBE = "FOUNDRY-2"


def sales_without(tmp_path, oddity):
    async def whole():
        universe = new_universe(1, shuttles=1)
        server = OddServer(universe)
        oddity(server, PROBE)
        async with plant(tmp_path, universe, transport=server) as running:
            await running.start()
            session = await running.daemon.sessions.get(running.player_id)
            session.claims.request_ship(ContainerId("somebody-else"))
            await asyncio.sleep(0.5 * HOUR)
            return len(await running.rows(sa.select(ledger).where(ledger.c.kind == "SALE")))

    return loop.run(whole(), seed=1)


def test_a_fleet_whose_probe_is_gone_trades_though_somebody_wishes_for_a_ship(tmp_path):
    assert sales_without(tmp_path, has_lost) > 5


def test_a_fleet_whose_probe_is_broken_trades_though_somebody_wishes_for_a_ship(tmp_path):
    assert sales_without(tmp_path, breaks_ship) > 5
