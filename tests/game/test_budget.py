"""The rate limit is kept by us, whatever way the server cuts its time; who matters more goes first."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from starfoundry.drill.virtual_time.loop import run
from starfoundry.game.budget import RATE_LIMITED_SECONDS, BudgetReading, RequestBudget
from starfoundry.game.port import Priority
from starfoundry.runtime.clock import LoopClock

MONEY, MOVEMENT, MARKET, BACKGROUND = Priority


T = TypeVar("T")


def on_a_budget(scene: Callable[[RequestBudget], Awaitable[T]], *, seed: int = 0) -> T:
    """Play a scene with a fresh budget, in virtual time."""

    async def play() -> T:
        clock = LoopClock(asyncio.get_running_loop(), datetime(2026, 1, 1, tzinfo=UTC))
        return await scene(RequestBudget(clock))

    return run(play(), seed=seed)


def now() -> float:
    """The running loop's time."""
    return asyncio.get_running_loop().time()


async def ask(budget: RequestBudget, priority: Priority = MARKET, purpose: str = "market") -> float:
    """Take a permit and have the answer at once; when it was."""
    (await budget.take(priority, purpose)).answered()
    return now()


async def use_up(budget: RequestBudget) -> None:
    """Spend everything that can be asked at once."""
    for _ in range(32):
        await ask(budget)
    assert now() == 0


class WindowsFromFirst:
    """A server whose second and minute begin with the first request after the last ones ended."""

    def __init__(self) -> None:
        self._steady = [-100.0, 0.0]
        self._burst = [-100.0, 0.0]

    def grants(self, at: float) -> bool:
        return self._fits(self._steady, at, 1.0, 2) or self._fits(self._burst, at, 60.0, 30)

    @staticmethod
    def _fits(window: list[float], at: float, lasts: float, most: int) -> bool:
        if at >= window[0] + lasts:
            window[:] = [at, 0]
        window[1] += 1
        return window[1] <= most


class WindowsByClock(WindowsFromFirst):
    """A server whose seconds and minutes begin by its own clock."""

    @staticmethod
    def _fits(window: list[float], at: float, lasts: float, most: int) -> bool:
        begins = at // lasts * lasts
        if window[0] != begins:
            window[:] = [begins, 0]
        window[1] += 1
        return window[1] <= most


class SlidingWindows:
    """A server that looks back one second and one minute from every request."""

    def __init__(self) -> None:
        self._steady: list[float] = []
        self._burst: list[float] = []

    def grants(self, at: float) -> bool:
        return self._fits(self._steady, at, 1.0, 2) or self._fits(self._burst, at, 60.0, 30)

    @staticmethod
    def _fits(granted: list[float], at: float, lasts: float, most: int) -> bool:
        granted[:] = [then for then in granted if then > at - lasts]
        if len(granted) >= most:
            return False
        granted.append(at)
        return True


class Buckets:
    """A server whose pools fill up again drop by drop."""

    def __init__(self) -> None:
        self._steady = [0.0, 2.0]
        self._burst = [0.0, 30.0]

    def grants(self, at: float) -> bool:
        return self._fits(self._steady, at, 2.0, 2.0) or self._fits(self._burst, at, 0.5, 30.0)

    @staticmethod
    def _fits(bucket: list[float], at: float, fills: float, most: float) -> bool:
        level = min(most, bucket[1] + (at - bucket[0]) * fills)
        bucket[:] = [at, level - 1 if level >= 1 else level]
        return level >= 1


ON_THE_WAY = [0.0, 0.0, 0.0, 0.0, 0.2, 0.9, 1.99]

SERVERS = [WindowsFromFirst, WindowsByClock, SlidingWindows, Buckets]


