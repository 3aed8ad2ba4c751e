"""Rounds of runs: each round plays every arm in one world from one seed, and rounds come in their order."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

from starfoundry.forecast.domain.model import Arm, Outcome, Run, World

Play = Callable[[Run], Coroutine[Any, Any, Outcome]]
Round = Sequence[Outcome]
"""The outcomes of all arms in one world, in the arms' order."""


@asynccontextmanager
async def rounds(
    play: Play, worlds: Sequence[World], arms: Sequence[Arm], hours: float
) -> AsyncIterator[AsyncIterator[Round]]:
    """Each round once it and all before it are over, however they end; what is under way at the end is cancelled.

    `play` bounds how many run at a time, and takes them in the order asked.
    """

    async def played(world: World) -> Round:
        async with asyncio.TaskGroup() as group:
            runs = [
                group.create_task(play(Run(world=world, arm=arm, hours=hours)), name=f"{arm.name} {world.seed}")
                for arm in arms
            ]
        return [run.result() for run in runs]

    under_way = [asyncio.create_task(played(world), name=f"round {world.seed}") for world in worlds]

    async def in_order() -> AsyncIterator[Round]:
        for each in under_way:
            try:
                yield await each
            except ExceptionGroup as failed:
                raise failed.exceptions[0] from None

    try:
        yield in_order()
    finally:
        for each in under_way:
            each.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
