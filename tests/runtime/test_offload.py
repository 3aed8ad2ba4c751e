"""Blocking work keeps its order, on a thread in production and inline in a drill."""

import asyncio
import threading  # noqa: TID251  (to see which thread it is)

import pytest

from starfoundry.drill.virtual_time.loop import run
from starfoundry.runtime.concurrency.offload import SingleThread


async def in_order(offload):
    """The order in which a hundred pieces of work ran."""
    order = []
    await asyncio.gather(*(offload.run(lambda number=number: order.append(number)) for number in range(100)))
    return order


def test_work_runs_in_the_order_it_was_given():
    offload = SingleThread("test")
    try:
        assert asyncio.run(in_order(offload)) == list(range(100))
    finally:
        offload.close()


def test_work_runs_away_from_the_event_loops_thread():
    offload = SingleThread("test")
    try:
        worker = asyncio.run(offload.run(lambda: threading.current_thread().name))
    finally:
        offload.close()

    assert worker.startswith("test")


def test_what_the_work_raises_reaches_the_caller():
    offload = SingleThread("test")
    try:
        with pytest.raises(ZeroDivisionError):
            asyncio.run(offload.run(lambda: 1 // 0))
    finally:
        offload.close()


def test_the_same_code_runs_inline_in_a_drill():
    offload = SingleThread("test")

    assert run(offload.run(lambda: threading.current_thread().name)) == threading.current_thread().name
    offload.close()