@pytest.mark.parametrize("server", SERVERS)
@settings(max_examples=20, deadline=None)
@given(
    pauses=st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.1, 0.7, 5.0, 40.0]), min_size=150, max_size=250),
    delays=st.randoms(use_true_random=False),
)
def test_no_server_ever_has_to_refuse(server, pauses, delays):
    """Requests come in crowds and alone; each takes its own time to arrive and to be answered."""

    async def crowd(budget: RequestBudget) -> list[float]:
        arrivals: list[float] = []

        async def one() -> None:
            permit = await budget.take(MARKET, "market")
            await asyncio.sleep(delays.choice(ON_THE_WAY))
            arrivals.append(now())
            await asyncio.sleep(delays.choice(ON_THE_WAY))
            permit.answered()

        async with asyncio.TaskGroup() as group:
            for pause in pauses:
                await asyncio.sleep(pause)
                group.create_task(one())
        return arrivals

    limit = server()
    arrivals = on_a_budget(crowd)

    assert [at for at in arrivals if not limit.grants(at)] == []


@pytest.mark.parametrize("server", SERVERS)
def test_the_servers_above_do_refuse_who_asks_too_much(server):
    """Or the test above could not fail."""
    limit = server()

    assert [limit.grants(0.5) for _ in range(33)] == [True] * 32 + [False]


def test_the_server_may_charge_its_burst_pool_later_than_we_do():
    """Two steady requests are held up on the way: the server has given their places to two that we called a burst."""

    async def scene(budget: RequestBudget) -> list[float]:
        held_up = [await budget.take(MARKET, "market") for _ in range(2)]
        arrivals = [await ask(budget) for _ in range(30)]
        await asyncio.sleep(0.9)
        for permit in held_up:
            permit.answered()
            arrivals.append(now())
        await asyncio.sleep(59.12)
        return arrivals + [await ask(budget) for _ in range(32)]

    limit = SlidingWindows()

    assert [at for at in on_a_budget(scene) if not limit.grants(at)] == []


def test_what_the_server_allows_is_used():
    """Two minutes of asking bring both pools of the first minute and most of the second's."""

    async def eager(budget: RequestBudget) -> int:
        asked = 0
        while await ask(budget) < 120:
            asked += 1
        return asked

    asked = on_a_budget(eager)

    assert 290 <= asked <= 300


def test_the_first_thirty_two_go_at_once_and_then_two_a_second():
    async def scene(budget: RequestBudget) -> list[float]:
        await use_up(budget)
        return [await ask(budget) for _ in range(4)]

    assert on_a_budget(scene) == pytest.approx([1.01, 1.01, 2.02, 2.02], abs=0.002)


def test_who_matters_more_goes_first_and_equals_go_in_turn():
    async def scene(budget: RequestBudget) -> dict[str, int]:
        await use_up(budget)
        served: dict[str, int] = {}

        async def want(name: str, priority: Priority) -> None:
            served[name] = int(await ask(budget, priority))

        async with asyncio.TaskGroup() as group:
            for name, priority in [
                ("survey", BACKGROUND),
                ("market 1", MARKET),
                ("market 2", MARKET),
                ("market 3", MARKET),
                ("flight", MOVEMENT),
                ("purchase", MONEY),
            ]:
                group.create_task(want(name, priority))
                await asyncio.sleep(0.01)
        return served

    second = on_a_budget(scene)

    assert second == {"purchase": 1, "flight": 1, "market 1": 2, "market 2": 2, "market 3": 3, "survey": 3}


def test_a_purchase_overtakes_a_crowd_that_came_first():
    async def scene(budget: RequestBudget) -> float:
        await use_up(budget)
        async with asyncio.TaskGroup() as group:
            for _ in range(50):
                group.create_task(ask(budget, MARKET))
            await asyncio.sleep(5.5)
            asked_at = now()
            return await ask(budget, MONEY) - asked_at

    waited = on_a_budget(scene)

    assert waited <= 1.01


def test_a_slow_answer_does_not_hold_the_others_up():
    async def scene(budget: RequestBudget) -> float:
        slow = [await budget.take(MARKET, "market") for _ in range(32)]
        await asyncio.sleep(10)
        at = await ask(budget)
        for permit in slow:
            permit.answered()
        return at

    assert on_a_budget(scene) == 10


