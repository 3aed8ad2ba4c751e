"""The daemon dies at every line of a call, and the next start knows what became of it, to the credit."""

import asyncio
import itertools

import pytest

from starfoundry.drill import loop
from starfoundry.kernel.errors import Unavailable
from starfoundry.kernel.ids import ShipSymbol
from starfoundry.ledger.courier import SETTLE_SECONDS
from starfoundry.ledger.model import NotApplied
from tests.ledger.bank import IN_DOUBT, Bank, Fate, a_ship
from tests.ledger.desk import Desk, at_the_desk, directories
from tests.store.opened import add_player, opened

ONE = ShipSymbol("FOUNDRY-1")
TWO = ShipSymbol("FOUNDRY-2")

TOUCHES_MAX = 40
"""More than any scenario here has, so that one without an end fails."""

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
        await desk.lane.open()
        if calls:
            await desk.buy(ONE, 10)
            await desk.sell(ONE, 4)
        await desk.lane.settled(ONE)
    except PowerCut:
        pass
    await _unplug(desk)


async def _unplug(desk: Desk) -> None:
    """End what the dead process had under way; a real kill does not let it say goodbye either."""
    carried = list(desk.lane._courier._carried)
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
        return touches, await desk.problems(), await desk.deals(), list(bank.deals)


FIRST_LIVES = [(), (Fate.UNHEARD,), (Fate.LOST,), (Fate.LATE,), (Fate.ANSWERED, Fate.UNHEARD), (Fate.DECLINED,)]


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
            await first.lane.open()
            buying = asyncio.create_task(first.buy(ONE, 10))
            await asyncio.sleep(5)
            await first.lane.close()
            await asyncio.gather(buying, return_exceptions=True)
            second = Desk(bank, database)
            await second.lane.open()
            await second.lane.settled(ONE)
            await asyncio.sleep(1_000)
            await second.lane.check()
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
            await desk.lane.open()
            began = time()
            await desk.buy(TWO, 1)
            other_took = time() - began
            await desk.sell(ONE, 5)
            return other_took, time() - began, await desk.problems()

    other_took, own_took, problems = loop.run(main())

    assert other_took < 1
    assert own_took >= SETTLE_SECONDS
    assert problems == []


# A disk that refuses


class FullDisk:
    """A database that refuses the writes whose numbers are given."""

    def __init__(self, database, refused: range) -> None:
        self._database = database
        self._refused = refused
        self.writes = 0

    async def write(self, work):
        self.writes += 1
        if self.writes in self._refused:
            raise Unavailable("the disk is full")
        return await self._database.write(work)

    async def read(self, work):
        return await self._database.read(work)


def with_a_full_disk(directory, bank: Bank, refused: range):
    """What a purchase comes to when writes from the opened book on are refused."""

    async def main():
        async with opened(directory) as database:
            await database.write(add_player)
            desk = Desk(bank, database, lane_database=FullDisk(database, refused))
            await desk.lane.open()
            answers = await asyncio.gather(desk.buy(ONE, 10), return_exceptions=True)
            problems = await desk.problems()
            await desk.lane.close()
            return answers[0], problems, [incident.text for incident in desk.lane.incidents()]

    return loop.run(main())


def test_a_call_that_cannot_be_written_down_is_not_sent(tmp_path):
    bank = Bank(a_ship(ONE))

    answer, problems, _ = with_a_full_disk(tmp_path, bank, range(2, 3))

    assert isinstance(answer, Unavailable)
    assert (bank.deals, problems) == ([], [])


def test_what_has_happened_is_written_down_once_the_disk_has_room_again(tmp_path):
    bank = Bank(a_ship(ONE))

    answer, problems, incidents = with_a_full_disk(tmp_path, bank, range(3, 8))

    assert answer.total == 1_200
    assert problems == []
    assert incidents == ["what has happened cannot be written down yet: the disk is full"]


def test_a_refusal_of_the_game_is_no_incident(tmp_path):
    bank = Bank(a_ship(ONE), fates=(Fate.DECLINED,))

    async def work(desk):
        return await desk.buy(ONE, 10), desk.lane.incidents()

    answer, incidents = at_the_desk(tmp_path, bank, work)

    assert isinstance(answer, NotApplied)
    assert incidents == ()
