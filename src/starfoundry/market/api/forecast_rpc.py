"""The gRPC method for market forecasts: each good's stock at a later time, its next step, and what restricts it."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

from starfoundry.game.market_law.law import MarketStock
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.kernel.ids import Good, PlayerId, WaypointSymbol
from starfoundry.kernel.instants import rfc3339
from starfoundry.kernel.nearest import whole_name
from starfoundry.kernel.ports import Clock, Gate
from starfoundry.market.domain.model import Sighting
from starfoundry.market.domain.price_age import last_seen
from starfoundry.market.domain.restriction import restriction_of
from starfoundry.market.runtime.market_book import MarketBook
from starfoundry.wire import daemon_pb2 as wire

BookOf = Callable[[PlayerId], Awaitable[MarketBook]]
Inputs = Mapping[Good, tuple[Good, ...]]
InputsOf = Callable[[PlayerId], Awaitable[Inputs]]

SECONDS_MAX = 2 * 86_400
"""Two days: by then every stock without trades has come to rest."""


class MarketForecastRpc:
    """ForecastMarket, from what was learned of the market; it needs no request to the game."""

    def __init__(self, *, book_of: BookOf, inputs_of: InputsOf, clock: Clock, gate: Gate) -> None:
        self._book_of = book_of
        self._inputs_of = inputs_of
        self._clock = clock
        self._gate = gate

    async def ForecastMarket(self, request: wire.ForecastMarketRequest, context: object) -> wire.MarketForecast:
        """The expected stock of every good of one market. Raises Missing, or Refused for a time out of range."""
        player_id = await self._gate.admit(request.player_id, context)
        if not 0 <= request.seconds <= SECONDS_MAX:
            raise Refused.of("seconds", request.seconds, f"from 0 to {SECONDS_MAX}")
        book = await self._book_of(player_id)
        named = whole_name(request.waypoint, [place.waypoint for place in book.places()])
        waypoint = WaypointSymbol(named or request.waypoint.upper())
        goods = [sighting for sighting in book.sightings() if sighting.waypoint == waypoint]
        if not goods:
            raise Missing(
                f"no prices are known at {request.waypoint!r}; `spacetraders market list` shows where some are"
            )
        inputs = await self._inputs_of(player_id)
        at = self._clock.now() + timedelta(seconds=request.seconds)
        return wire.MarketForecast(
            waypoint=waypoint,
            observed_at=rfc3339(last_seen(goods).get(waypoint)),
            at=rfc3339(at),
            goods=[_good(sighting, goods, inputs, book.found_bases(), at) for sighting in goods],
        )


def _good(
    sighting: Sighting, market: list[Sighting], inputs: Inputs, bases: Mapping[Good, int], at: datetime
) -> wire.GoodForecast:
    quote, curve = sighting.quote, sighting.curve
    shown = wire.GoodForecast(
        good=quote.good,
        type=quote.kind.value,
        supply=quote.supply.name if quote.supply is not None else "",
        activity=quote.activity.value if quote.activity is not None else "",
        trade_volume=quote.trade_volume,
        base_price_found=quote.good in bases,
    )
    restriction = restriction_of(sighting, market, inputs)
    if restriction is not None:
        shown.restriction = restriction.sentence()
    movement, forecast = sighting.movement, sighting.forecast(at)
    if forecast is None or movement is None or not isinstance(curve, MarketStock):
        return shown
    expected = curve.with_units(forecast.units)
    shown.is_explained = True
    shown.base_price = curve.base
    shown.stock, shown.stock_expected = curve.units, forecast.units
    shown.stock_low, shown.stock_high = forecast.low, forecast.high
    shown.supply_expected = forecast.supply.name
    shown.ask_expected, shown.bid_expected = expected.ask, expected.bid
    shown.step, shown.steps_seen = movement.step_now, movement.steps_seen
    if movement.ticks is not None:
        low, high = movement.ticks.first_after(sighting.seen_at.timestamp())
        shown.next_step_from = rfc3339(datetime.fromtimestamp(low, UTC))
        shown.next_step_until = rfc3339(datetime.fromtimestamp(high, UTC))
    return shown
