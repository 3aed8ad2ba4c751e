"""A worker process answers run after run, tells what cannot be played, and dies with whoever waits for it."""

import asyncio
import sys
from pathlib import Path

import pytest

from starfoundry.forecast.domain.model import Arm, Run, World
from starfoundry.forecast.runtime.workers import workers
from starfoundry.kernel.errors import Refused
from starfoundry.simulation.play import simulate
from tests.patience import until
from tests.processes import first_line, running

FORGETFUL = """
import asyncio
from starfoundry.forecast.domain.model import Arm, Run, World
from starfoundry.forecast.runtime.workers import workers

async def ask():
    async with workers(1) as pool:
        run = Run(world=World(seed=1), arm=Arm(name="defaults"), hours=10_000.0)
        asking = asyncio.create_task(pool.play(run))
        while not pool.running:
            await asyncio.sleep(0.01)
        print(pool.running[0].pid, flush=True)
        await asking

asyncio.run(ask())
"""

RUN = Run(world=World(seed=1, scenario="poor"), arm=Arm(name="defaults"), hours=0.2)


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_another_process_comes_to_the_same_outcome():
    async def twice():
        async with workers(1) as pool:
            return await pool.play(RUN), await pool.play(RUN)

    one, two = asyncio.run(twice())

    assert one.journal == two.journal == simulate(RUN).journal


def test_a_run_that_is_no_good_is_refused_and_the_next_one_is_played():
    async def refused_then_played():
        bad = Run(world=World(seed=1, scenario="nowhere"), arm=RUN.arm, hours=1.0)
        async with workers(1) as pool:
            with pytest.raises(Refused, match="no scenario nowhere"):
                await pool.play(bad)
            return await pool.play(RUN)

    assert asyncio.run(refused_then_played()).journal


def test_a_caller_that_is_cancelled_takes_the_process_with_it():
    async def cancelled():
        async with workers(1) as pool:
            run = Run(world=RUN.world, arm=RUN.arm, hours=10_000.0)
            asking = asyncio.create_task(pool.play(run))
            while not pool.running:  # noqa: ASYNC110  (another process starts)
                await asyncio.sleep(0.01)
            (process,) = pool.running
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            return process.returncode

    assert asyncio.run(cancelled()) == -9


def test_a_worker_ends_with_a_caller_that_was_killed_in_the_middle_of_a_run():
    with running([sys.executable, "-c", FORGETFUL]) as caller:
        worker = int(first_line(caller))
        caller.kill()
        until(lambda: not is_alive(worker), "the worker ends")
