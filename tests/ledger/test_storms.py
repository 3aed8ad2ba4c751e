"""A stormy hour: calls end in every way there is, ships trade at once, and the book is right to the credit."""

import asyncio

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from starfoundry.game.model import CargoItem
from starfoundry.kernel.ids import ShipSymbol
from starfoundry.ledger.domain.model import Applied, EntryKind
from tests.ledger.bank import IRON, Bank, Fate, a_ship
from tests.ledger.desk import PURPOSE, at_the_desk, directories

SHIPS = [ShipSymbol(f"FOUNDRY-{number}") for number in range(1, 4)]
FLOOR = 20_000
PRICE_MOVES_MAX = 3 * 4 * 6 * 7
"""The floor is held at the price seen. While a call waits, others may move it: 6 credits a deal here."""

told_in_the_end = st.sampled_from([fate for fate in Fate if fate is not Fate.TOO_LATE])
"""Every end that patience finds out about; what comes later still is another test's matter."""


async def morning(desk, ship: ShipSymbol, orders: list[str]) -> int:
    """One ship's orders, one after another; by how much its hold should have grown if every answer is true."""
    aboard = 0
    for order in orders:
        if order == "buy":
            end = await desk.buy(ship, 7, floor=FLOOR)
            aboard += end.units if isinstance(end, Applied) else 0
        elif order == "sell":
            end = await desk.sell(ship, 5)
            aboard -= end.units if isinstance(end, Applied) else 0
        else:
            await desk.gateway.refuel(desk.roster.get(ship), price_seen=72, floor=0, purpose=PURPOSE)
    return aboard


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fates=st.lists(told_in_the_end, max_size=12),
    orders=st.lists(st.lists(st.sampled_from(["buy", "sell", "refuel"]), max_size=4), min_size=3, max_size=3),
    credits_start=st.integers(20_000, 26_000),
    seed=st.integers(0, 1_000),
)
def test_whatever_becomes_of_the_calls_the_book_tells_what_the_bank_did(
    tmp_path_factory, fates, orders, credits_start, seed
):
    """Deal by deal, without an adjustment, with every answer true of the hold, and never below the floor."""
    ships = [a_ship(ship, items=(CargoItem(good=IRON, units=20),), capacity=400) for ship in SHIPS]
    bank = Bank(*ships, credits_start=credits_start, fates=tuple(fates))

    async def work(desk):
        grown = await asyncio.gather(*(morning(desk, ship, each) for ship, each in zip(SHIPS, orders, strict=True)))
        return grown, await desk.deals(), await desk.entries(), await desk.problems()

    directory = next(directories(tmp_path_factory.mktemp("storm")))
    grown, booked, entries, problems = at_the_desk(directory, bank, work, seed=seed)

    assert problems == []
    assert sorted(booked, key=repr) == sorted(bank.deals, key=repr)
    assert [entry for entry in entries if entry.kind is EntryKind.ADJUSTMENT] == []
    assert grown == [bank.ships_by_symbol[ship].cargo.units_of(IRON) - 20 for ship in SHIPS]
    spent_on_fuel = sum(deal.amount for deal in bank.deals if deal.kind == "REFUEL")
    assert bank.credits - spent_on_fuel >= FLOOR - PRICE_MOVES_MAX
