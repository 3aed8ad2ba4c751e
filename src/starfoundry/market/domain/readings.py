"""Interpretation of market readings: base prices of this universe, and each good's stock, steepness and movement."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from starfoundry.game.market_law.base_prices import READINGS_MAX, infer_base, is_explained
from starfoundry.game.market_law.law import Curve, LocalFit, MarketStock, curve_of, read_stock
from starfoundry.game.model import Quote
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.market.domain.model import Sighting
from starfoundry.market.domain.movement import Movement, initial_movement, learn, restored, with_activity
from starfoundry.market.domain.tick_period import TickPeriod

_Key = tuple[WaypointSymbol, Good]


@dataclass(slots=True)
class Interpreter:
    """Facts learned from readings of one player's markets that outlive a single reading.

    `bases` holds base prices in credits found in this universe for goods whose prices the known ones do not
    explain. A steepness is kept only for its trade volume: the server draws a new one when a volume grows.
    """

    bases: dict[Good, int] = field(default_factory=dict)
    period: TickPeriod = field(default_factory=TickPeriod)
    _steepness: dict[_Key, tuple[int, int]] = field(default_factory=dict)
    _quotes: dict[Good, tuple[Quote, ...]] = field(default_factory=dict)
    _restored: set[_Key] = field(default_factory=set)

    def read(self, waypoint: WaypointSymbol, quote: Quote, seen_at: datetime, before: Sighting | None) -> Sighting:
        """The sighting for one quote, given the sighting that it replaces."""
        self._learn_base(quote)
        curve = self._curve(waypoint, quote)
        movement = self._movement(waypoint, quote, seen_at, curve, before)
        return Sighting(waypoint=waypoint, quote=quote, seen_at=seen_at, curve=curve, movement=movement)

    def restore(self, waypoint: WaypointSymbol, quote: Quote, seen_at: datetime, movement: object) -> Sighting:
        """The sighting of an earlier run, with its stored movement."""
        sighting = self.read(waypoint, quote, seen_at, None)
        if sighting.movement is None or movement is None:
            return sighting
        known = restored(quote.kind, quote.activity, movement)
        if known.ticks is not None:
            self.period = replace(self.period, seconds=known.period)
        self._restored.add((waypoint, quote.good))
        return replace(sighting, movement=known)

    def reread(self, sighting: Sighting) -> Sighting:
        """The same sighting with the base price known now.

        A sighting whose prices were computed after the player's own trades is left unchanged: it is not a
        reading.
        """
        if isinstance(sighting.curve, LocalFit) and sighting.curve.moved:
            return sighting
        curve = self._curve(sighting.waypoint, sighting.quote)
        movement = self._movement(sighting.waypoint, sighting.quote, sighting.seen_at, curve, None)
        return replace(sighting, curve=curve, movement=movement)

    def _bases_of(self, good: Good) -> tuple[int, ...] | None:
        return (self.bases[good],) if good in self.bases else None

    def _learn_base(self, quote: Quote) -> None:
        """Keep the quote for its good, and infer the base price again if the current one does not explain it."""
        kept = self._quotes.get(quote.good, ())
        prices = replace(quote, activity=None)  # the same prices under another activity are no further evidence
        if prices in kept:
            return
        self._quotes[quote.good] = (*kept, prices)[-READINGS_MAX:]
        if is_explained(quote, self._bases_of(quote.good)):
            return
        base = infer_base(quote.good, self._quotes[quote.good])
        if base is not None:
            self.bases[quote.good] = base

    def _curve(self, waypoint: WaypointSymbol, quote: Quote) -> Curve:
        key = (waypoint, quote.good)
        volume, steepness = self._steepness.get(key, (0, 0))
        known = steepness if volume == quote.trade_volume else None
        reading = read_stock(quote, steepness=known, bases=self._bases_of(quote.good))
        if reading is None:
            return curve_of(quote, bases=self._bases_of(quote.good))
        if reading.exact:
            self._steepness[key] = (quote.trade_volume, reading.stock.steepness)
        return reading.stock

    def _movement(
        self, waypoint: WaypointSymbol, quote: Quote, seen_at: datetime, curve: Curve, before: Sighting | None
    ) -> Movement | None:
        if not isinstance(curve, MarketStock):
            return None
        if before is None or before.movement is None or not isinstance(before.curve, MarketStock):
            return initial_movement(quote.kind, quote.activity, self.period.seconds)
        known = before.movement
        if known.period != self.period.seconds:
            known = replace(known, period=self.period.seconds)
        key = (waypoint, quote.good)
        if key in self._restored:  # trades of an earlier run after its last look are unknown
            self._restored.discard(key)
            return with_activity(known, quote.activity)
        learned = learn(known, before.curve, before.seen_at.timestamp(), curve, seen_at.timestamp())
        self.period = self.period.learn(known, learned)
        return with_activity(learned, quote.activity)
