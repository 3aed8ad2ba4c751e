"""The daemon dies at every line of a call, and the next start knows what became of it, to the credit."""

import asyncio
import itertools

import pytest

from starfoundry.drill.virtual_time import loop
from starfoundry.kernel.ids import ShipSymbol
from starfoundry.ledger.domain.model import Applied, EntryKind, NotApplied
from starfoundry.ledger.runtime.executor import SETTLE_SECONDS
from tests.ledger.bank import IN_DOUBT, IRON, Bank, Fate, a_ship
from tests.ledger.desk import Desk, directories
from tests.store.opened import add_player, opened

ONE = ShipSymbol("FOUNDRY-1")
TWO = ShipSymbol("FOUNDRY-2")

TOUCHES_MAX = 40
"""More than any scenario here has, so that one without an end fails."""

WRITTEN_UNSENT = 9
"""The touch after the first call was written down and before it leaves."""

APPLIED_UNHEARD = 10
"""The touch after the first call was applied and before its answer is read."""


class PowerCut(BaseException):
    """The end of the process; nothing of ours may handle it."""


class Fuse:
    """Blows when the outside is touched for the `at`-th time, and at every touch after that: the dead touch nothing."""

    def __init__(self, at: int | None) -> None:
        self.touches = 0
        self._at = at

    @property
    def is_blown(self) -> bool:
        return self._at is not None and self.touches >= self._at

    def touch(self) -> None:
        self.touches += 1
        if self.is_blown:
            raise PowerCut


class FusedDatabase:
    """A database whose process may die just before or just after a commit."""

    def __init__(self, database, fuse: Fuse) -> None:
        self._database = database
        self._fuse = fuse

    async def write(self, work):
        self._fuse.touch()
        result = await self._database.write(work)
        self._fuse.touch()
        return result

    async def read(self, work):
        self._fuse.touch()
        return await self._database.read(work)


class FusedBank:
    """A bank whose caller may die before a call leaves, or after it was applied and before the answer is read."""

    def __init__(self, bank: Bank, fuse: Fuse) -> None:
        self._bank = bank
        self._fuse = fuse

    def __getattr__(self, name):
        method = getattr(self._bank, name)
        if not asyncio.iscoroutinefunction(method):
            return method

        async def fused(*args, **kwargs):
            self._fuse.touch()
            result = await method(*args, **kwargs)
            self._fuse.touch()
            return result

        return fused


async def live(database, bank: Bank, fuse: Fuse, *, calls: bool) -> None:
    """One life of the daemon: open the book, make the calls, wait for every doubt; a power cut ends it early."""
    desk = Desk(FusedBank(bank, fuse), database, lane_database=FusedDatabase(database, fuse))
    try:
        await desk.gateway.open()
        if calls:
            await desk.buy(ONE, 10)
            await desk.sell(ONE, 4)
        await desk.gateway.wait_until_settled(ONE)
    except PowerCut:
        pass
    await _unplug(desk)


async def _unplug(desk: Desk) -> None:
    """End what the dead process had under way; a real kill does not let it say goodbye either."""
    carried = list(desk.gateway._executor._in_flight)
    for task in carried:
        task.cancel()
    await asyncio.gather(*carried, return_exceptions=True)


async def lives(directory, bank: Bank, cuts: tuple[int | None, ...]) -> tuple[list[int], list[str], list, list]:
    """Several lives on one disk and bank, each cut off at its touch; how many touches each had, and what is wrong."""
    async with opened(directory) as database:
        await database.write(add_player)
        touches = []
        for number, cut in enumerate(cuts):
            fuse = Fuse(cut)
            await live(database, bank, fuse, calls=number == 0)
            touches.append(fuse.touches)
        desk = Desk(bank, database)
        return touches, await desk.problems() + await adjustments(desk), await desk.deals(), list(bank.deals)


async def adjustments(desk: Desk) -> list[str]:
    """Credits booked as moved by nobody knows whom. One that a later one makes up for still lies about both moments."""
    return [f"{entry.amount:+} adjusted" for entry in await desk.entries() if entry.kind is EntryKind.ADJUSTMENT]


FIRST_LIVES = [(), (Fate.NO_REPORTER,), (Fate.LOST,), (Fate.LATE,), (Fate.ANSWERED, Fate.NO_REPORTER), (Fate.DECLINED,)]


