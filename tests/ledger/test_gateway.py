"""The money lane: guards at the moment of the call, one call at a time, and no answer is ever assumed."""

import asyncio

import pytest

from starfoundry.game.model import CargoItem
from starfoundry.kernel.errors import Unavailable
from starfoundry.kernel.ids import ShipSymbol
from starfoundry.ledger.domain.model import Applied, EntryKind, NotApplied
from starfoundry.ledger.runtime.gateway import MoneyGateway
from starfoundry.runtime.clock import LoopClock
from tests.ledger.bank import EPOCH, FUEL, HOME, IRON, Bank, Deal, Fate, a_ship
from tests.ledger.desk import PLAYER, PURPOSE, at_the_desk

ONE = ShipSymbol("FOUNDRY-1")
TWO = ShipSymbol("FOUNDRY-2")


def test_a_purchase_is_booked_with_its_purpose_in_the_commit_that_closes_it(tmp_path):
    bank = Bank(a_ship(ONE))

    async def work(desk):
        answer = await desk.buy(ONE, 10)
        return answer, (await desk.entries())[-1], await desk.problems()

    answer, entry, problems = at_the_desk(tmp_path, bank, work)

    assert (answer.units, answer.price, answer.total, answer.credits) == (10, 120, 1_200, 98_800)
    assert (entry.kind, entry.amount, entry.balance_after) == (EntryKind.PURCHASE, -1_200, 98_800)
    assert (entry.ship, entry.waypoint, entry.good, entry.units) == (ONE, HOME, IRON, 10)
    assert entry.purpose == PURPOSE
    assert problems == []


def test_every_kind_of_call_that_moves_money_is_booked_with_its_own_sign(tmp_path):
    bank = Bank(a_ship(ONE, items=(CargoItem(good=IRON, units=20),)))

    async def work(desk):
        await desk.sell(ONE, 5)
        await desk.gateway.refuel(desk.roster.get(ONE), price_seen=72, floor=0, purpose=PURPOSE)
        await desk.gateway.buy_ship("SHIP_PROBE", HOME, ships_before=1, price_seen=25_000, floor=0, purpose=PURPOSE)
        return await desk.deals(), await desk.problems()

    deals, problems = at_the_desk(tmp_path, bank, work)

    assert deals == [
        Deal("SALE", ONE, 5, 600),
        Deal("REFUEL", ONE, 3, -216),
        Deal("SHIP_PURCHASE", "", 1, -25_000),
    ]
    assert problems == []


def test_calls_that_move_cargo_only_are_carried_out_and_leave_the_book_alone(tmp_path):
    bank = Bank(a_ship(ONE, items=(CargoItem(good=IRON, units=20),)), a_ship(TWO))

    async def work(desk):
        giver, receiver = desk.roster.get(ONE), desk.roster.get(TWO)
        await desk.gateway.transfer(giver, IRON, 5, receiver=receiver, purpose=PURPOSE)
        await desk.gateway.jettison(desk.roster.get(ONE), IRON, 3, purpose=PURPOSE)
        aboard = [desk.roster.get(ship).cargo.units_of(IRON) for ship in (ONE, TWO)]
        return aboard, len(await desk.entries()), await desk.problems()

    assert at_the_desk(tmp_path, bank, work) == ([12, 5], 1, [])


# The guards


@pytest.mark.parametrize(("floor", "is_bought"), [(98_800, True), (98_801, False)])
def test_the_floor_is_held_to_the_credit_at_the_moment_of_the_purchase(tmp_path, floor, is_bought):
    """The predecessor compared the balance when it planned, and spent its reserve tranche by tranche."""
    bank = Bank(a_ship(ONE))

    answer = at_the_desk(tmp_path, bank, lambda desk: desk.buy(ONE, 10, floor=floor))

    assert isinstance(answer, Applied) is is_bought
    assert len(bank.deals) == int(is_bought)


def test_two_ships_that_both_saw_enough_money_do_not_pierce_the_floor_together(tmp_path):
    bank = Bank(a_ship(ONE), a_ship(TWO), credits_start=2_000)

    async def work(desk):
        return await asyncio.gather(desk.buy(ONE, 10, floor=500), desk.buy(TWO, 10, floor=500))

    answers = at_the_desk(tmp_path, bank, work)

    assert [type(answer) for answer in answers].count(Applied) == 1
    assert bank.credits == 800


def test_a_refusal_for_money_says_the_numbers_and_sends_nothing(tmp_path):
    """A guard that only says no cannot be told from one that is broken."""
    bank = Bank(a_ship(ONE))

    answer = at_the_desk(tmp_path, bank, lambda desk: desk.buy(ONE, 10, floor=99_000))

    assert answer == NotApplied(reason="10 IRON at 120 cost 1,200: of 100,000 credits 99,000 must remain")
    assert bank.deals == []


@pytest.mark.parametrize("price_seen", [0, -5])
def test_a_purchase_whose_price_is_not_known_is_not_made(tmp_path, price_seen):
    bank = Bank(a_ship(ONE))

    answer = at_the_desk(tmp_path, bank, lambda desk: desk.buy(ONE, 10, price_seen=price_seen))

    assert answer == NotApplied(reason="the price of IRON at X1-AD75-A1 is not known")
    assert bank.deals == []


