"""Doubt: a call without a trustworthy answer is settled by its traces, once, and whatever is left over is told."""

import asyncio

import pytest

from starfoundry.kernel.ids import ShipSymbol
from starfoundry.ledger.domain.model import Applied, EntryKind, NotApplied
from starfoundry.ledger.runtime.executor import SETTLE_SECONDS
from starfoundry.ledger.runtime.health_conditions import conditions_of
from tests.ledger.bank import HOME, IN_DOUBT, IRON, Bank, Deal, Fate, a_ship
from tests.ledger.desk import PLAYER, PURPOSE, at_the_desk

ONE = ShipSymbol("FOUNDRY-1")
TWO = ShipSymbol("FOUNDRY-2")
THREE = ShipSymbol("FOUNDRY-3")


@pytest.mark.parametrize("fate", [Fate.NO_REPORTER, Fate.LATE, Fate.BROKEN])
def test_a_purchase_without_an_answer_that_was_applied_ends_applied_once(tmp_path, fate):
    bank = Bank(a_ship(ONE), fates=(fate,))

    async def work(desk):
        answer = await desk.buy(ONE, 10)
        return answer, await desk.deals(), await desk.problems(), desk.roster.get(ONE).cargo.units_of(IRON)

    answer, deals, problems, aboard = at_the_desk(tmp_path, bank, work)

    assert (answer.units, answer.price, answer.total, answer.credits) == (10, 120, 1_200, 98_800)
    assert deals == bank.deals == [Deal("PURCHASE", ONE, 10, -1_200)]
    assert (problems, aboard) == ([], 10)


def test_a_purchase_that_was_lost_ends_not_applied_and_is_not_sent_again(tmp_path):
    bank = Bank(a_ship(ONE), fates=(Fate.LOST,))

    async def work(desk):
        return await desk.buy(ONE, 10), await desk.problems()

    answer, problems = at_the_desk(tmp_path, bank, work)

    assert isinstance(answer, NotApplied)
    assert (bank.deals, problems) == ([], [])


@pytest.mark.parametrize("fate", [Fate.DECLINED, Fate.NOT_SENT])
def test_a_call_that_surely_did_not_happen_ends_at_once_and_asks_nothing(tmp_path, fate):
    bank = Bank(a_ship(ONE), fates=(fate,))

    async def work(desk):
        asked, began = len(bank.asked), asyncio.get_running_loop().time()
        answer = await desk.buy(ONE, 10)
        return answer, asyncio.get_running_loop().time() - began, bank.asked[asked:], await desk.problems()

    answer, seconds, asked, problems = at_the_desk(tmp_path, bank, work)

    assert isinstance(answer, NotApplied)
    assert answer.code == (4600 if fate is Fate.DECLINED else 0)
    assert seconds < 1
    assert (asked, problems) == ([], [])


def test_a_ship_in_doubt_waits_while_the_others_trade(tmp_path):
    bank = Bank(a_ship(ONE), a_ship(TWO), fates=(Fate.NO_REPORTER,))

    async def work(desk):
        time = asyncio.get_running_loop().time
        doubtful = asyncio.create_task(desk.buy(ONE, 10))
        await asyncio.sleep(1)
        began = time()
        await desk.buy(TWO, 1)
        other_took = time() - began
        await desk.buy(ONE, 1)
        own_took = time() - began
        await doubtful
        return other_took, own_took, await desk.problems()

    other_took, own_took, problems = at_the_desk(tmp_path, bank, work)

    assert other_took < 1
    assert own_took > SETTLE_SECONDS - 5
    assert problems == []


def test_a_price_is_told_from_the_credits_when_the_market_has_forgotten_the_trade(tmp_path):
    """The price moved after it was seen, so only the credits know what was paid."""
    bank = Bank(a_ship(ONE), fates=(Fate.NO_REPORTER,))
    bank.remembers_trades = False

    async def work(desk):
        return await desk.buy(ONE, 10, price_seen=115), await desk.problems(), desk.gateway.incidents()

    answer, problems, incidents = at_the_desk(tmp_path, bank, work)

    assert (answer.price, answer.total) == (120, 1_200)
    assert (problems, incidents) == ([], ())


