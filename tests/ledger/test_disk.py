"""A disk that refuses: nothing is sent that could not be written down, and what has happened is written in the end."""

import asyncio

from starfoundry.drill.virtual_time import loop
from starfoundry.kernel.errors import Unavailable
from starfoundry.kernel.ids import ShipSymbol
from starfoundry.ledger.domain.model import NotApplied
from tests.ledger.bank import Bank, Fate, a_ship
from tests.ledger.desk import Desk, at_the_desk
from tests.store.opened import add_player, opened

ONE = ShipSymbol("FOUNDRY-1")


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
            await desk.gateway.open()
            answers = await asyncio.gather(desk.buy(ONE, 10), return_exceptions=True)
            problems = await desk.problems()
            await desk.gateway.close()
            return answers[0], problems, [incident.text for incident in desk.gateway.incidents()]

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
    assert incidents == ["the outcome cannot be stored yet: the disk is full"]


def test_a_refusal_of_the_game_is_no_incident(tmp_path):
    bank = Bank(a_ship(ONE), fates=(Fate.DECLINED,))

    async def work(desk):
        return await desk.buy(ONE, 10), desk.gateway.incidents()

    answer, incidents = at_the_desk(tmp_path, bank, work)

    assert isinstance(answer, NotApplied)
    assert incidents == ()