def test_nothing_is_bought_before_the_credits_are_known(tmp_path):
    bank = Bank(a_ship(ONE))

    async def work(desk):
        clock = LoopClock(asyncio.get_running_loop(), EPOCH)
        unopened = MoneyGateway(bank, desk.database, clock, PLAYER, ship_reader=desk.roster)  # type: ignore[arg-type]
        ship = desk.roster.get(ONE)
        return unopened.credits, await unopened.purchase(ship, IRON, 1, price_seen=120, floor=0, purpose=PURPOSE)

    credits_known, answer = at_the_desk(tmp_path, bank, work)

    assert credits_known == 0
    assert answer == NotApplied(reason="the player's credits are not known yet")
    assert bank.deals == []


def test_what_a_call_in_doubt_may_have_spent_cannot_be_spent_again(tmp_path):
    """2,000 credits, 1,200 of them perhaps gone: another purchase of 1,200 has to wait."""
    bank = Bank(a_ship(ONE), a_ship(TWO), credits_start=2_000, fates=(Fate.NO_REPORTER,))

    async def work(desk):
        doubtful = asyncio.create_task(desk.buy(ONE, 10))
        await asyncio.sleep(1)
        return await desk.buy(TWO, 10), await doubtful

    second, first = at_the_desk(tmp_path, bank, work)

    assert isinstance(first, Applied)
    assert isinstance(second, NotApplied)
    assert "of 800 credits" in second.reason


# Turns


def test_one_call_is_sent_at_a_time_in_the_order_they_came(tmp_path):
    ships = [ShipSymbol(f"FOUNDRY-{number}") for number in range(1, 6)]
    bank = Bank(*(a_ship(ship) for ship in ships))

    async def work(desk):
        waiting = []
        for ship in ships:
            waiting.append(asyncio.create_task(desk.buy(ship, 1)))
            await asyncio.sleep(0)  # so that the order they come in is known
        await asyncio.gather(*waiting)

    at_the_desk(tmp_path, bank, work)

    assert bank.sending_max == 1
    assert sorted(deal.ship for deal in bank.deals) == ships


def test_a_caller_that_goes_away_while_it_waits_its_turn_has_sent_nothing(tmp_path):
    bank = Bank(a_ship(ONE), a_ship(TWO))

    async def work(desk):
        first = asyncio.create_task(desk.buy(ONE, 1))
        await asyncio.sleep(0.01)
        second = asyncio.create_task(desk.buy(TWO, 1))
        await asyncio.sleep(0.01)
        second.cancel()
        await first
        await asyncio.sleep(10)
        return await desk.buy(TWO, 2), await desk.problems()

    answer, problems = at_the_desk(tmp_path, bank, work)

    assert isinstance(answer, Applied), "the lane must not stay locked by the one who left"
    assert [(deal.ship, deal.units) for deal in bank.deals] == [(ONE, 1), (TWO, 2)]
    assert problems == []


def test_a_caller_that_goes_away_while_its_call_is_under_way_does_not_lose_the_result(tmp_path):
    bank = Bank(a_ship(ONE))

    async def work(desk):
        buying = asyncio.create_task(desk.buy(ONE, 10))
        await asyncio.sleep(0.05)
        buying.cancel()
        with pytest.raises(asyncio.CancelledError):
            await buying
        await desk.gateway.wait_until_settled(ONE)
        return desk.roster.get(ONE).cargo.units_of(IRON), desk.gateway.credits, await desk.problems()

    assert at_the_desk(tmp_path, bank, work) == (10, 98_800, [])


# The end


def test_closing_lets_the_call_under_way_end_and_refuses_the_next(tmp_path):
    bank = Bank(a_ship(ONE), a_ship(TWO))

    async def work(desk):
        under_way = asyncio.create_task(desk.buy(ONE, 1))
        await asyncio.sleep(0.05)
        queued = asyncio.create_task(desk.buy(TWO, 1))
        await asyncio.sleep(0)
        await desk.gateway.close()
        answers = await asyncio.gather(under_way, queued, return_exceptions=True)
        return answers, await desk.problems()

    (first, second), problems = at_the_desk(tmp_path, bank, work)

    assert isinstance(first, Applied)
    assert isinstance(second, Unavailable)
    assert (len(bank.deals), problems) == (1, [])


def test_two_commits_are_all_a_call_costs(tmp_path):
    bank = Bank(a_ship(ONE))

    async def work(desk):
        commits = 0
        write = desk.database.write

        async def counted(job):
            nonlocal commits
            commits += 1
            return await write(job)

        desk.database.write = counted
        await desk.buy(ONE, 1)
        return commits

    assert at_the_desk(tmp_path, bank, work) == 2


def test_fuel_is_bought_under_its_own_floor_and_not_for_a_full_tank(tmp_path):
    bank = Bank(a_ship(ONE, fuel=400), a_ship(TWO, fuel=0))

    async def work(desk):
        full = await desk.gateway.refuel(desk.roster.get(ONE), price_seen=72, floor=0, purpose=PURPOSE)
        dear = await desk.gateway.refuel(desk.roster.get(TWO), price_seen=72, floor=99_999, purpose=PURPOSE)
        return full, dear

    full, dear = at_the_desk(tmp_path, bank, work)

    assert isinstance(full, NotApplied)
    assert isinstance(dear, NotApplied)
    assert FUEL not in [record.good for record in bank.records]
