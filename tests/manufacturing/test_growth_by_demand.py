"""A fleet that grows with its markets: a rich player stops buying carriers once another would not pay."""

import asyncio
import json

from starfoundry.wire import daemon_pb2 as wire
from tests.manufacturing.plant import run_plant

HOUR = 3_600.0


async def reason_of_growth(plant):
    """What holds the growth back, by `why`."""
    request = wire.ExplainWorkRequest(player_id=plant.player_id, subject="fleet-growth-1")
    found = (await plant.operator.call("ExplainWork", request)).explanations
    return next(each.reason for each in found if each.name == "fleet-growth-1")


async def carriers(plant):
    """How many ships with a hold there are."""
    session = await plant.daemon.sessions.get(plant.player_id)
    return sum(ship.cargo.capacity > 0 for ship in session.roster.ships())


def test_a_fleet_with_millions_to_spend_buys_what_the_markets_keep_busy_and_tells_why_no_more(tmp_path):
    async def work(plant):
        container = await plant.start(preset="earner")
        await plant.grow(haulers=20, probes=3)
        await asyncio.sleep(2 * HOUR)
        reason, grown = await reason_of_growth(plant), await carriers(plant)
        figures = json.loads(reason.figures_json)
        assert reason.rule == "carriage_enough"
        assert figures["earned_an_hour"] * figures["payback_hours"] < figures["price"]
        assert 2 <= grown < 12
        await plant.stop(container)
        assert (await reason_of_growth(plant)).rule != "carriage_enough", "nobody reckons it any more"

    run_plant(work, tmp_path, money=20_000_000)
