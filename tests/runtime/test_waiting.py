"""Waiting for something, but not for ever."""

import asyncio

from starfoundry.drill.virtual_time import loop
from starfoundry.runtime.concurrency.waiting import wait_at_most


def seconds_waited(*, set_after):
    async def whole():
        running, event = asyncio.get_running_loop(), asyncio.Event()
        running.call_later(set_after, event.set)
        await wait_at_most(event, 10)
        return running.time()

    return loop.run(whole())


def test_it_returns_as_soon_as_it_has_happened():
    assert seconds_waited(set_after=3) == 3


def test_it_returns_when_the_time_is_over():
    assert seconds_waited(set_after=30) == 10
