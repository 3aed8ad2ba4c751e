"""A daemon in a universe whose goods have other base prices than usual."""

import asyncio

from starfoundry.drill.machine import EPOCH
from starfoundry.drill.virtual_time import loop
from starfoundry.runtime.clock import LoopClock
from starfoundry.sandbox.control import scenario
from starfoundry.sandbox.state.universe import Universe
from starfoundry.wire import daemon_pb2 as wire
from tests.manufacturing.plant import plant


def test_a_daemon_finds_its_universes_bases_tells_them_and_reads_every_price_exactly(tmp_path):
    universe_config = scenario.load("bases-2024")

    async def play():
        universe = Universe(1, LoopClock(asyncio.get_running_loop(), EPOCH), universe_config=universe_config)
        async with plant(tmp_path, universe) as running:
            await running.start()
            await asyncio.sleep(5_400)
            session = await running.daemon.sessions.get(running.player_id)
            return session.book, await running.operator.call("GetHealth", wire.GetHealthRequest())

    book, health = loop.run(play(), seed=1)

    seen = {
        each.quote.good: universe_config.bases[each.quote.good]
        for each in book.sightings()
        if each.quote.good in universe_config.bases
    }
    assert {"ADVANCED_CIRCUITRY", "SHIP_PARTS", "SHIP_PLATING", "CLOTHING", "FABRICS"} == {*seen}
    assert book.found_bases() == seen
    shifted = [each.curve for each in book.sightings() if each.quote.good in seen]
    assert all(curve.exact and curve.base in seen.values() for curve in shifted)
    told = {each.subject: each.reason for each in health.conditions if each.kind == "base-price-found"}
    assert told == {
        good: f"{good} has a base price of {base:,} here, derived from its prices" for good, base in seen.items()
    }
    assert health.status == "ok"
