"""Very many purchases and sales, some of whose calls end in every way there is: no deal twice, no credit adrift."""

import asyncio
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from starfoundry.drill.campaign import fast_directory
from starfoundry.game.model import CargoItem
from starfoundry.kernel.ids import ShipSymbol
from starfoundry.ledger.domain.model import EntryKind
from starfoundry.runtime.entropy import SeededEntropy
from tests.ledger.bank import IRON, Bank, Fate, a_ship
from tests.ledger.desk import at_the_desk

SHIPS = [ShipSymbol(f"FOUNDRY-{number:X}") for number in range(1, 11)]
TROUBLE = [fate for fate in Fate if fate not in (Fate.ANSWERED, Fate.TOO_LATE)]
TROUBLE_SHARE = 0.03
PRICE = 5_000  # every deal moves it; lower, it would come to nothing while ten full holds are sold
NAME = "purchases and sales under faults, none twice, no credit adrift"


def trade(deals: int, seed: int) -> tuple[int, list[str]]:
    """Have ten ships trade at once; how many deals happened, and what is wrong with the book."""
    rng = SeededEntropy(seed).stream("deals")
    fates = tuple(rng.choice(TROUBLE) if rng.random() < TROUBLE_SHARE else Fate.ANSWERED for _ in range(deals))
    ships = [a_ship(ship, items=(CargoItem(good=IRON, units=200),), capacity=400) for ship in SHIPS]
    bank = Bank(*ships, credits_start=50_000_000, fates=fates)
    bank.prices[IRON] = PRICE

    async def one_ship(desk, ship):
        for number in range(deals // len(SHIPS)):
            await (desk.buy(ship, 7) if number % 2 else desk.sell(ship, 7))

    async def work(desk):
        await asyncio.gather(*(one_ship(desk, ship) for ship in SHIPS))
        booked, entries, problems = await desk.deals(), await desk.entries(), await desk.problems()
        if Counter(booked) != Counter(bank.deals):
            problems.append(f"{len(booked)} deals booked, {len(bank.deals)} happened, or they are not the same")
        problems += [f"adjusted by {entry.amount}" for entry in entries if entry.kind is EntryKind.ADJUSTMENT]
        return len(bank.deals), problems

    with tempfile.TemporaryDirectory(dir=fast_directory()) as directory:
        happened, problems = at_the_desk(Path(directory), bank, work, seed=seed)
    return happened, problems


def test_ten_thousand_deals(figure):
    happened, problems = trade(10_250, 1)  # a few come to nothing
    figure(NAME, happened, len(problems))

    assert problems == []
    assert happened >= 10_000


@pytest.mark.campaign
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("seed", range(3, 24))
def test_fifty_thousand_deals(seed, figure):
    happened, problems = trade(50_000, seed)
    figure(NAME, happened, len(problems))

    assert problems == [], f"seed {seed}"
    assert happened > 47_500
