"""A money lane at work: the real lane on a real database, with a bank behind it, in virtual time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starfoundry.drill.virtual_time import loop
from starfoundry.fleet.registry.roster import Roster
from starfoundry.kernel.ids import PlayerId, ShipSymbol
from starfoundry.ledger.domain.model import LedgerFilter, Purpose
from starfoundry.ledger.runtime.gateway import MoneyGateway
from starfoundry.ledger.storage import store
from starfoundry.runtime.clock import LoopClock
from starfoundry.store.engine import Database
from tests.ledger.bank import EPOCH, IRON, Bank, Deal
from tests.store.opened import add_player, opened

PLAYER = PlayerId(1)
PURPOSE = Purpose(container_id="mfg-1", pipeline_id="p-1", task_id="t-1")
EVERYTHING = 1_000_000


class Desk:
    """One run of the daemon's money side: `lane` before a `bank`, `roster` told of every ship."""

    def __init__(self, bank: Any, database: Database, *, lane_database: Any = None) -> None:
        self.bank = bank
        self.database = database
        self.roster = Roster()
        for ship in bank.ships_by_symbol.values():
            self.roster.saw_ship(ship)
        self.clock = LoopClock(asyncio.get_running_loop(), EPOCH)
        self.gateway = MoneyGateway(bank, lane_database or database, self.clock, PLAYER, ship_reader=self.roster)

    async def buy(self, symbol: ShipSymbol, units: int = 10, *, floor: int = 0, price_seen: int | None = None):
        """Buy iron for a ship, as the roster knows it, at the price that stands."""
        price = self.bank.prices[IRON] if price_seen is None else price_seen
        ship = self.roster.get(symbol)
        return await self.gateway.purchase(ship, IRON, units, price_seen=price, floor=floor, purpose=PURPOSE)

    async def sell(self, symbol: ShipSymbol, units: int = 10):
        """Sell iron of a ship."""
        ship = self.roster.get(symbol)
        return await self.gateway.sell(ship, IRON, units, price_seen=self.bank.prices[IRON], purpose=PURPOSE)

    async def entries(self):
        """The whole book, oldest first."""
        found = await self.database.read(lambda c: store.entries(c, PLAYER, LedgerFilter(), limit=EVERYTHING))
        return found[::-1]

    async def deals(self) -> list[Deal]:
        """What the book says was dealt."""
        kinds = ("PURCHASE", "SALE", "REFUEL", "SHIP_PURCHASE")
        return [
            Deal(entry.kind.value, entry.ship, entry.units, entry.amount)
            for entry in await self.entries()
            if entry.kind.value in kinds
        ]

    async def problems(self) -> list[str]:
        """Whatever keeps book and bank from agreeing to the credit; nothing is as it should be."""
        found = list(await self.database.read(lambda c: store.verify(c, PLAYER)))
        entries = await self.entries()
        if sum(entry.amount for entry in entries) != self.bank.credits:
            found.append(
                f"the book adds up to {sum(entry.amount for entry in entries)}, the bank has {self.bank.credits}"
            )
        still_open = await self.database.read(lambda c: store.open_intents(c, PLAYER))
        return found + [f"{intent.label} is open" for intent in still_open]


@asynccontextmanager
async def a_desk(directory: Path, bank: Bank):
    """A desk whose book is open."""
    async with opened(directory) as database:
        await database.write(add_player)
        desk = Desk(bank, database)
        await desk.gateway.open()
        try:
            yield desk
        finally:
            await desk.gateway.close()


def at_the_desk(directory: Path, bank: Bank, work: Callable[[Desk], Awaitable[object]], *, seed: int = 0):
    """The result of `work` at a desk, in virtual time."""

    async def main():
        async with a_desk(directory, bank) as desk:
            return await work(desk)

    return loop.run(main(), seed=seed)


def directories(parent: Path) -> Iterator[Path]:
    """Fresh directories, one after another."""
    number = 0
    while True:
        number += 1
        directory = parent / f"run-{number}"
        directory.mkdir()
        yield directory
