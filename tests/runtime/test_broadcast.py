"""Everybody hears of what is new, and who is told is told of all of it at once."""

import asyncio

import pytest

from starfoundry.drill.virtual_time.loop import run
from starfoundry.runtime.concurrency.broadcast import GATHERING_SECONDS, QUIET_SECONDS, WOKEN_AT_ONCE, Broadcast

VERY_MANY = 4 * WOKEN_AT_ONCE


async def told_at(count, news):
    """When so many have heard of something, in seconds since `news(broadcast)` began to tell."""
    broadcast = Broadcast()
    listeners = [asyncio.create_task(listen(broadcast, number, [])) for number in range(count - 1)]
    await asyncio.sleep(60)
    time = asyncio.get_running_loop().time
    began = time()
    telling = asyncio.create_task(news(broadcast))
    await broadcast.newer_than(0)
    for task in (*listeners, telling):
        task.cancel()
    return time() - began


async def listen(broadcast, number, heard):
    """Note what is heard, each time by its version, until nothing is."""
    version = 0
    while True:
        await broadcast.newer_than(version)
        version = broadcast.version
        heard.append((number, version))


async def listening(count, *bursts):
    """What so many hear of bursts of news, a minute apart."""
    broadcast, heard = Broadcast(), list[tuple[int, int]]()
    listeners = [asyncio.create_task(listen(broadcast, number, heard)) for number in range(count)]
    await asyncio.sleep(60)
    for news in bursts:
        for _ in range(news):
            broadcast.announce()
        await asyncio.sleep(60)
    for listener in listeners:
        listener.cancel()
    return heard


def test_all_who_wait_are_woken():
    assert sorted(run(listening(3, 1))) == [(0, 1), (1, 1), (2, 1)]


def test_who_has_missed_something_is_woken_without_anything_new():
    async def late():
        broadcast = Broadcast()
        broadcast.announce()
        await broadcast.newer_than(0)
        return asyncio.get_running_loop().time()

    assert run(late()) == 0


def test_nobody_is_woken_by_nothing_new():
    async def told_once():
        broadcast = Broadcast()
        broadcast.announce()
        async with asyncio.timeout(3600):
            await broadcast.newer_than(1)

    with pytest.raises(TimeoutError):
        run(told_once())


def test_a_burst_is_told_to_each_of_very_many_once_and_all_of_it():
    heard = run(listening(VERY_MANY, 100, 1))

    assert sorted(heard) == [(number, version) for number in range(VERY_MANY) for version in (100, 101)]


def test_few_are_told_at_once():
    async def one(broadcast):
        broadcast.announce()

    assert run(told_at(3, one)) < QUIET_SECONDS


def test_very_many_are_told_when_it_is_quiet_again():
    async def every_quarter_of_the_quiet(broadcast):
        for _ in range(8):
            broadcast.announce()
            await asyncio.sleep(QUIET_SECONDS / 4)

    assert 2 * QUIET_SECONDS < run(told_at(VERY_MANY, every_quarter_of_the_quiet)) < 4 * QUIET_SECONDS


def test_very_many_are_not_told_while_more_is_on_its_way():
    async def slowly(broadcast):
        with broadcast.announcement_expected():
            broadcast.announce()
            await asyncio.sleep(6 * QUIET_SECONDS)
            broadcast.announce()

    assert 6 * QUIET_SECONDS < run(told_at(VERY_MANY, slowly)) < 9 * QUIET_SECONDS


def test_news_without_a_pause_are_told_all_the_same():
    async def without_end(broadcast):
        with broadcast.announcement_expected():
            while True:
                broadcast.announce()
                await asyncio.sleep(QUIET_SECONDS / 4)

    assert run(told_at(VERY_MANY, without_end)) == pytest.approx(GATHERING_SECONDS, abs=2 * QUIET_SECONDS)


def test_very_many_are_told_again_only_after_a_while():
    async def twice():
        broadcast, heard = Broadcast(), list[tuple[int, int]]()
        listeners = [asyncio.create_task(listen(broadcast, number, heard)) for number in range(VERY_MANY)]
        await asyncio.sleep(60)
        broadcast.announce()
        await asyncio.sleep(4 * QUIET_SECONDS)
        broadcast.announce()
        await asyncio.sleep(GATHERING_SECONDS / 2)
        soon = len(heard)
        await asyncio.sleep(GATHERING_SECONDS)
        for listener in listeners:
            listener.cancel()
        return soon, len(heard)

    assert run(twice()) == (VERY_MANY, 2 * VERY_MANY)


def test_other_work_has_its_turns_while_very_many_are_told():
    async def work():
        broadcast, heard = Broadcast(), list[tuple[int, int]]()
        listeners = [asyncio.create_task(listen(broadcast, number, heard)) for number in range(VERY_MANY)]
        await asyncio.sleep(1)
        broadcast.announce()
        seen = []
        await asyncio.sleep(QUIET_SECONDS)
        while len(heard) < VERY_MANY:
            await asyncio.sleep(0)
            seen.append(len(heard))
        for listener in listeners:
            listener.cancel()
        return seen

    assert len(set(run(work())) - {0, VERY_MANY}) >= 2


def test_one_who_goes_away_keeps_nobody_else_from_hearing():
    async def leave():
        broadcast, heard = Broadcast(), list[tuple[int, int]]()
        listeners = [asyncio.create_task(listen(broadcast, number, heard)) for number in range(3)]
        await asyncio.sleep(1)
        listeners[1].cancel()
        await asyncio.sleep(1)
        broadcast.announce()
        await asyncio.sleep(1)
        for listener in listeners:
            listener.cancel()
        return heard

    assert sorted(run(leave())) == [(0, 1), (2, 1)]
