"""Markets to look at, and a book to keep what was seen, in virtual time."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from starfoundry.drill.virtual_time import loop
from starfoundry.game.market_law.law import MarketStock
from starfoundry.game.model import Market, Quote
from starfoundry.kernel.ids import Good, PlayerId, WaypointSymbol
from starfoundry.kernel.supply import Activity, TradeKind
from starfoundry.market.domain.model import Place
from starfoundry.market.runtime.market_book import MarketBook
from starfoundry.runtime.clock import LoopClock
from starfoundry.store.engine import Database
from tests.ledger.bank import EPOCH
from tests.store.opened import add_player, opened

PLAYER = PlayerId(1)
A1, B7 = WaypointSymbol("X1-AD75-A1"), WaypointSymbol("X1-AD75-B7")
IRON, FUEL, MACHINERY = Good("IRON"), Good("FUEL"), Good("MACHINERY")


RESTED = MarketStock(kind=TradeKind.EXPORT, base=2_400, steepness=8, trade_volume=20, units=0)
"""MACHINERY at the factory that makes it, when nobody has traded for a while."""


def a_quote(good: Good = MACHINERY, **changes: Any) -> Quote:
    """What RESTED shows, but for the changes."""
    facts: dict[str, Any] = {
        "good": good,
        "kind": TradeKind.EXPORT,
        "trade_volume": 20,
        "supply": RESTED.supply,
        "activity": Activity.WEAK,
        "ask": RESTED.ask,
        "bid": RESTED.bid,
    }
    return Quote(**facts | changes)


def a_market(*quotes: Quote, waypoint: WaypointSymbol = A1) -> Market:
    """A market seen with a ship there."""
    return Market(waypoint=waypoint, exports=tuple(quote.good for quote in quotes), quotes=quotes)


def a_place(waypoint: WaypointSymbol = A1, **changes: Any) -> Place:
    """A planet with a market."""
    facts: dict[str, Any] = {"x": 10, "y": -20, "type": "PLANET", "exports": (MACHINERY,), "exchange": (FUEL,)}
    return Place(waypoint=waypoint, **facts | changes)


class Counted:
    """A database that counts its writes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.writes = 0

    async def write(self, work: Any) -> Any:
        self.writes += 1
        return await self._database.write(work)

    async def read(self, work: Any) -> Any:
        return await self._database.read(work)


def a_book(database: Any) -> MarketBook:
    """An empty book."""
    return MarketBook(database, LoopClock(asyncio.get_running_loop(), EPOCH), PLAYER)


def with_a_book(directory: Path, work: Callable[[MarketBook, Any], Awaitable[Any]]) -> Any:
    """The result of `work(book, database)`."""

    async def main() -> Any:
        async with opened(directory) as database:
            await database.write(add_player)
            counted = Counted(database)
            return await work(a_book(counted), counted)

    return loop.run(main())