def test_several_doubts_at_once_are_told_apart_by_the_markets_memory(tmp_path):
    bank = Bank(a_ship(ONE), a_ship(TWO), fates=(Fate.NO_REPORTER, Fate.NO_REPORTER))

    async def work(desk):
        await asyncio.gather(desk.buy(ONE, 10), desk.buy(TWO, 20))
        return await desk.deals(), await desk.problems(), desk.gateway.incidents()

    deals, problems, incidents = at_the_desk(tmp_path, bank, work)

    assert sorted(deals, key=lambda deal: deal.ship) == sorted(bank.deals, key=lambda deal: deal.ship)
    assert (problems, incidents) == ([], ())


def test_a_call_applied_after_it_was_given_up_is_found_and_booked_by_the_next_answer(tmp_path):
    """Nobody can wait for ever. What comes later shows in the credits, and the book says so instead of drifting."""
    bank = Bank(a_ship(ONE), a_ship(TWO), fates=(Fate.TOO_LATE,))

    async def work(desk):
        given_up = await desk.buy(ONE, 10)
        await asyncio.sleep(700)
        await desk.buy(TWO, 1)
        return given_up, await desk.entries(), await desk.problems(), desk.gateway.incidents()

    given_up, entries, problems, incidents = at_the_desk(tmp_path, bank, work)

    assert isinstance(given_up, NotApplied)
    assert [entry.amount for entry in entries if entry.kind is EntryKind.ADJUSTMENT] == [-1_200]
    assert problems == []
    assert len(incidents) == 1


def test_a_doubt_is_settled_when_the_game_can_be_reached_again(tmp_path):
    bank = Bank(a_ship(ONE), fates=(Fate.NO_REPORTER,))

    async def work(desk):
        bank.outage = 6
        return await desk.buy(ONE, 10), await desk.problems(), [each.text for each in desk.gateway.incidents()]

    answer, problems, incidents = at_the_desk(tmp_path, bank, work)

    assert isinstance(answer, Applied)
    assert problems == []
    assert incidents == ["purchase of 10 IRON by FOUNDRY-1 at X1-AD75-A1 cannot be settled yet: the server is down"]


@pytest.mark.parametrize("fate", IN_DOUBT)
def test_a_ship_purchase_in_doubt_is_settled_from_the_list_of_ships(tmp_path, fate):
    bank = Bank(a_ship(ONE), fates=(fate,))

    async def work(desk):
        answer = await desk.gateway.buy_ship(
            "SHIP_PROBE", HOME, ships_before=1, price_seen=24_000, floor=0, purpose=PURPOSE
        )
        return answer, await desk.deals(), await desk.problems(), [ship.symbol for ship in desk.roster.ships()]

    answer, deals, problems, ships = at_the_desk(tmp_path, bank, work)

    assert deals == bank.deals
    assert problems == []
    if fate in (Fate.LOST, Fate.TOO_LATE):
        assert isinstance(answer, NotApplied)
        assert ships == [ONE]
    else:
        assert (answer.ship.symbol, answer.total) == (TWO, 25_000)
        assert ships == [ONE, TWO]


@pytest.mark.parametrize("fate", IN_DOUBT)
def test_where_the_list_of_ships_fails_a_ship_purchase_is_settled_by_the_agents_own_count(tmp_path, fate):
    bank = Bank(a_ship(ONE), a_ship(TWO), fates=(fate,))
    bank.broken.add(ONE)

    async def work(desk):
        answer = await desk.gateway.buy_ship(
            "SHIP_PROBE", HOME, ships_before=2, price_seen=24_000, floor=0, purpose=PURPOSE
        )
        return answer, await desk.deals(), await desk.problems(), desk.roster.knows(THREE)

    answer, deals, problems, knows_the_new_one = at_the_desk(tmp_path, bank, work)

    assert (deals, problems) == (bank.deals, [])
    assert isinstance(answer, NotApplied if fate in (Fate.LOST, Fate.TOO_LATE) else Applied)
    assert knows_the_new_one is isinstance(answer, Applied)


