"""gRPC methods for known markets."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from starfoundry.kernel.errors import Missing
from starfoundry.kernel.ids import Good, PlayerId, WaypointSymbol, system_of
from starfoundry.kernel.instants import rfc3339
from starfoundry.kernel.moments import parse_moment
from starfoundry.kernel.ports import Clock, Gate
from starfoundry.market.domain.model import Place, Sighting
from starfoundry.market.domain.price_age import age_seconds, last_seen
from starfoundry.market.runtime.market_book import MarketBook
from starfoundry.wire import daemon_pb2 as wire

BookOf = Callable[[PlayerId], Awaitable[MarketBook]]


class MarketRpc:
    """ListMarkets, GetMarket and ListWaypoints, out of the book: asking costs the game no request."""

    def __init__(self, *, book_of: BookOf, clock: Clock, gate: Gate) -> None:
        self._book_of = book_of
        self._clock = clock
        self._gate = gate

    async def ListMarkets(self, request: wire.ListMarketsRequest, context: object) -> wire.ListMarketsResponse:
        """Every market of a system, by symbol, with prices where a ship has been."""
        player_id = await self._gate.admit(request.player_id, context)
        book = await self._book_of(player_id)
        good = Good(request.good.upper())
        now = self._clock.now()
        after = parse_moment(request.seen_after, field="seen_after").resolve(now) if request.seen_after else None
        sightings = book.sightings()
        seen = last_seen(sightings)
        there: dict[WaypointSymbol, list[Sighting]] = {}
        for sighting in sightings:
            if not good or sighting.quote.good == good:
                there.setdefault(sighting.waypoint, []).append(sighting)
        markets = [
            place
            for place in book.places()
            if place.has_market
            and (not request.system or system_of(place.waypoint) == request.system)
            and (not good or place.trades(good))
            and (after is None or (place.waypoint in seen and seen[place.waypoint] > after))
        ]
        return wire.ListMarketsResponse(
            markets=[
                _market(book, place, there.get(place.waypoint, []), seen.get(place.waypoint), now) for place in markets
            ]
        )

    async def GetMarket(self, request: wire.GetMarketRequest, context: object) -> wire.Market:
        """One market with every good that it was seen to trade."""
        player_id = await self._gate.admit(request.player_id, context)
        book = await self._book_of(player_id)
        waypoint = WaypointSymbol(request.waypoint.upper())
        place = book.place(waypoint)
        if place is None or not place.has_market:
            raise Missing(f"no market is known at {request.waypoint!r}; `spacetraders market list` shows them")
        seen_at = last_seen(book.sightings()).get(waypoint)
        there = [sighting for sighting in book.sightings() if sighting.waypoint == waypoint]
        return _market(book, place, there, seen_at, self._clock.now())

    async def ListWaypoints(self, request: wire.ListWaypointsRequest, context: object) -> wire.ListWaypointsResponse:
        """Every place that is known of a system, by symbol."""
        player_id = await self._gate.admit(request.player_id, context)
        places = (await self._book_of(player_id)).places()
        system = request.system.upper()
        return wire.ListWaypointsResponse(
            waypoints=[_waypoint(place) for place in places if not system or system_of(place.waypoint) == system],
            systems=sorted({system_of(place.waypoint) for place in places}),
        )


def _waypoint(place: Place) -> wire.Waypoint:
    return wire.Waypoint(
        waypoint=place.waypoint,
        type=place.type,
        x=place.x,
        y=place.y,
        has_market=place.has_market or place.is_unlisted,
        has_shipyard=place.has_shipyard,
    )


def _market(
    book: MarketBook, place: Place, sightings: list[Sighting], seen_at: datetime | None, now: datetime
) -> wire.Market:
    return wire.Market(
        waypoint=place.waypoint,
        observed_at=rfc3339(seen_at),
        age_seconds=int(age_seconds(seen_at, now)) if seen_at else 0,
        goods=[_good(sighting) for sighting in sightings],
        imports=place.imports,
        exports=place.exports,
        exchange=place.exchange,
        unreadable=book.unreadable.reason(place.waypoint),
    )


def _good(sighting: Sighting) -> wire.TradeGood:
    quote = sighting.quote
    return wire.TradeGood(
        good=quote.good,
        type=quote.kind.value,
        supply=quote.supply.name if quote.supply is not None else "",
        activity=quote.activity.value if quote.activity is not None else "",
        trade_volume=quote.trade_volume,
        ask=quote.ask,
        bid=quote.bid,
    )
