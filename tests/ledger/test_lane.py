"""The money lane: guards at the moment of the call, one call at a time, and no answer is ever assumed."""

import asyncio

import pytest

from starfoundry.game.model import CargoItem
from starfoundry.kernel.errors import Unavailable
from starfoundry.kernel.ids import ShipSymbol
from starfoundry.ledger.courier import SETTLE_SECONDS
from starfoundry.ledger.lane import MoneyLane
from starfoundry.ledger.model import Applied, EntryKind, NotApplied
from starfoundry.runtime.clock import LoopClock
from tests.ledger.bank import EPOCH, FUEL, HOME, IN_DOUBT, IRON, Bank, Deal, Fate, a_ship
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
        await desk.lane.refuel(desk.roster.get(ONE), price_seen=72, floor=0, purpose=PURPOSE)
        await desk.lane.buy_ship("SHIP_PROBE", HOME, ships_before=1, price_seen=25_000, floor=0, purpose=PURPOSE)
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
        await desk.lane.transfer(giver, IRON, 5, receiver=receiver, purpose=PURPOSE)
        await desk.lane.jettison(desk.roster.get(ONE), IRON, 3, purpose=PURPOSE)
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
        unopened = MoneyLane(bank, desk.database, clock, PLAYER, lookout=desk.roster)  # type: ignore[arg-type]
        ship = desk.roster.get(ONE)
        return unopened.credits, await unopened.purchase(ship, IRON, 1, price_seen=120, floor=0, purpose=PURPOSE)

    credits_known, answer = at_the_desk(tmp_path, bank, work)

    assert credits_known == 0
    assert answer == NotApplied(reason="how many credits we have is not known yet")
    assert bank.deals == []


def test_what_a_call_in_doubt_may_have_spent_cannot_be_spent_again(tmp_path):
    """2,000 credits, 1,200 of them perhaps gone: another purchase of 1,200 has to wait."""
    bank = Bank(a_ship(ONE), a_ship(TWO), credits_start=2_000, fates=(Fate.UNHEARD,))

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
        await desk.lane.settled(ONE)
        return desk.roster.get(ONE).cargo.units_of(IRON), desk.lane.credits, await desk.problems()

    assert at_the_desk(tmp_path, bank, work) == (10, 98_800, [])


# Doubt


@pytest.mark.parametrize("fate", [Fate.UNHEARD, Fate.LATE, Fate.BROKEN])
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
    bank = Bank(a_ship(ONE), a_ship(TWO), fates=(Fate.UNHEARD,))

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
    bank = Bank(a_ship(ONE), fates=(Fate.UNHEARD,))
    bank.remembers_trades = False

    async def work(desk):
        return await desk.buy(ONE, 10, price_seen=115), await desk.problems(), desk.lane.incidents()

    answer, problems, incidents = at_the_desk(tmp_path, bank, work)

    assert (answer.price, answer.total) == (120, 1_200)
    assert (problems, incidents) == ([], ())


def test_several_doubts_at_once_are_told_apart_by_the_markets_memory(tmp_path):
    bank = Bank(a_ship(ONE), a_ship(TWO), fates=(Fate.UNHEARD, Fate.UNHEARD))

    async def work(desk):
        await asyncio.gather(desk.buy(ONE, 10), desk.buy(TWO, 20))
        return await desk.deals(), await desk.problems(), desk.lane.incidents()

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
        return given_up, await desk.entries(), await desk.problems(), desk.lane.incidents()

    given_up, entries, problems, incidents = at_the_desk(tmp_path, bank, work)

    assert isinstance(given_up, NotApplied)
    assert [entry.amount for entry in entries if entry.kind is EntryKind.ADJUSTMENT] == [-1_200]
    assert problems == []
    assert len(incidents) == 1