def test_a_ship_that_nothing_can_be_told_of_is_booked_all_the_same(tmp_path):
    bank = Bank(a_ship(ONE), fates=(Fate.NO_REPORTER,))
    bank.broken.add(TWO)

    async def work(desk):
        answer = await desk.gateway.buy_ship(
            "SHIP_PROBE", HOME, ships_before=1, price_seen=24_000, floor=0, purpose=PURPOSE
        )
        return answer, await desk.deals(), await desk.problems()

    answer, deals, problems = at_the_desk(tmp_path, bank, work)

    assert (answer.ship, answer.total) == (None, 25_000)
    assert (deals, problems) == (bank.deals, [])


def test_a_refuelling_in_doubt_is_settled_from_the_tank(tmp_path):
    bank = Bank(a_ship(ONE, fuel=150), fates=(Fate.NO_REPORTER, Fate.LOST))

    async def work(desk):
        gateway = desk.gateway
        first = await gateway.refuel(desk.roster.get(ONE), price_seen=72, floor=0, purpose=PURPOSE)
        bank.ships_by_symbol[ONE] = a_ship(ONE, fuel=10)
        desk.roster.saw_ship(bank.ships_by_symbol[ONE])
        second = await gateway.refuel(desk.roster.get(ONE), price_seen=72, floor=0, purpose=PURPOSE)
        return first, second, await desk.problems()

    first, second, problems = at_the_desk(tmp_path, bank, work)

    assert (first.units, first.total, first.fuel.current) == (3, 216, 400)
    assert isinstance(second, NotApplied)
    assert problems == []


# What nobody can explain


def test_credits_that_someone_else_moved_are_booked_as_an_adjustment_and_reported(tmp_path):
    bank = Bank(a_ship(ONE))

    async def work(desk):
        bank.credits += 777
        await desk.buy(ONE, 1)
        return [(e.kind, e.amount) for e in await desk.entries()], await desk.problems(), desk.gateway.incidents()

    entries, problems, incidents = at_the_desk(tmp_path, bank, work)

    assert entries[1:] == [(EntryKind.PURCHASE, -120), (EntryKind.ADJUSTMENT, 777)]
    assert problems == []
    assert [incident.text for incident in incidents] == [
        "the game reports 100,657 credits, the ledger 99,880: +777 adjusted"
    ]


def test_a_check_compares_without_a_call(tmp_path):
    bank = Bank(a_ship(ONE))

    async def work(desk):
        bank.credits -= 40
        agent = await desk.gateway.check()
        return agent.credits, desk.gateway.credits, await desk.problems()

    assert at_the_desk(tmp_path, bank, work) == (99_960, 99_960, [])


class Generous(Bank):
    """Sells one unit more than was asked for."""

    async def purchase(self, ship, good, units):
        return await super().purchase(ship, good, units + 1)


def test_an_answer_about_other_units_is_booked_as_it_says_and_reported(tmp_path):
    """The book follows the money; that the answer does not fit is for a person to look at."""
    bank = Generous(a_ship(ONE))

    async def work(desk):
        answer = await desk.buy(ONE, 10)
        incidents = [incident.text for incident in desk.gateway.incidents()]
        return answer, await desk.deals(), await desk.problems(), incidents

    answer, deals, problems, incidents = at_the_desk(tmp_path, bank, work)

    assert (answer.units, answer.total) == (11, 1_320)
    assert deals == [Deal("PURCHASE", ONE, 11, -1_320)]
    assert problems == []
    assert incidents == ["purchase of 10 IRON by FOUNDRY-1 at X1-AD75-A1 was answered with 11 IRON"]


def test_health_tells_of_a_call_while_it_is_in_doubt_and_not_once_it_is_settled(tmp_path):
    bank = Bank(a_ship(ONE), fates=(Fate.NO_REPORTER,))

    async def work(desk):
        buying = asyncio.create_task(desk.buy(ONE, 10))
        await asyncio.sleep(45)
        during = list(conditions_of(desk.gateway, PLAYER, desk.clock.now()))
        await buying
        return during, list(conditions_of(desk.gateway, PLAYER, desk.clock.now()))

    (doubt,), after = at_the_desk(tmp_path, bank, work)

    assert (doubt.kind, doubt.subject, doubt.degrades) == ("call-in-doubt", ONE, True)
    assert "purchase of 10 IRON" in doubt.reason
    assert after == []
