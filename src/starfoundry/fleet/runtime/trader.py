"""Trading where a ship is, with market, hold and shipyard kept up to date."""

from contextlib import suppress

from starfoundry.fleet.registry.roster import Roster
from starfoundry.fleet.registry.shipyards import Shipyards
from starfoundry.fleet.runtime.pilot import Pilot
from starfoundry.game.model import Market
from starfoundry.game.port import Game, Priority
from starfoundry.kernel.errors import StarFoundryError
from starfoundry.kernel.ids import Good, ShipSymbol
from starfoundry.ledger.domain.model import Applied, NotApplied, Purpose
from starfoundry.ledger.runtime.gateway import MoneyGateway
from starfoundry.market.runtime.market_book import MarketBook
from starfoundry.market.runtime.scan import refresh
from starfoundry.market.runtime.unreadable import READ_ERRORS

SHIP_STATE_ERRORS = (4214, 4217, 4218, 4219, 4228, 4244)
"""Error codes for a ship in an unexpected state: in flight, not docked, or with too much or too little cargo (D)."""


class Trader:
    """Reads markets, buys and sells for one player's ships."""

    def __init__(
        self, game: Game, roster: Roster, gateway: MoneyGateway, book: MarketBook, yards: Shipyards, pilot: Pilot
    ) -> None:
        self._game = game
        self._roster = roster
        self._gateway = gateway
        self._book = book
        self._yards = yards
        self._pilot = pilot

    async def look(self, ship: ShipSymbol, *, priority: Priority = Priority.MARKET) -> Market:
        """Read the market where the ship is; the shipyard beside it too, if last seen long ago.

        Raises MarketUnreadable for a market that cannot be read or shows nothing.
        """
        waypoint = self._roster.get(ship).nav.waypoint
        market = await refresh(self._game, self._book, waypoint, priority=priority)
        if self._yards.is_stale(waypoint):
            with suppress(*READ_ERRORS):  # the shipyards record the failure, and the market reading is still valid
                await self._yards.look(waypoint)
        return market

    async def buy(
        self, ship: ShipSymbol, good: Good, units: int, *, price_seen: int, floor: int, purpose: Purpose
    ) -> Applied | NotApplied:
        """Buy at most the trade volume; `floor` credits must remain, at the price seen."""
        trader = self._roster.get(ship)
        answer = await self._pilot.trade_when_arrived(
            ship,
            lambda at: self._gateway.purchase(at, good, units, price_seen=price_seen, floor=floor, purpose=purpose),
        )
        if isinstance(answer, Applied):
            self._book.bought(trader.nav.waypoint, good, answer.units)
        else:
            await self._reread_if_unexpected(ship, answer)
        return answer

    async def sell(self, ship: ShipSymbol, good: Good, units: int, *, purpose: Purpose) -> Applied | NotApplied:
        """Sell at most the trade volume."""
        trader = self._roster.get(ship)
        sighting = self._book.sighting(trader.nav.waypoint, good)
        price_seen = sighting.quote.bid if sighting is not None else 0
        answer = await self._pilot.trade_when_arrived(
            ship, lambda at: self._gateway.sell(at, good, units, price_seen=price_seen, purpose=purpose)
        )
        if isinstance(answer, Applied):
            self._book.sold(trader.nav.waypoint, good, answer.units)
        else:
            await self._reread_if_unexpected(ship, answer)
        return answer

    async def jettison(self, ship: ShipSymbol, good: Good, units: int, *, purpose: Purpose) -> Applied | NotApplied:
        """Throw cargo units overboard; they are lost."""
        answer = await self._pilot.trade_when_arrived(
            ship, lambda at: self._gateway.jettison(at, good, units, purpose=purpose)
        )
        if isinstance(answer, NotApplied):
            await self._reread_if_unexpected(ship, answer)
        return answer

    async def _reread_if_unexpected(self, ship: ShipSymbol, refusal: NotApplied) -> None:
        """Read a ship again whose state is not as expected, so that a refused call is not repeated for ever."""
        if refusal.code in SHIP_STATE_ERRORS:
            with suppress(StarFoundryError):  # the next refusal asks again
                await self._pilot.read_again(ship)
