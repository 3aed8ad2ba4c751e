"""Claims: one ship, one master, across restarts and whatever goes wrong."""

import asyncio
from functools import partial

import pytest
import sqlalchemy as sa

from starfoundry.drill.virtual_time import loop
from starfoundry.fleet.registry.claims import Claims
from starfoundry.kernel.errors import Unavailable
from starfoundry.kernel.ids import ContainerId, PlayerId, ShipSymbol
from starfoundry.runtime.clock import LoopClock
from starfoundry.store.tables.schema import containers, ship_claims
from tests.ledger.bank import EPOCH
from tests.store.opened import add_container, add_player, opened

ONE, TWO = ShipSymbol("FOUNDRY-1"), ShipSymbol("FOUNDRY-2")
MINE, OTHER = ContainerId("mfg-1"), ContainerId("mfg-2")


def with_claims(directory, work):
    """The result of `work(claims, database)` for a player with two running containers."""

    async def main():
        async with opened(directory) as database:
            await database.write(add_player)
            for container in (MINE, OTHER):
                await database.write(partial(add_container, container_id=container))
            return await work(a_book_of_claims(database), database)

    return loop.run(main())


def a_book_of_claims(database) -> Claims:
    return Claims(database, LoopClock(asyncio.get_running_loop(), EPOCH), PlayerId(1))


async def stored(database) -> list[tuple[str, str]]:
    rows = await database.read(lambda c: c.execute(sa.select(ship_claims).order_by(ship_claims.c.ship)).all())
    return [(row.ship, row.container_id) for row in rows]


def test_the_first_to_claim_a_ship_commands_it_until_it_lets_go(tmp_path):
    async def work(claims, database):
        answers = [await claims.claim(ONE, each, "work") for each in (MINE, OTHER, MINE)]
        await claims.release(ONE, MINE)
        return answers, await claims.claim(ONE, OTHER, "work"), await stored(database)

    assert with_claims(tmp_path, work) == ([True, False, True], True, [(ONE, OTHER)])


def test_two_that_claim_at_once_do_not_both_get_the_ship(tmp_path):
    async def work(claims, database):
        answers = await asyncio.gather(claims.claim(ONE, MINE, "a"), claims.claim(ONE, OTHER, "b"))
        return sorted(answers), len(await stored(database))

    assert with_claims(tmp_path, work) == ([False, True], 1)


def test_nobody_lets_go_of_anothers_ship(tmp_path):
    async def work(claims, _database):
        await claims.claim(ONE, MINE, "work")
        await claims.release(ONE, OTHER)
        return claims.owner(ONE)

    assert with_claims(tmp_path, work) == MINE


def test_a_claim_that_could_not_be_stored_is_none(tmp_path):
    """A claim in memory alone would be gone after a crash, with the ship in flight."""

    async def work(claims, database):
        write = database.write

        async def full(_work):
            raise Unavailable("the disk is full")

        database.write = full
        with pytest.raises(Unavailable):
            await claims.claim(ONE, MINE, "work")
        database.write = write
        return claims.owner(ONE), await claims.claim(ONE, OTHER, "work")

    assert with_claims(tmp_path, work) == (None, True)


def test_a_restart_keeps_the_claims_of_what_runs_and_drops_those_of_what_ended(tmp_path):
    """The predecessor let go of every claim at its start, and ships in flight were sent out a second time."""

    async def work(claims, database):
        await claims.claim(ONE, MINE, "work")
        await claims.claim(TWO, OTHER, "work")
        await database.write(
            lambda c: c.execute(sa.update(containers).where(containers.c.id == OTHER).values(status="STOPPED"))
        )
        again = a_book_of_claims(database)
        await again.load()
        return again.owner(ONE), again.owner(TWO), again.of(MINE), await stored(database)

    assert with_claims(tmp_path, work) == (MINE, None, (ONE,), [(ONE, MINE)])


def test_a_container_that_waits_for_a_ship_is_known_to_the_others_until_it_has_one(tmp_path):
    async def work(claims, _database):
        claims.request_ship(MINE)
        waiting = claims.others_request(OTHER), claims.others_request(MINE)
        await claims.claim(ONE, MINE, "work")
        return waiting, claims.others_request(OTHER)

    assert with_claims(tmp_path, work) == ((True, False), False)


def test_a_container_that_gives_up_waiting_is_waited_for_no_more(tmp_path):
    async def work(claims, _database):
        claims.request_ship(MINE)
        claims.withdraw(MINE)
        claims.withdraw(MINE)
        return claims.others_request(OTHER)

    assert with_claims(tmp_path, work) is False


@pytest.mark.parametrize("steps", range(8))
def test_memory_and_disk_agree_on_a_claim_whose_claimant_goes_away_meanwhile(tmp_path, steps):
    async def work(claims, database):
        await gone_after(steps, claims.claim(ONE, MINE, "work"))
        return claims.owner(ONE), dict(await stored(database)).get(ONE)

    known, kept = with_claims(tmp_path, work)

    assert known == kept


@pytest.mark.parametrize("steps", range(8))
def test_memory_and_disk_agree_on_a_release_whose_container_goes_away_meanwhile(tmp_path, steps):
    """A ship that is free on disk and taken in memory is not used again until the next restart."""

    async def work(claims, database):
        await claims.claim(ONE, MINE, "work")
        await gone_after(steps, claims.release(ONE, MINE))
        return claims.owner(ONE), dict(await stored(database)).get(ONE)

    known, kept = with_claims(tmp_path, work)

    assert known == kept


async def gone_after(steps: int, work) -> None:
    """Begin `work` and cancel it after so many turns of the loop."""
    caller = asyncio.create_task(work)
    for _step in range(steps):
        await asyncio.sleep(0)
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
