"""Whether a chain could earn so many credits an hour, by present prices alone: found much faster than an estimate.

A trip is ahead of a pace by what it earns beyond that many credits an hour, and a round reaches the pace if its trips
together are ahead of it. No unit of a trip gains more than the first: a purchase raises the ask, a sale lowers the bid.
So a trip is ahead by at most

    ahead = (bid - ask) x hold - fuel - pace x hours
"""

import math
from collections.abc import Iterable, Iterator, Sequence

from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.manufacturing.planner.markets.offer import Offer
from starfoundry.manufacturing.planner.pipelines.feeds import round_trip
from starfoundry.manufacturing.planner.view import ShipView, View

_SLACK = 1.0  # credits: an estimate is rounded, and divides where this multiplies


class Pace:
    """A pace in credits an hour, for the chains in one view with one ship."""

    def __init__(self, view: View, hull: ShipView, per_hour: float) -> None:
        self._view = view
        self._hull = hull
        self._per_second = per_hour / 3600
        self._feeding: dict[tuple[Good, WaypointSymbol], float] = {}

    def may_reach(self, product: Offer, sinks: Iterable[Offer], inputs: Sequence[Good]) -> bool:
        """Whether a round may reach it that feeds the inputs of a factory, and sells `product` at one of the sinks.

        `product` is the output of the factory once it was fed.
        """
        selling = max((self._ahead(product, sink) for sink in sinks), default=-math.inf)
        feeding = sum(self._supplying(item, product.waypoint) for item in inputs)
        return selling + feeding + _SLACK >= 0

    def _supplying(self, item: Good, factory: WaypointSymbol) -> float:
        """The most by which the trips for one input are ahead: those that bring it, and those that feed its makers.

        There is at least one of them, and the others need not be.
        """
        trips = [self._feed(item, factory), *self._making(item)]
        return sum(ahead for ahead in trips if ahead > 0) or max(trips)

    def _making(self, item: Good) -> Iterator[float]:
        """The most by which each trip that feeds a maker of an input is ahead."""
        for part in self._view.recipes.inputs_of(item):
            for maker in self._view.board.sources(item):
                yield self._feed(part, maker.waypoint)

    def _feed(self, good: Good, factory: WaypointSymbol) -> float:
        """The most by which a trip that feeds a factory with a good is ahead."""
        key = (good, factory)
        if key not in self._feeding:
            sink, sources = self._view.board.offer(factory, good), self._view.board.sources(good)
            ahead = [] if sink is None else [self._ahead(source, sink) for source in sources]
            self._feeding[key] = max(ahead, default=-math.inf)
        return self._feeding[key]

    def _ahead(self, source: Offer, sink: Offer) -> float:
        """The most by which a trip between two markets is ahead; without end behind if there is no way."""
        journey = round_trip(self._view, self._hull, source.waypoint, sink.waypoint)
        if journey is None or source.waypoint == sink.waypoint:
            return -math.inf
        gain = max(0, sink.curve.bid - source.curve.ask) * self._hull.capacity
        return gain - journey.fuel - self._per_second * journey.seconds
