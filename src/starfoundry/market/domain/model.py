"""What is known of a market: the place itself for good, and each of its goods as it was last seen."""

from dataclasses import dataclass, replace
from datetime import datetime

from starfoundry.game.market_law.law import Curve, MarketStock
from starfoundry.game.model import Quote
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.market.domain.movement import Forecast, Movement

FUEL = Good("FUEL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A waypoint, known without being there. Coordinates are the system's own units.

    The three tuples name what its market uses up, makes and passes on; all empty when there is no market, and while
    `is_unlisted`: there is one, but what it trades could not be read yet.
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
        """Whether anything is traded here."""
        return bool(self.imports or self.exports or self.exchange)

    @property
    def sells_fuel(self) -> bool:
        """Whether a tank can be filled here. An importer of fuel is not counted on: it may have none."""
        return FUEL in self.exchange or FUEL in self.exports

    def trades(self, good: Good) -> bool:
        """Whether `good` is bought or sold here."""
        return good in self.imports or good in self.exports or good in self.exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One good at one market: the prices last known, when they were seen, and the curve they lie on.

    `seen_at` is when a ship of ours last read the market. Prices after trades of our own since then are computed
    along the curve and leave `seen_at` alone: a computed price is not a look. `movement` is what was learned of how the
    stock moves by itself; None where the market law does not explain the prices.
    """

    waypoint: WaypointSymbol
    quote: Quote
    seen_at: datetime
    curve: Curve
    movement: Movement | None = None

    def forecast(self, at: datetime) -> Forecast | None:
        """The stock at a later moment if nobody trades until then; None where the market law does not explain it."""
        if self.movement is None or not isinstance(self.curve, MarketStock):
            return None
        return self.movement.forecast(self.curve, self.seen_at.timestamp(), at.timestamp())

    def curve_at(self, at: datetime) -> Curve:
        """The price curve to expect at a later moment."""
        if self.movement is None or not isinstance(self.curve, MarketStock):
            return self.curve
        return self.curve.with_units(self.movement.expected_units(self.curve, self.seen_at.timestamp(), at.timestamp()))

    def after_purchase(self, units: int) -> "Sighting":
        """As it stands once we have bought `units` here."""
        return self._on(self.curve.after_purchase(units))

    def after_sale(self, units: int) -> "Sighting":
        """As it stands once we have sold `units` here."""
        return self._on(self.curve.after_sale(units))

    def _on(self, curve: Curve) -> "Sighting":
        quote = replace(self.quote, ask=curve.ask, bid=curve.bid, supply=curve.supply)
        return replace(self, quote=quote, curve=curve)
