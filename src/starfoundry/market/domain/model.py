"""Known markets: the waypoints, and each good as it was last seen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from starfoundry.game.market_law.law import Curve, MarketStock
from starfoundry.game.model import Quote
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.market.domain.movement import Forecast, Movement

FUEL = Good("FUEL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A waypoint as known from a distance. Coordinates are the system's own units.

    The three tuples name the goods that its market imports, exports and exchanges. All are empty if there is no
    market, and while `is_unlisted`: there is one, but its goods could not be read yet.
    """

    waypoint: WaypointSymbol
    x: int
    y: int
    type: str
    imports: tuple[Good, ...] = ()
    exports: tuple[Good, ...] = ()
    exchange: tuple[Good, ...] = ()
    has_shipyard: bool = False
    is_unlisted: bool = False

    @property
    def has_market(self) -> bool:
        """Whether it has a market."""
        return bool(self.imports or self.exports or self.exchange)

    @property
    def sells_fuel(self) -> bool:
        """Whether ships can refuel here. Importers of fuel do not count: they may have none."""
        return FUEL in self.exchange or FUEL in self.exports

    def trades(self, good: Good) -> bool:
        """Whether `good` is bought or sold here."""
        return good in self.imports or good in self.exports or good in self.exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One good at one market: its last known prices, when they were seen, and their price curve.

    `seen_at` is when a ship last read the market. Prices after the player's own trades since then are computed from
    the curve and do not change `seen_at`. `movement` is what was learned of the stock's own steps; None if the
    market law does not explain the prices.
    """

    waypoint: WaypointSymbol
    quote: Quote
    seen_at: datetime
    curve: Curve
    movement: Movement | None = None

    def forecast(self, at: datetime) -> Forecast | None:
        """The stock at a later time if nobody trades until then; None if the market law does not explain it."""
        if self.movement is None or not isinstance(self.curve, MarketStock):
            return None
        return self.movement.forecast(self.curve, self.seen_at.timestamp(), at.timestamp())

    def curve_at(self, at: datetime) -> Curve:
        """The expected price curve at a later time."""
        if self.movement is None or not isinstance(self.curve, MarketStock):
            return self.curve
        return self.curve.with_units(self.movement.expected_units(self.curve, self.seen_at.timestamp(), at.timestamp()))

    def after_purchase(self, units: int) -> "Sighting":
        """The good after the player has bought `units` here."""
        return self._on(self.curve.after_purchase(units))

    def after_sale(self, units: int) -> "Sighting":
        """The good after the player has sold `units` here."""
        return self._on(self.curve.after_sale(units))

    def _on(self, curve: Curve) -> "Sighting":
        quote = replace(self.quote, ask=curve.ask, bid=curve.bid, supply=curve.supply)
        return replace(self, quote=quote, curve=curve)


def by_good(sightings: Iterable[Sighting]) -> Mapping[Good, Sequence[Sighting]]:
    """The sightings of each good, in their order."""
    grouped: dict[Good, list[Sighting]] = {}
    for sighting in sightings:
        grouped.setdefault(sighting.quote.good, []).append(sighting)
    return {good: tuple(each) for good, each in grouped.items()}
