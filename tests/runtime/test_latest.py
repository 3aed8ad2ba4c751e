"""The newest value wins, whoever waits is woken, nobody ever blocks."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from starfoundry.drill.virtual_time.loop import run
from starfoundry.runtime.concurrency.latest import Latest


@given(st.lists(st.integers(min_value=1, max_value=50), max_size=30))
def test_the_highest_version_is_held_however_late_or_often_others_come(versions):
    cell = Latest("value 0", 0)
    taken = [cell.set(f"value {version}", version) for version in versions]

    newest = max([0, *versions])
    assert (cell.value, cell.version) == (f"value {newest}", newest)
    assert taken == [version > max([0, *versions[:place]]) for place, version in enumerate(versions)]


def test_a_newer_value_that_is_there_already_is_returned_at_once():
    async def look():
        return await Latest("seven", 7).newer_than(6), asyncio.get_running_loop().time()

    assert run(look()) == ("seven", 0)


def test_all_who_wait_are_woken_by_a_newer_value_and_see_the_newest():
    async def wait_together():
        cell = Latest("one", 1)
        loop = asyncio.get_running_loop()
        loop.call_later(5, cell.set, "two", 2)
        loop.call_later(5, cell.set, "three", 3)
        return await asyncio.gather(*(cell.newer_than(1) for _ in range(3))), loop.time()

    assert run(wait_together()) == (["three"] * 3, 5)


def test_an_old_value_wakes_nobody():
    async def wait():
        cell = Latest("five", 5)
        loop = asyncio.get_running_loop()
        loop.call_later(1, cell.set, "four", 4)
        loop.call_later(9, cell.set, "six", 6)
        return await cell.newer_than(5), loop.time()

    assert run(wait()) == ("six", 9)
