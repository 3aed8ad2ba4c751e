"""Work that a cancelled caller leaves whole."""

import asyncio

import pytest

from starfoundry.drill.virtual_time.loop import run
from starfoundry.runtime.concurrency.uninterrupted import uninterrupted


def test_the_result_and_the_error_of_the_work_are_the_caller_s():
    async def good():
        await asyncio.sleep(1)
        return 7

    async def bad():
        await asyncio.sleep(1)
        raise ValueError("no fuel")

    assert run(uninterrupted(good())) == 7
    with pytest.raises(ValueError, match="no fuel"):
        run(uninterrupted(bad()))


@pytest.mark.parametrize("ending", [None, ValueError("no fuel")])
@pytest.mark.parametrize("cancellations", [1, 2, 3])
def test_a_cancelled_caller_hears_of_it_once_the_work_is_done(ending, cancellations):
    """However often it is cancelled, and even when the work fails after that."""

    async def main():
        done = []

        async def work():
            await asyncio.sleep(10)
            done.append(asyncio.get_running_loop().time())
            if ending is not None:
                raise ending

        caller = asyncio.create_task(uninterrupted(work()))
        for _ in range(cancellations):
            await asyncio.sleep(1)
            caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        return done

    assert run(main()) == [10.0]


def test_a_time_limit_around_it_ends_in_a_timeout_after_the_work():
    async def main():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await uninterrupted(asyncio.sleep(5))
        return asyncio.get_running_loop().time()

    assert run(main()) == 5.0


def test_work_that_is_cancelled_itself_ends_cancelled():
    async def main():
        async def work():
            raise asyncio.CancelledError

        with pytest.raises(asyncio.CancelledError):
            await uninterrupted(work())

    run(main())
