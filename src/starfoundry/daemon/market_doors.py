"""The doors to the markets, put together for each player whose universe goes on or is over."""

from collections.abc import Mapping

from starfoundry.daemon.foundation import Foundation
from starfoundry.kernel.ids import Good, PlayerId
from starfoundry.market.book import MarketBook
from starfoundry.market.forecasting.rpc import MarketForecastRpc
from starfoundry.market.history.rpc import PriceHistoryRpc
from starfoundry.market.rpc import MarketRpc


def market_doors(base: Foundation) -> tuple[object, ...]:
    """MarketRpc, PriceHistoryRpc and MarketForecastRpc."""

    async def book_of(player_id: PlayerId) -> MarketBook:
        """The markets as a player sees them; as they were last seen, where its universe is over."""
        if not await base.players.is_over(player_id):
            return (await base.sessions.get(player_id)).book
        book = MarketBook(base.database, base.ports.clock, player_id)
        await book.load()
        return book

    async def inputs_of(player_id: PlayerId) -> Mapping[Good, tuple[Good, ...]]:
        """What each good is made from; nothing, where the player's universe is over."""
        return {} if await base.players.is_over(player_id) else (await base.sessions.get(player_id)).supply_chain

    return (
        MarketRpc(book_of=book_of, clock=base.ports.clock, gate=base.gate),
        PriceHistoryRpc(database=base.database, book_of=book_of, clock=base.ports.clock, gate=base.gate),
        MarketForecastRpc(book_of=book_of, inputs_of=inputs_of, clock=base.ports.clock, gate=base.gate),
    )
