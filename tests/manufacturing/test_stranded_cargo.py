"""Cargo that no market buys: the ship and the good are named, with the command that helps."""

import asyncio

import pytest

from starfoundry.kernel.ids import Good, ShipSymbol
from starfoundry.manufacturing.planner.stranded_cargo import Stranded, stranded
from starfoundry.wire import daemon_pb2 as wire
from tests.manufacturing.plant import run_plant
from tests.manufacturing.worlds import CLOTHING, hull, view

HOUR = 3_600.0
SHIP = ShipSymbol("FOUNDRY-1")
RELICS = Good("RELIC_TECH")


@pytest.mark.parametrize(("good", "is_stranded"), [(RELICS, True), (CLOTHING, False)])
def test_cargo_is_stranded_when_no_market_lists_it(good, is_stranded):
    laden = hull(cargo=((good, 7),))
    told = Stranded(ship=laden.ship, good=good, units=7, free=laden.free, capacity=laden.capacity)
    assert stranded(view(idle=(laden,))) == ((told,) if is_stranded else ())


async def health_of(running):
    found = await running.operator.call("GetHealth", wire.GetHealthRequest())
    return found.status, {each.kind: (each.subject, each.reason, each.next_step) for each in found.conditions}


async def load(running, units):
    running.universe.agents["FOUNDRY"].ships[SHIP].cargo[RELICS] = units
    session = await running.daemon.sessions.get(running.player_id)
    await session.pilot.read_again(SHIP)


def test_a_hold_full_of_what_nobody_buys_is_told_until_it_is_jettisoned(tmp_path):
    """Two shuttles once stood idle so, without a word."""

    async def work(running):
        making = await running.start()
        await load(running, 40)
        await asyncio.sleep(300)
        status, conditions = await health_of(running)
        assert status == "degraded"
        assert conditions["cargo-unsellable"] == (
            SHIP,
            f"{SHIP} holds 40 RELIC_TECH, which no market here buys: 0 of 40 cargo units are free",
            f"spacetraders ship jettison {SHIP} RELIC_TECH",
        )

        request = wire.JettisonCargoRequest(player_id=running.player_id, ship=SHIP, good=RELICS, wait_seconds=900)
        await running.operator.call("JettisonCargo", request)
        assert (await health_of(running))[0] == "ok"

        await asyncio.sleep(HOUR)
        assert [task for task in await running.tasks(making) if task.units_sold]

    run_plant(work, tmp_path)


def test_a_ship_with_room_beside_such_cargo_works(tmp_path):
    async def work(running):
        making = await running.start()
        await load(running, 5)
        await asyncio.sleep(HOUR)
        assert [task for task in await running.tasks(making) if task.units_sold]
        assert "cargo-unsellable" in (await health_of(running))[1]

    run_plant(work, tmp_path)
