"""One seed is one history: in every process, with every hash seed, whatever the memory looks like."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path

from starfoundry.drill.virtual_time.loop import run
from tests.patience import DEADLINE_SECONDS

LEAKY = Path(__file__).with_name("leaky.py")


def history(seed: int, *, hash_seed: str, padding: int) -> str:
    """The digest of what the leaky program saw, run as a process of its own."""
    done = subprocess.run(
        [sys.executable, str(LEAKY), str(seed), str(padding)],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
        timeout=DEADLINE_SECONDS,
    )
    return done.stdout.strip()


def test_processes_with_different_hash_seeds_and_memory_see_the_same_history():
    assert len({history(7, hash_seed=str(n), padding=1_000 * n) for n in range(4)}) == 1


def test_another_seed_sees_another_history():
    assert history(7, hash_seed="0", padding=0) != history(8, hash_seed="0", padding=0)


def storm(seed: int, *, hash_seed: str) -> str:
    """What the campaign says of one seed, its digest among it, played in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "starfoundry.drill", "--seeds", str(seed), "--hours", "0.2", "--jobs", "1", "-v"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
        timeout=DEADLINE_SECONDS,
    )
    return done.stdout


def test_a_storm_of_the_campaign_is_the_same_in_processes_with_different_hash_seeds():
    """The whole daemon with power cuts: decisions, book and what happened, byte for byte."""
    first, second = storm(3, hash_seed="1"), storm(3, hash_seed="2")

    assert "history" in first
    assert first == second


def order_of_equals(seed: int) -> list[int]:
    """The order in which twenty tasks, all ready at one moment, take their turn."""
    order: list[int] = []

    async def step(number: int) -> None:
        await asyncio.sleep(1)
        order.append(number)

    async def race() -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(20):
                group.create_task(step(number))

    run(race(), seed=seed)
    return order


def test_ready_tasks_take_turns_in_an_order_of_the_seed():
    assert order_of_equals(1) == order_of_equals(1)
    assert len({tuple(order_of_equals(seed)) for seed in range(10)}) == 10


def lost_updates(run_it: Callable[[Coroutine[None, None, None]], None]) -> int:
    """How much three operators lose who each read, think for two turns, and write; the next reads as one writes."""
    shared = {"value": 0}

    async def operator(turns: int) -> None:
        for _ in range(turns):
            await asyncio.sleep(0)
        seen = shared["value"]
        for _ in range(2):
            await asyncio.sleep(0)
        shared["value"] = seen + 1

    async def work() -> None:
        async with asyncio.TaskGroup() as group:
            for turns in (0, 2, 4):
                group.create_task(operator(turns))

    run_it(work())
    return 3 - shared["value"]


def test_shuffling_finds_the_race_that_first_in_first_out_hides():
    outcomes = [lost_updates(partial(run, seed=seed)) for seed in range(50)]

    assert lost_updates(asyncio.run) == 0
    assert set(outcomes) == {0, 1}
    assert outcomes == [lost_updates(partial(run, seed=seed)) for seed in range(50)]


def test_unnamed_tasks_are_named_alike_in_every_run():
    """A name taken from a counter of the whole process would differ from run to run, and end up in journals."""

    async def name() -> str:
        task = asyncio.current_task()
        assert task is not None
        return task.get_name()

    assert [run(name()), run(name())] == ["task-1", "task-1"]


def test_other_callbacks_keep_their_order():
    order: list[int] = []

    async def call() -> None:
        for number in range(20):
            asyncio.get_running_loop().call_soon(order.append, number)
        await asyncio.sleep(1)

    run(call(), seed=5)

    assert order == list(range(20))