@pytest.mark.parametrize("fates", FIRST_LIVES, ids=lambda fates: "+".join(fate.name for fate in fates) or "WELL")
def test_a_power_cut_at_any_line_loses_and_doubles_nothing(tmp_path, fates):
    """Each touch of database and game is tried as the last one; the next life settles it, and book and bank agree."""
    places = directories(tmp_path)
    for cut in itertools.count(1):
        bank = Bank(a_ship(ONE), fates=fates)
        touches, problems, booked, happened = loop.run(lives(next(places), bank, (cut, None)))

        assert problems == [], f"cut at touch {cut}"
        assert booked == happened, f"cut at touch {cut}"
        if touches[0] < cut:
            break
        assert cut < TOUCHES_MAX

    assert cut > 10, "the scenario has that many lines to die at"


def test_a_second_power_cut_while_the_first_is_being_settled_changes_nothing(tmp_path):
    """Settling is restarted at any line: the next life finds the intent as open as the last one did."""
    places = directories(tmp_path)
    for cut in itertools.count(1):
        bank = Bank(a_ship(ONE))
        touches, problems, booked, happened = loop.run(lives(next(places), bank, (APPLIED_UNHEARD, cut, None)))

        assert len(happened) == 1, "the first life died with its purchase applied"
        assert (problems, booked) == ([], happened), f"second cut at touch {cut}"
        if touches[1] < cut:
            break
        assert cut < TOUCHES_MAX

    assert cut > 5, "settling has that many lines to die at"


@pytest.mark.parametrize("fate", IN_DOUBT)
def test_a_call_in_doubt_at_a_stop_in_good_order_is_settled_by_the_next_start(tmp_path, fate):
    bank = Bank(a_ship(ONE), fates=(fate,))

    async def main():
        async with opened(tmp_path) as database:
            await database.write(add_player)
            first = Desk(bank, database)
            await first.gateway.open()
            buying = asyncio.create_task(first.buy(ONE, 10))
            await asyncio.sleep(5)
            await first.gateway.close()
            await asyncio.gather(buying, return_exceptions=True)
            second = Desk(bank, database)
            await second.gateway.open()
            await second.gateway.wait_until_settled(ONE)
            await asyncio.sleep(1_000)
            await second.gateway.check()
            return await second.problems()

    assert loop.run(main()) == []


def test_after_a_crash_the_ship_in_doubt_is_locked_and_the_others_are_not(tmp_path):
    """Its hold is the only witness; whoever moved cargo in it now would destroy the evidence."""
    bank = Bank(a_ship(ONE), a_ship(TWO))

    async def main():
        async with opened(tmp_path) as database:
            await database.write(add_player)
            await live(database, bank, Fuse(APPLIED_UNHEARD), calls=True)
            desk = Desk(bank, database)
            time = asyncio.get_running_loop().time
            await desk.gateway.open()
            began = time()
            await desk.buy(TWO, 1)
            other_took = time() - began
            await desk.sell(ONE, 5)
            return other_took, time() - began, await desk.problems()

    other_took, own_took, problems = loop.run(main())

    assert other_took < 1
    assert own_took >= SETTLE_SECONDS
    assert problems == []


def test_after_a_crash_what_a_call_in_doubt_may_have_spent_cannot_be_spent_again(tmp_path):
    """The game still says we have it all: the call may yet be applied."""
    bank = Bank(a_ship(ONE), a_ship(TWO))
    in_doubt, wanted = 10 * bank.prices[IRON], bank.prices[IRON]
    floor_touched = bank.credits - in_doubt - wanted + 1

    async def main():
        async with opened(tmp_path) as database:
            await database.write(add_player)
            await live(database, bank, Fuse(WRITTEN_UNSENT), calls=True)
            desk = Desk(bank, database)
            await desk.gateway.open()
            meanwhile = await desk.buy(TWO, 1, floor=floor_touched), await desk.buy(TWO, 1, floor=floor_touched - 1)
            await desk.gateway.wait_until_settled(ONE)
            afterwards = await desk.buy(TWO, 1, floor=floor_touched)
            return *meanwhile, afterwards, await desk.problems() + await adjustments(desk)

    refused, bought, afterwards, problems = loop.run(main())

    assert isinstance(refused, NotApplied)
    assert isinstance(bought, Applied)
    assert isinstance(afterwards, Applied), "it was settled as not applied, so its money is free again"
    assert problems == []
