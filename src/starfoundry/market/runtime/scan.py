"""Market scans: a whole system once from a distance, and one market at a time with a ship present."""

import asyncio
from dataclasses import replace

from starfoundry.game.model import Market, Waypoint
from starfoundry.game.port import Game, Priority
from starfoundry.kernel.conditions import ConditionReporter
from starfoundry.kernel.ids import SystemSymbol, WaypointSymbol, system_of
from starfoundry.market.domain.model import Place
from starfoundry.market.runtime.market_book import MarketBook
from starfoundry.market.runtime.unreadable import READ_ERRORS, MarketUnreadable

LOOK_AGAIN_SECONDS = 2.0
"""The pause in seconds before a market without prices is asked once more: servers may lag behind an arrival."""

PLACES_MISSING = "places-missing"

NO_PRICES = "it shows no prices although one of your ships is there"


async def survey(game: Game, book: MarketBook, system: SystemSymbol) -> None:
    """Read every place of a system and the goods of its markets. About 30 requests, once: places do not change.

    Does nothing if the system is known. A place that cannot be read is left out until `retry_survey` reads it, a
    market until `retry_listings` does. Raises what asking for the places raises; then nothing is stored.
    """
    if not _known(book, system):
        await _learn_new(game, book, system)


async def retry_survey(game: Game, book: MarketBook, system: SystemSymbol, conditions: ConditionReporter) -> bool:
    """Read the places that the game counts and that are not known yet; returns whether none is missing now.

    One request if none is. What is still missing is reported to `conditions`. Raises what asking for the places
    raises.
    """
    counted = await game.waypoint_count(system)
    if counted is not None and counted > len(_known(book, system)):
        await _learn_new(game, book, system)
    missing = 0 if counted is None else counted - len(_known(book, system))
    if missing <= 0:
        conditions.clear(PLACES_MISSING, system)
        return True
    conditions.report(
        PLACES_MISSING,
        system,
        reason=f"the game counts {counted} places in {system}, {missing} of them cannot be read",
        next_step="wait: they are retried automatically",
        degrades=False,
    )
    return False


def _known(book: MarketBook, system: SystemSymbol) -> frozenset[WaypointSymbol]:
    return frozenset(place.waypoint for place in book.places() if system_of(place.waypoint) == system)


async def _learn_new(game: Game, book: MarketBook, system: SystemSymbol) -> None:
    known, places = _known(book, system), list[Place]()
    for waypoint in await game.waypoints(system):
        if waypoint.symbol in known:
            continue
        listing: Market | None = Market(waypoint=waypoint.symbol)
        if waypoint.has_market:
            listing = await _listing(game, book, waypoint.symbol)
        places.append(_place(waypoint, listing))
    await book.learn(tuple(places))


async def retry_listings(game: Game, book: MarketBook) -> bool:
    """Ask again for the goods of markets that could not be read so far; returns whether all are known now."""
    unlisted = [place for place in book.places() if place.is_unlisted]
    found: list[Place] = []
    for place in unlisted:
        listing = await _listing(game, book, place.waypoint)
        if listing is not None:
            found.append(_listed(place, listing))
    if found:
        await book.learn(tuple(found))
    return len(found) == len(unlisted)


async def _listing(game: Game, book: MarketBook, waypoint: WaypointSymbol) -> Market | None:
    """A market's goods, read from a distance; None if they cannot be read."""
    try:
        listing = await game.market(waypoint, priority=Priority.BACKGROUND)
    except READ_ERRORS as error:
        book.unreadable.begin(waypoint, error.message)
        return None
    book.unreadable.end(waypoint)
    await book.record(listing)
    return listing


async def refresh(
    game: Game, book: MarketBook, waypoint: WaypointSymbol, *, priority: Priority = Priority.MARKET
) -> Market:
    """Read the market where one of the player's ships is, and store it.

    Raises MarketUnreadable if it shows no prices, even a moment later, or cannot be read at all; then it is skipped
    for a while.
    """
    for pause in (LOOK_AGAIN_SECONDS, 0.0):
        try:
            market = await game.market(waypoint, priority=priority)
        except READ_ERRORS as error:
            book.unreadable.begin(waypoint, error.message)
            raise MarketUnreadable(error.message) from error
        if market.quotes:
            await book.record(market)
            return market
        await asyncio.sleep(pause)
    book.unreadable.begin(waypoint, NO_PRICES)
    raise MarketUnreadable(f"{waypoint}: {NO_PRICES}")


def _listed(place: Place, listing: Market) -> Place:
    return replace(
        place, imports=listing.imports, exports=listing.exports, exchange=listing.exchange, is_unlisted=False
    )


def _place(waypoint: Waypoint, listing: Market | None) -> Place:
    place = Place(
        waypoint=waypoint.symbol,
        x=waypoint.x,
        y=waypoint.y,
        type=waypoint.type,
        has_shipyard=waypoint.has_shipyard,
        is_unlisted=True,
    )
    return place if listing is None else _listed(place, listing)
