"""Rounds come in their order whoever is faster, and what is under way ends with whoever waits for it."""

import asyncio

import pytest

from starfoundry.drill.virtual_time import loop
from starfoundry.forecast.domain.model import Arm, World
from starfoundry.forecast.runtime.experiment import rounds
from starfoundry.kernel.errors import Refused
from tests.forecast.outcomes import outcome

ARMS = [Arm(name="a"), Arm(name="b")]
WORLDS = [World(seed=number) for number in range(1, 5)]


def test_rounds_come_in_the_order_of_their_worlds_however_long_each_takes():
    async def play(run):
        await asyncio.sleep(10 - run.world.seed)
        return outcome(run.world.seed)

    async def seen():
        async with rounds(play, WORLDS, ARMS, 1.0) as coming:
            return [[each.hourly[0] for each in one] async for one in coming]

    assert loop.run(seen()) == [[1, 1], [2, 2], [3, 3], [4, 4]]


def test_what_nobody_waits_for_any_more_is_cancelled():
    cancelled = []

    async def play(run):
        try:
            await asyncio.sleep(run.world.seed)
        except asyncio.CancelledError:
            cancelled.append(run.world.seed)
            raise
        return outcome(run.world.seed)

    async def first():
        async with rounds(play, WORLDS, ARMS, 1.0) as coming:
            async for one in coming:
                return one
        raise AssertionError

    loop.run(first())

    assert sorted(cancelled) == [2, 2, 3, 3, 4, 4]


def test_a_run_that_cannot_be_played_ends_them_all_with_its_reason():
    async def play(run):
        raise Refused(f"world {run.world.seed} is no good")

    async def seen():
        async with rounds(play, WORLDS, ARMS, 1.0) as coming:
            return [one async for one in coming]

    with pytest.raises(Refused, match="world 1 is no good"):
        loop.run(seen())
