"""One ship of a fleet breaks: the others earn on, it is told, and once it is well it works again."""

import asyncio

import sqlalchemy as sa

from starfoundry.drill.deal_comparison import money_differences
from starfoundry.drill.machine import new_universe
from starfoundry.drill.virtual_time import loop
from starfoundry.sandbox.api.injected_faults import Fault, FaultKind
from starfoundry.sandbox.http.in_process import SandboxTransport
from starfoundry.store.tables.schema import ledger, quarantine, ship_claims
from starfoundry.wire import daemon_pb2 as wire
from tests.manufacturing.plant import plant, run_plant

HOUR = 3_600.0
BROKEN = "FOUNDRY-1"


def break_ship(running):
    """Have the server fail for the frigate from now on; gives what repairs it."""
    transport = running.daemon.ports.transport
    assert isinstance(transport, SandboxTransport)
    transport.api.faults.add(Fault(kind=FaultKind.BROKEN_SHIP, ship=BROKEN))
    return transport.api.faults.clear


async def ship_of(running):
    request = wire.GetShipRequest(player_id=running.player_id, ship=BROKEN)
    return await running.operator.call("GetShip", request)


async def sales(running, after):
    """Which ships sold how often since the entry `after`, and the newest entry."""
    rows = await running.rows(sa.select(ledger).where(ledger.c.sequence > after, ledger.c.kind == "SALE"))
    ships = [row.ship for row in rows]
    return {ship: ships.count(ship) for ship in sorted(ships)}, max([after, *(row.sequence for row in rows)])


def test_a_fleet_earns_on_without_its_broken_ship_and_with_it_once_it_is_well(tmp_path):
    async def work(running):
        making = await running.start()
        await running.grow(haulers=2, probes=2)
        await asyncio.sleep(1.5 * HOUR)
        _, mark = await sales(running, 0)
        repair = break_ship(running)
        await asyncio.sleep(HOUR)

        broken = await ship_of(running)
        by_ship, mark = await sales(running, mark)
        health = await running.operator.call("GetHealth", wire.GetHealthRequest())
        assert "answers for everything except this ship" in broken.quarantine_reason
        assert broken.quarantined_since
        assert await running.rows(sa.select(ship_claims).where(ship_claims.c.ship == BROKEN)) == []
        assert {ship: count for ship, count in by_ship.items() if ship != BROKEN}
        assert any(f"{BROKEN} is quarantined" in problem for problem in health.problems)
        assert (await running.status(making)).status == "RUNNING"

        repair()
        await asyncio.sleep(HOUR)

        well = await ship_of(running)
        by_ship, _ = await sales(running, mark)
        assert not well.quarantined_since
        assert by_ship[BROKEN]
        await running.stop(making)
        assert await money_differences(running.daemon.database, running.universe.event_log, "FOUNDRY") == []

    run_plant(work, tmp_path)


def test_a_ship_that_breaks_in_the_middle_of_a_purchase_blocks_nobody(tmp_path):
    """Nobody can learn what became of the purchase, so its task is given back and the cargo is sold later."""

    async def work(running):
        making = await running.start()
        await asyncio.sleep(HOUR)
        transport = running.daemon.ports.transport
        transport.api.faults.add(Fault(kind=FaultKind.LOST, path=f"/my/ships/{BROKEN}/purchase", times=1))
        while transport.api.faults:  # noqa: ASYNC110  (the universe has no event for a fault that struck)
            await asyncio.sleep(0.5)
        repair = break_ship(running)
        await asyncio.sleep(600)

        assert (await ship_of(running)).quarantined_since
        assert not [task for task in await running.tasks(making) if task.status in ("ASSIGNED", "EXECUTING")]

        repair()
        await asyncio.sleep(HOUR)
        await running.stop(making)
        assert (await ship_of(running)).cargo_units == 0
        assert await money_differences(running.daemon.database, running.universe.event_log, "FOUNDRY") == []

    run_plant(work, tmp_path)


def test_a_restart_with_a_quarantined_ship_starts_and_takes_it_up_again(tmp_path):
    async def whole():
        universe = new_universe(1)
        async with plant(tmp_path, universe) as running:
            making = await running.start()
            await asyncio.sleep(HOUR)
            break_ship(running)
            await asyncio.sleep(HOUR)
            assert len(await running.rows(sa.select(quarantine))) == 1
            _, mark = await sales(running, 0)

        async with plant(tmp_path, universe) as running:
            await asyncio.sleep(30)
            kept = (await ship_of(running)).quarantined_since
            await asyncio.sleep(HOUR)
            assert kept
            assert (await running.status(making)).status == "RUNNING"
            assert (await sales(running, mark))[0][BROKEN]

    loop.run(whole(), seed=1)
