"""A ship that waits at a market for its stock to grow: for how long, what ends it, and what is said of it."""

import asyncio
from dataclasses import replace

import pytest

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.drill.virtual_time import loop
from starfoundry.kernel.ids import Good, Revision, ShipSymbol, WaypointSymbol
from starfoundry.kernel.supply import SupplyLevel
from starfoundry.manufacturing.domain.model import TaskKind, TaskStatus
from starfoundry.manufacturing.planner.trips.arrival import Wait
from starfoundry.manufacturing.planner.trips.readiness import TaskReadinessSpecification
from starfoundry.manufacturing.reasons import ships, trips
from starfoundry.manufacturing.reasons.trips import EXECUTE_SETTINGS
from starfoundry.manufacturing.runtime import worker
from starfoundry.manufacturing.runtime.market_waits import MarketWaits
from starfoundry.runtime.clock import LoopClock
from starfoundry.wire import daemon_pb2 as wire
from tests.manufacturing import worlds
from tests.manufacturing.plant import run_plant

WAIT = Wait(seconds=900.0, reason="short", supply=SupplyLevel.MODERATE, floor=SupplyLevel.HIGH)
SHIP = ShipSymbol("SHIP-1")
TASK = worlds.task(status=TaskStatus.EXECUTING, ship="SHIP-1")


def waited(**changes):
    """Seconds that a ship waits whose settings change so after five minutes."""
    before = ManufacturingConfig(collect_min_start_supply=SupplyLevel.HIGH, collect_min_execute_supply=SupplyLevel.HIGH)

    async def whole():
        readiness = TaskReadinessSpecification(before, Revision(1))
        market_waits = MarketWaits(LoopClock(asyncio.get_running_loop(), worlds.NOON), readiness)
        waiting = asyncio.create_task(market_waits.wait_out(TASK, WAIT))
        await asyncio.sleep(300)
        readiness.update_config(replace(before, **changes), Revision(2))
        market_waits.settings_changed()
        seconds = await waiting
        assert market_waits.of("SHIP-1") is None
        return seconds

    return loop.run(whole(), seed=1)


def test_a_ship_waits_to_the_end_whatever_setting_changes_that_it_does_not_wait_for():
    assert waited(max_pipelines=7) == pytest.approx(900)


def test_a_lower_level_ends_the_wait_at_once():
    assert waited(collect_min_execute_supply=SupplyLevel.MODERATE) == pytest.approx(300)


def test_a_block_on_the_good_ends_the_wait_at_once():
    assert waited(blocked_goods=("CLOTHING",)) == pytest.approx(300)


LEVELS = (
    *("collect_min_start_supply", "collect_min_execute_supply"),
    *("acquire_min_start_supply", "acquire_min_execute_supply"),
)


async def waiting_task(plant, container):
    """The first task whose ship waits; somebody else buys what ships are on their way to."""
    while True:
        for task in await plant.under_way(container):
            market = plant.universe.market(WaypointSymbol(task.source), plant.universe.now())
            market_good = market.market_goods[Good(task.good)]
            market.purchase(market_good, max(0, market_good.units))
            if (await why(plant, task.ship)).explanations[0].state == "WAITING":
                return task
        await asyncio.sleep(20)


def long_wait(curve, floor, **_):
    """What a ship decides that is nearly there: the stock comes back in time."""
    return Wait(seconds=1_100.0, reason="short", supply=curve.supply, floor=floor)


def test_a_ship_that_waits_at_a_market_says_so_and_goes_on_once_the_level_is_lowered(tmp_path, monkeypatch):
    """Once such a ship was told to work like any other, and nothing said why nothing came of it for twenty minutes."""
    monkeypatch.setattr(worker, "decide_on_short_supply", long_wait)

    async def work(plant):
        container = await plant.start()
        task = await waiting_task(plant, container)
        setting = EXECUTE_SETTINGS[TaskKind(task.kind)]

        whole, ship, named = [await why(plant, subject) for subject in ("", task.ship, task.task_id)]

        [told] = ship.explanations
        assert (told.state, told.reason.rule) == ("WAITING", "waits_at_market")
        assert told.reason.text.startswith(f"waits at {task.source}: {task.good} is ")
        assert told.reason.setting.name == setting
        assert f"{setting}=" in told.reason.command
        assert [each.reason.rule for each in named.explanations] == ["waits_at_market"]
        assert task.ship in next(each.names for each in whole.ranked if each.reason.rule == "waits_at_market")

        await plant.set(container, **dict.fromkeys(LEVELS, told.reason.command.rpartition("=")[2]))
        await asyncio.sleep(10)
        assert [each.state for each in (await why(plant, task.ship)).explanations] == ["BUSY"]

    run_plant(work, tmp_path)


def test_a_pause_tells_how_long_it_still_lasts():
    assert trips.source_rests(worlds.FUEL, worlds.SHOP, 431.2).text.endswith("FUEL at X1-A-S, tried again in 8 min")
    assert trips.cargo_rests(worlds.FUEL, SHIP, 31.2).text.endswith("FUEL aboard SHIP-1, tried again in 32 s")
    assert ships.rests(SHIP, 300.0).figures["seconds_left"] == 300


async def why(plant, subject):
    request = wire.ExplainWorkRequest(player_id=plant.player_id, subject=subject)
    return await plant.operator.call("ExplainWork", request)