def test_a_late_answer_leaves_the_place_to_its_next_holder():
    """The slow request's place was given on; its answer must not free it a second time."""

    async def scene(budget: RequestBudget) -> list[float]:
        slow = [await budget.take(MARKET, "market") for _ in range(2)]
        for _ in range(30):
            await ask(budget)
        await asyncio.sleep(4)
        for _ in range(2):
            await budget.take(MARKET, "market")
        for permit in slow:
            permit.answered()
        await asyncio.sleep(1.5)
        return [await ask(budget) for _ in range(2)]

    assert on_a_budget(scene) == pytest.approx([7.01, 7.01], abs=0.002)


def test_everyone_pauses_when_the_server_asks_for_it():
    async def scene(budget: RequestBudget) -> float:
        budget.refused(7.5)
        budget.pause(1.0)
        assert budget.reading().rate_limited == 1
        return await ask(budget, MONEY)

    assert on_a_budget(scene) == pytest.approx(7.5, abs=0.002)


def test_a_pause_holds_those_who_wait_already():
    async def scene(budget: RequestBudget) -> float:
        await use_up(budget)
        waiting = asyncio.create_task(ask(budget))
        await asyncio.sleep(0.5)
        budget.pause(20)
        return await waiting

    assert on_a_budget(scene) == pytest.approx(20.5, abs=0.002)


def test_who_is_cancelled_while_waiting_takes_no_place():
    async def scene(budget: RequestBudget) -> list[float]:
        await use_up(budget)
        leaving = [asyncio.create_task(ask(budget)) for _ in range(10)]
        await asyncio.sleep(0.5)
        for task in leaving:
            task.cancel()
        await asyncio.gather(*leaving, return_exceptions=True)
        assert budget.reading().waiting == 0
        return [await ask(budget) for _ in range(2)]

    assert on_a_budget(scene) == pytest.approx([1.01, 1.01], abs=0.002)


@pytest.mark.parametrize("seed", range(5))
def test_a_permit_that_its_taker_did_not_live_to_use_is_given_back(seed: int):
    """The turn comes and the task is cancelled in the same moment: whichever is first, nobody's place is lost."""

    async def scene(budget: RequestBudget) -> list[float]:
        await use_up(budget)
        leaving = [asyncio.create_task(ask(budget)) for _ in range(2)]
        await asyncio.sleep(0)
        served = asyncio.Event()
        asyncio.get_running_loop().call_later(1.01, served.set)
        await served.wait()
        for task in leaving:
            task.cancel()
        await asyncio.gather(*leaving, return_exceptions=True)
        return [await ask(budget) for _ in range(2)]

    times = on_a_budget(scene, seed=seed)

    assert max(times) <= 2.03


def test_the_reading_tells_what_the_requests_went_on():
    async def scene(budget: RequestBudget) -> BudgetReading:
        for _ in range(30):
            await ask(budget, MARKET, "market")
        await ask(budget, MONEY, "purchase")
        await ask(budget, MONEY, "purchase")
        await ask(budget, MOVEMENT, "dock")
        return budget.reading()

    reading = on_a_budget(scene)

    assert reading.requests == {"market": 30, "purchase": 2, "dock": 1}
    assert reading.waited_seconds == {"market": 0, "purchase": 0, "dock": pytest.approx(1.01, abs=0.002)}
    assert reading.used_share == pytest.approx(33 / 150)
    assert (reading.rate_limited, reading.waiting) == (0, 0)


def test_the_share_used_forgets_what_is_a_minute_old():
    async def scene(budget: RequestBudget) -> float:
        await use_up(budget)
        await asyncio.sleep(61)
        return budget.reading().used_share

    assert on_a_budget(scene) == 0


def test_a_refusal_as_one_too_many_counts_as_present_for_ten_minutes_and_in_the_total_for_good():
    async def scene(budget):
        budget.refused(1.0)
        at_once = budget.reading()
        await asyncio.sleep(RATE_LIMITED_SECONDS)
        return at_once, budget.reading()

    at_once, later = on_a_budget(scene)

    assert (at_once.rate_limited_lately, at_once.rate_limited) == (1, 1)
    assert (later.rate_limited_lately, later.rate_limited) == (0, 1)
