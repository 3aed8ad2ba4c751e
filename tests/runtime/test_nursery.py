"""A nursery: crashes are heard and stay with their child, and nobody outlives it."""

import asyncio

import pytest

from starfoundry.drill.loop import run
from starfoundry.runtime.nursery import Nursery


async def sleep_then_note(seconds, notes, note):
    """Sleep, and note when that is over, however it ended."""
    try:
        await asyncio.sleep(seconds)
    finally:
        notes.append(note)


async def fail(message):
    """Fail after a second."""
    await asyncio.sleep(1)
    raise ValueError(message)


def test_a_crash_is_reported_by_name_and_leaves_the_others_running():
    crashes: list[tuple[str, str]] = []
    notes: list[str] = []

    async def watch():
        async with Nursery(lambda name, error: crashes.append((name, str(error)))) as nursery:
            nursery.start("pilot", fail("lost"))
            nursery.start("scout", sleep_then_note(5, notes, "scout is done"))
            await nursery.drained()

    run(watch())

    assert crashes == [("pilot", "lost")]
    assert notes == ["scout is done"]


def test_every_child_is_cancelled_and_waited_for_on_the_way_out():
    notes: list[str] = []

    async def linger(note):
        try:
            await asyncio.sleep(1_000)
        finally:
            await asyncio.sleep(5)
            notes.append(note)

    async def leave():
        async with Nursery(lambda *_: None) as nursery:
            nursery.start("first", linger("first"))
            nursery.start("second", linger("second"))
            await asyncio.sleep(1)
        return asyncio.get_running_loop().time()

    assert run(leave()) == 6
    assert sorted(notes) == ["first", "second"]


def test_children_are_waited_for_even_if_the_owner_is_cancelled_meanwhile():
    notes: list[str] = []

    async def linger():
        try:
            await asyncio.sleep(1_000)
        finally:
            for _ in range(2):
                try:
                    await asyncio.sleep(5)
                except asyncio.CancelledError:
                    notes.append("hurried")
            notes.append("done")

    async def own():
        async with Nursery(lambda *_: None) as nursery:
            nursery.start("lingering", linger())
            await asyncio.sleep(1)
        notes.append("unreachable")

    async def interrupt():
        owner = asyncio.get_running_loop().create_task(own())
        await asyncio.sleep(2)
        owner.cancel()
        with pytest.raises(asyncio.CancelledError):
            await owner

    run(interrupt())

    assert notes == ["hurried", "done"]


def test_the_owners_own_failure_passes_through():
    notes: list[str] = []

    async def own():
        async with Nursery(lambda *_: None) as nursery:
            nursery.start("child", sleep_then_note(1_000, notes, "cancelled"))
            await asyncio.sleep(1)
            raise KeyError("owner")

    with pytest.raises(KeyError, match="owner"):
        run(own())
    assert notes == ["cancelled"]


def test_names_are_those_of_the_running_children_oldest_first():
    async def look():
        async with Nursery(lambda *_: None) as nursery:
            nursery.start("b", asyncio.sleep(10))
            nursery.start("a", asyncio.sleep(10))
            nursery.start("brief", asyncio.sleep(1))
            await asyncio.sleep(5)
            return nursery.names()

    assert run(look()) == ("b", "a")


def test_nothing_is_started_once_it_is_closing():
    async def start_late():
        async with Nursery(lambda *_: None) as nursery:
            pass
        nursery.start("late", asyncio.sleep(1))

    with pytest.raises(RuntimeError, match="late was not started"):
        run(start_late())


def test_a_cancelled_child_is_no_crash():
    crashes = []

    async def cancel():
        async with Nursery(lambda name, error: crashes.append(name)) as nursery:
            nursery.start("child", asyncio.sleep(100)).cancel()
            await asyncio.sleep(1)

    run(cancel())

    assert crashes == []


def test_what_a_child_returns_can_be_awaited():
    async def ask():
        async with Nursery(lambda *_: None) as nursery:
            return await nursery.start("child", asyncio.sleep(1, "answer"))

    assert run(ask()) == "answer"