def test_a_doubt_is_settled_when_the_game_can_be_reached_again(tmp_path):
    bank = Bank(a_ship(ONE), fates=(Fate.UNHEARD,))

    async def work(desk):
        bank.outage = 6
        return await desk.buy(ONE, 10), await desk.problems(), [each.text for each in desk.lane.incidents()]

    answer, problems, incidents = at_the_desk(tmp_path, bank, work)

    assert isinstance(answer, Applied)
    assert problems == []
    assert incidents == ["purchase of 10 IRON by FOUNDRY-1 at X1-AD75-A1 cannot be settled yet: the server is down"]


@pytest.mark.parametrize("fate", IN_DOUBT)
def test_a_ship_purchase_in_doubt_is_settled_from_the_list_of_ships(tmp_path, fate):
    bank = Bank(a_ship(ONE), fates=(fate,))

    async def work(desk):
        answer = await desk.lane.buy_ship(
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


def test_a_refuelling_in_doubt_is_settled_from_the_tank(tmp_path):
    bank = Bank(a_ship(ONE, fuel=150), fates=(Fate.UNHEARD, Fate.LOST))

    async def work(desk):
        lane = desk.lane
        first = await lane.refuel(desk.roster.get(ONE), price_seen=72, floor=0, purpose=PURPOSE)
        bank.ships_by_symbol[ONE] = a_ship(ONE, fuel=10)
        desk.roster.saw_ship(bank.ships_by_symbol[ONE])
        second = await lane.refuel(desk.roster.get(ONE), price_seen=72, floor=0, purpose=PURPOSE)
        return first, second, await desk.problems()

    first, second, problems = at_the_desk(tmp_path, bank, work)

    assert (first.units, first.total, first.fuel.current) == (3, 216, 400)
    assert isinstance(second, NotApplied)
    assert problems == []


# The chain, and the end


def test_credits_that_someone_else_moved_are_booked_as_an_adjustment_and_reported(tmp_path):
    bank = Bank(a_ship(ONE))

    async def work(desk):
        bank.credits += 777
        await desk.buy(ONE, 1)
        return [(e.kind, e.amount) for e in await desk.entries()], await desk.problems(), desk.lane.incidents()

    entries, problems, incidents = at_the_desk(tmp_path, bank, work)

    assert entries[1:] == [(EntryKind.PURCHASE, -120), (EntryKind.ADJUSTMENT, 777)]
    assert problems == []
    assert [incident.text for incident in incidents] == [
        "the game says 100,657 credits where the book says 99,880: +777 adjusted"
    ]


def test_a_check_compares_without_a_call(tmp_path):
    bank = Bank(a_ship(ONE))

    async def work(desk):
        bank.credits -= 40
        agent = await desk.lane.check()
        return agent.credits, desk.lane.credits, await desk.problems()

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
        incidents = [incident.text for incident in desk.lane.incidents()]
        return answer, await desk.deals(), await desk.problems(), incidents

    answer, deals, problems, incidents = at_the_desk(tmp_path, bank, work)

    assert (answer.units, answer.total) == (11, 1_320)
    assert deals == [Deal("PURCHASE", ONE, 11, -1_320)]
    assert problems == []
    assert incidents == ["purchase of 10 IRON by FOUNDRY-1 at X1-AD75-A1 was answered with 11 IRON"]


def test_closing_lets_the_call_under_way_end_and_refuses_the_next(tmp_path):
    bank = Bank(a_ship(ONE), a_ship(TWO))

    async def work(desk):
        under_way = asyncio.create_task(desk.buy(ONE, 1))
        await asyncio.sleep(0.05)
        queued = asyncio.create_task(desk.buy(TWO, 1))
        await asyncio.sleep(0)
        await desk.lane.close()
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
        full = await desk.lane.refuel(desk.roster.get(ONE), price_seen=72, floor=0, purpose=PURPOSE)
        dear = await desk.lane.refuel(desk.roster.get(TWO), price_seen=72, floor=99_999, purpose=PURPOSE)
        return full, dear

    full, dear = at_the_desk(tmp_path, bank, work)

    assert isinstance(full, NotApplied)
    assert isinstance(dear, NotApplied)
    assert FUEL not in [record.good for record in bank.records]
