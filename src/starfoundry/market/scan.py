"""Looks at markets: all of a system once from afar, and one at a time with a ship present."""

from starfoundry.game.model import Market, Waypoint
from starfoundry.game.port import Game, Priority
from starfoundry.kernel.ids import SystemSymbol, WaypointSymbol, system_of
from starfoundry.market.book import MarketBook
from starfoundry.market.model import Place


async def survey(game: Game, book: MarketBook, system: SystemSymbol) -> None:
    """Know every place of a system and what its markets trade. About 30 requests, once: places do not change.

    Does nothing when the system is known. Raises what the game's reads raise; then nothing is remembered of it.
    """
    if any(system_of(place.waypoint) == system for place in book.places()):
        return
    places: list[Place] = []
    for waypoint in await game.waypoints(system):
        listing = Market(waypoint=waypoint.symbol)
        if waypoint.has_market:
            listing = await game.market(waypoint.symbol, priority=Priority.BACKGROUND)
            await book.record(listing)
        places.append(_place(waypoint, listing))
    await book.learn(tuple(places))


async def refresh(
    game: Game, book: MarketBook, waypoint: WaypointSymbol, *, priority: Priority = Priority.MARKET
) -> Market:
    """The market as it is now, remembered; with prices only when a ship of ours is there."""
    market = await game.market(waypoint, priority=priority)
    await book.record(market)
    return market


def _place(waypoint: Waypoint, listing: Market) -> Place:
    return Place(
        waypoint=waypoint.symbol,
        x=waypoint.x,
        y=waypoint.y,
        type=waypoint.type,
        imports=listing.imports,
        exports=listing.exports,
        exchange=listing.exchange,
        has_shipyard=waypoint.has_shipyard,
    )
