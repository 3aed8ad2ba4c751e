"""Idle ships are held against the trips that were there for them."""

import asyncio

from benchmarks.economy import bot
from benchmarks.economy.hands import CALLSIGN, Hands
from benchmarks.economy.policies import BOTS
from benchmarks.economy.rules import Lanes
from benchmarks.economy.watch import PAYS, WatchingEventLog
from benchmarks.economy.world import World, row_of
from starfoundry.drill.machine import new_universe
from starfoundry.drill.virtual_time import loop


def idling(*, hours: float):
    """What is missed by a fleet whose frigate never moves, while its probe does so that somebody looks."""

    async def play():
        universe = new_universe(1)
        universe.event_log = watching = WatchingEventLog(universe)
        hands = await Hands.join(universe)
        probe = next(ship.symbol for ship in hands.ships.values() if not ship.cargo.capacity)
        places = [place for place in universe.home.plans if place != hands.ships[probe].nav.waypoint][:2]
        while universe.clock.elapsed() < hours * 3_600:
            for place in places:
                await hands.fly(probe, place)
                await asyncio.sleep(60)
        return universe, watching

    return loop.run(play(), seed=1)


def test_a_frigate_that_stands_misses_nearly_all_of_its_time():
    universe, watching = idling(hours=1)
    now = universe.now()
    markets = {waypoint: universe.home.market(waypoint, now) for waypoint in universe.home.plans}

    assert any(Lanes({name: each for name, each in markets.items() if each is not None}).paying(PAYS))
    assert watching.share_missed > 0.9
    assert [each.agent for each in watching.entries] == [CALLSIGN] * len(watching.entries)


def test_looking_changes_no_history():
    async def play(*, is_watched: bool):
        universe = new_universe(1)
        if is_watched:
            universe.event_log = WatchingEventLog(universe)
        await bot.play(universe, BOTS["margin-0.5"], carriers=2, hours=1.0)
        return universe.event_log

    watched = loop.run(play(is_watched=True), seed=1)

    assert watched.entries == loop.run(play(is_watched=False), seed=1).entries


def test_a_bot_that_takes_whatever_pays_misses_nothing():
    assert row_of(World(scenario="ordinary", seed=1, hours=1.0), "greedy", carriers=2)["share_missed"] < 0.02
