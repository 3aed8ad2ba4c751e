"""Pace of a day for one coordinator with the ships that its markets call for, when time is virtual."""

import asyncio
import time

from tests.manufacturing.plant import Plant, run_plant

HOURS = 24
SHIPS_MIN = 4
PACE_MIN = 300
"""A tenth of what a slow and busy machine reaches; the figure itself is printed."""


def test_a_day_of_a_grown_fleet_passes_in_seconds(tmp_path, figure):
    """The day has everything: the purchase of the ships, two hours of their busiest, and hours of calm markets.

    The money for the ships is there from the beginning.
    """
    paces: list[int] = []

    async def a_day(plant: Plant) -> None:
        began = time.process_time()
        await plant.start()
        await plant.grow(haulers=8, probes=1)
        await asyncio.sleep(3_600)
        paces.append(round(3_600 / (time.process_time() - began)))
        await asyncio.sleep((HOURS - 1) * 3_600)
        paces.append(round(HOURS * 3_600 / (time.process_time() - began)))
        ships = (await plant.daemon.sessions.get(plant.player_id)).roster.ships()
        assert len(ships) >= SHIPS_MIN

    run_plant(a_day, tmp_path, money=5_000_000)
    busiest, day = paces
    figure("simulated seconds for one of a processor, one coordinator and its fleet, the first busy hour", busiest)
    figure("simulated seconds for one of a processor, one coordinator and its fleet, a day of it", day)

    assert day > PACE_MIN
