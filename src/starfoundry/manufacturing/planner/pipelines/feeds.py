"""Trips that feed a factory: the best source of each input, and its maker fed too if the strategy says so."""

from collections.abc import Sequence
from dataclasses import dataclass

from starfoundry.config.domain.declarations.core_settings import PREFER_FABRICATE, SMART
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.reason import Reason
from starfoundry.kernel.supply import SupplyLevel, TradeKind
from starfoundry.manufacturing.domain.model import TaskKind
from starfoundry.manufacturing.planner.markets.offer import Offer
from starfoundry.manufacturing.planner.trips.eligibility import held_back, judge_in
from starfoundry.manufacturing.planner.trips.estimate import PROFIT_MIN, Prospect
from starfoundry.manufacturing.planner.trips.trades import TRIP_OVERHEAD_SECONDS
from starfoundry.manufacturing.planner.view import Journey, ShipView, View
from starfoundry.manufacturing.reasons import chains, trips


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One input of a chain: its source, the factory it feeds, and the expected result of one trip."""

    good: Good
    source: WaypointSymbol
    target: WaypointSymbol
    prospect: Prospect


class Feeds:
    """The best feed of every input of every factory in one view, for one ship; each is judged when first asked for.

    Several chains need the same one, if the makers of their inputs are fed too.
    """

    def __init__(self, view: View, hull: ShipView) -> None:
        self._view = view
        self._hull = hull
        self._known: dict[tuple[Good, WaypointSymbol], Feed | Reason] = {}

    def best(self, good: Good, factory: WaypointSymbol) -> Feed | Reason:
        """The best source of `good` for `factory`, or why there is none."""
        key = (good, factory)
        if key not in self._known:
            self._known[key] = _best_feed(self._view, self._hull, good, factory)
        return self._known[key]

    def supplies(self, inputs: Sequence[Good], factory: WaypointSymbol) -> tuple[Feed, ...] | Reason:
        """The trips that supply a factory with each of its inputs, or why there are none for one of them."""
        found: list[Feed] = []
        for item in inputs:
            supplied = self._supplied(item, factory)
            if isinstance(supplied, Reason):
                return supplied
            found += supplied
        return tuple(found)

    def _supplied(self, item: Good, factory: WaypointSymbol) -> list[Feed] | Reason:
        """The trips that supply `factory` with an input: bought, and made as well if the strategy says so.

        Or why there are none.
        """
        board, strategy = self._view.board, self._view.config.strategy
        if item in self._view.config.blocked_goods:
            return trips.blocked(item, self._view.config)
        bought = self.best(item, factory)
        if isinstance(bought, Feed):
            source = board.offer(bought.source, item)
            supply = source.supply if source is not None else None
            return [*(self._made(item, bought.source) if _is_short(supply, strategy) else []), bought]
        makers = [offer for offer in board.sources(item) if offer.quote.kind is TradeKind.EXPORT]
        for maker in sorted(makers, key=lambda offer: (offer.quote.ask, offer.waypoint)):
            made = self._made(item, maker.waypoint) if _is_short(maker.supply, strategy) else []
            if made:
                nothing_yet = Prospect(units=0, cost=0, revenue=0, fuel=0, seconds=0)
                return [*made, Feed(good=item, source=maker.waypoint, target=factory, prospect=nothing_yet)]
        return bought

    def _made(self, item: Good, maker: WaypointSymbol) -> list[Feed]:
        """The trips that feed the maker of an input, if they pay by themselves: deeper chains lost money (M)."""
        place = self._view.board.places.get(maker)
        if place is None:
            return []
        found = [self.best(part, maker) for part in self._view.recipes.inputs_of(item) if part in place.imports]
        return [feed for feed in found if isinstance(feed, Feed) and feed.prospect.profit >= PROFIT_MIN]


def inputs_to_feed(view: View, product: Offer) -> Sequence[Good] | Reason:
    """The inputs that a factory needs, or that it cannot be fed."""
    good = product.quote.good
    place = view.board.places.get(product.waypoint)
    inputs = view.recipes.inputs_of(good)
    if not inputs or place is None or any(item not in place.imports for item in inputs):
        return chains.recipe_unknown(good, product.waypoint)
    return inputs


def _is_short(supply: SupplyLevel | None, strategy: str) -> bool:
    """Whether the strategy makes an input of this supply: unless plentiful, only when short, or never."""
    enough = {PREFER_FABRICATE: SupplyLevel.HIGH, SMART: SupplyLevel.MODERATE}.get(strategy)
    return enough is not None and supply is not None and supply < enough


def _best_feed(view: View, hull: ShipView, good: Good, factory: WaypointSymbol) -> Feed | Reason:
    """The best source of `good` for `factory`, or why there is none."""
    sink = view.board.offer(factory, good)
    if sink is None:
        return trips.never_seen(good, factory)
    best: Feed | None = None
    refusal: Reason | None = None
    for source in view.board.sources(good):
        if source.waypoint == factory:
            continue
        held = held_back(view, TaskKind.ACQUIRE_DELIVER, source)
        journey = None if held else round_trip(view, hull, source.waypoint, factory)
        if journey is None:
            refusal = held or trips.out_of_reach(source.waypoint, factory)
            continue
        verdict = judge_in(view, TaskKind.ACQUIRE_DELIVER, source, sink, capacity=hull.capacity, journey=journey)
        if verdict.refusal is not None and verdict.prospect.units == 0:
            refusal = verdict.refusal
            continue
        if best is None or verdict.prospect.profit > best.prospect.profit:
            best = Feed(good=good, source=source.waypoint, target=factory, prospect=verdict.prospect)
    return best or refusal or chains.input_missing(good)


def round_trip(view: View, hull: ShipView, source: WaypointSymbol, sink: WaypointSymbol) -> Journey | None:
    """The journey there and back: a chain is judged by rounds, since the ship returns for the next."""
    there = view.travel(hull, source, sink)
    back = view.travel(hull, sink, source)
    if there is None or back is None:
        return None
    return Journey(there.seconds + back.seconds + TRIP_OVERHEAD_SECONDS, there.fuel + back.fuel)
