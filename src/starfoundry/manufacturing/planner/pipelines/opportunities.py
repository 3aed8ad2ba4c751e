"""Chains worth opening: output that can be collected now, and output whose factory must be fed first."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace

from starfoundry.config.domain.declarations.core_settings import PREFER_FABRICATE, SMART
from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.game.model import Quote
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.reason import Reason
from starfoundry.kernel.supply import SupplyLevel, TradeKind
from starfoundry.manufacturing.domain.model import PipelineKind, TaskKind
from starfoundry.manufacturing.planner.markets.offer import Offer
from starfoundry.manufacturing.planner.trips.eligibility import held_back, judge_in, too_old
from starfoundry.manufacturing.planner.trips.estimate import PROFIT_MIN, Prospect, filled_to
from starfoundry.manufacturing.planner.trips.readiness import TaskReadinessSpecification
from starfoundry.manufacturing.planner.trips.trades import TRIP_OVERHEAD_SECONDS
from starfoundry.manufacturing.planner.view import Journey, ShipView, View
from starfoundry.manufacturing.reasons import chains, trips
from starfoundry.market.domain.model import Sighting

KINDS = (PipelineKind.COLLECTION, PipelineKind.FABRICATION)
"""The kinds of chains that are searched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One input of a chain: its source, the factory it feeds, and the expected result of one trip."""

    good: Good
    source: WaypointSymbol
    target: WaypointSymbol
    prospect: Prospect


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """A chain that might be opened. `refusal` says why it is not; None if it may be."""

    kind: PipelineKind
    good: Good
    factory: WaypointSymbol
    sell_market: WaypointSymbol
    supply: SupplyLevel | None
    ask: int
    bid: int
    prospect: Prospect
    age: float
    feeds: tuple[Feed, ...] = ()
    refusal: Reason | None = None

    @property
    def profit(self) -> int:
        """Credits of one round: every feeding trip once, and the collection."""
        return self.prospect.profit + sum(feed.prospect.profit for feed in self.feeds)

    @property
    def per_hour(self) -> int:
        """Credits an hour of ship time over the whole round."""
        seconds = self.prospect.seconds + sum(feed.prospect.seconds for feed in self.feeds)
        return int(self.profit * 3600 / max(1.0, seconds))


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


def opportunities(view: View, hull: ShipView) -> list[Opportunity]:
    """Every chain in the known markets, best first, those that are refused last; `hull` is the ship used for estimates.

    A factory whose output meets the collect start level is a COLLECTION; one below it is a FABRICATION if all its
    inputs can be bought. Both need a product that sells for at least the minimum purchase price.
    """
    feeds = Feeds(view, hull)
    found = [chain_at(view, hull, view.board.offer_seen(each), feeds) for each in view.board.seen() if _is_made(each)]
    return _ranked(chance for chance in found if isinstance(chance, Opportunity))


def paying_chains(view: View, hull: ShipView, kinds: Container[PipelineKind], feeds: Feeds) -> list[Opportunity]:
    """The chains of these kinds that are not refused, best first, without those that are open or were just given up.

    A refused one is left as soon as that is known: this is asked at every turn, when nobody reads why.
    """
    but = _taken(view)
    found = [
        _paying_at(view, hull, view.board.offer_seen(each), feeds)
        for each in view.board.seen()
        if _is_made(each)
        and (each.waypoint, each.quote.good) not in but
        and _kind_of(view.config, each.quote) in kinds
        and each.quote.good not in view.config.blocked_goods
    ]
    return _ranked(chance for chance in found if chance is not None)


def _is_made(sighting: Sighting) -> bool:
    """Whether it is the output of a factory."""
    return sighting.quote.kind is TradeKind.EXPORT


def _ranked(chances: Iterable[Opportunity]) -> list[Opportunity]:
    return sorted(chances, key=lambda o: (o.refusal is not None, -o.per_hour, o.good, o.factory, o.kind.value))


def _taken(view: View) -> frozenset[tuple[object, Good]]:
    """Factories and their outputs for which a chain is open or was given up a moment ago: none is opened there."""
    return frozenset({(pipeline.factory, pipeline.good) for pipeline in view.active(*KINDS)} | view.cooling.keys())


def _kind_of(config: ManufacturingConfig, output: Quote) -> PipelineKind:
    """The kind of chain that would begin at a factory with this output."""
    readiness = TaskReadinessSpecification(config)
    if readiness.can_start(TaskKind.COLLECT_SELL, output.supply, output.good):
        return PipelineKind.COLLECTION
    return PipelineKind.FABRICATION


def chain_at(view: View, hull: ShipView, product: Offer, feeds: Feeds) -> Opportunity | Reason:
    """The chain for a factory's output, or why it is not considered."""
    good = product.quote.good
    sinks = _sinks(view, product)
    if isinstance(sinks, Reason):
        return sinks
    if good in view.config.blocked_goods:
        lift = _best(view, hull, PipelineKind.COLLECTION, product, product, sinks, ())
        return _refused(lift, trips.blocked(good, view.config))
    if _kind_of(view.config, product.quote) is PipelineKind.COLLECTION:
        return _best(view, hull, PipelineKind.COLLECTION, product, product, sinks, ())
    inputs = _inputs(view, product)
    if isinstance(inputs, Reason):
        return inputs
    supplies = _supplies(view, inputs, product.waypoint, feeds)
    if isinstance(supplies, Reason):
        return _refused(_fed(view, hull, product, sinks, ()), supplies)
    return _fed(view, hull, product, sinks, supplies)


def _paying_at(view: View, hull: ShipView, product: Offer, feeds: Feeds) -> Opportunity | None:
    """The chain for a factory's output as of `chain_at` if it is not refused; its good is not blocked."""
    sinks = () if too_old(view, product) else _sinks(view, product)
    if not sinks or isinstance(sinks, Reason):
        return None
    if _kind_of(view.config, product.quote) is PipelineKind.COLLECTION:
        chance = _best(view, hull, PipelineKind.COLLECTION, product, product, sinks, ())
    else:
        inputs = _inputs(view, product)
        supplies = inputs if isinstance(inputs, Reason) else _supplies(view, inputs, product.waypoint, feeds)
        if isinstance(supplies, Reason):
            return None
        chance = _fed(view, hull, product, sinks, supplies)
    return chance if chance.refusal is None else None


def _sinks(view: View, product: Offer) -> list[Offer] | Reason:
    """The markets for which the product may be made, or why there is none."""
    good = product.quote.good
    others = [sink for sink in view.board.sinks(good) if sink.waypoint != product.waypoint]
    if not others:
        return trips.no_buyer(good)
    fresh = [sink for sink in others if not too_old(view, sink)]
    if not fresh:
        return _too_old(view, min(others, key=lambda sink: sink.age))
    least = view.config.for_good(good).min_purchase_price
    dear = [sink for sink in fresh if sink.quote.bid >= least]
    return dear or chains.sells_too_cheap(good, max(sink.quote.bid for sink in fresh), least)


def _inputs(view: View, product: Offer) -> Sequence[Good] | Reason:
    """The inputs that a factory needs, or that it cannot be fed."""
    good = product.quote.good
    place = view.board.places.get(product.waypoint)
    inputs = view.recipes.inputs_of(good)
    if not inputs or place is None or any(item not in place.imports for item in inputs):
        return chains.recipe_unknown(good, product.waypoint)
    return inputs


def _supplies(view: View, inputs: Sequence[Good], factory: WaypointSymbol, feeds: Feeds) -> tuple[Feed, ...] | Reason:
    """The trips that supply a factory with each of its inputs, or why there are none for one of them."""
    found: list[Feed] = []
    for item in inputs:
        supplied = _supplied(view, item, factory, feeds)
        if isinstance(supplied, Reason):
            return supplied
        found += supplied
    return tuple(found)


def _fed(view: View, hull: ShipView, product: Offer, sinks: Sequence[Offer], supplies: tuple[Feed, ...]) -> Opportunity:
    """The chain that feeds a factory until its output may be collected."""
    filled = filled_to(product.curve, view.config.for_good(product.quote.good).collect_min_start_supply)
    return _best(view, hull, PipelineKind.FABRICATION, product, product.with_curve(filled), sinks, supplies)


def _supplied(view: View, item: Good, factory: WaypointSymbol, feeds: Feeds) -> list[Feed] | Reason:
    """The trips that supply `factory` with an input: bought, and made as well if the strategy says so.

    Or why there are none.
    """
    if item in view.config.blocked_goods:
        return trips.blocked(item, view.config)
    bought = feeds.best(item, factory)
    if isinstance(bought, Feed):
        source = view.board.offer(bought.source, item)
        supply = source.supply if source is not None else None
        made = _made(view, item, bought.source, feeds) if _is_short(supply, view.config.strategy) else []
        return [*made, bought]
    makers = [offer for offer in view.board.sources(item) if offer.quote.kind is TradeKind.EXPORT]
    for maker in sorted(makers, key=lambda offer: (offer.quote.ask, offer.waypoint)):
        made = _made(view, item, maker.waypoint, feeds) if _is_short(maker.supply, view.config.strategy) else []
        if made:
            nothing_yet = Prospect(units=0, cost=0, revenue=0, fuel=0, seconds=0)
            return [*made, Feed(good=item, source=maker.waypoint, target=factory, prospect=nothing_yet)]
    return bought


def _is_short(supply: SupplyLevel | None, strategy: str) -> bool:
    """Whether the strategy makes an input of this supply: unless plentiful, only when short, or never."""
    enough = {PREFER_FABRICATE: SupplyLevel.HIGH, SMART: SupplyLevel.MODERATE}.get(strategy)
    return enough is not None and supply is not None and supply < enough


def _made(view: View, item: Good, maker: WaypointSymbol, feeds: Feeds) -> list[Feed]:
    """The trips that feed the maker of an input; only those that pay by themselves: deeper chains lost money (M)."""
    place = view.board.places.get(maker)
    if place is None:
        return []
    found = [feeds.best(part, maker) for part in view.recipes.inputs_of(item) if part in place.imports]
    return [feed for feed in found if isinstance(feed, Feed) and feed.prospect.profit >= PROFIT_MIN]


def _best_feed(view: View, hull: ShipView, good: Good, factory: WaypointSymbol) -> Feed | Reason:
    """The best source of `good` for `factory`, or why there is none."""
    sink = view.board.offer(factory, good)
    if sink is None:
        return trips.never_seen(good, factory)
    best: Feed | None = None
    refusal = chains.input_missing(good)
    for source in view.board.sources(good):
        if source.waypoint == factory:
            continue
        held = held_back(view, TaskKind.ACQUIRE_DELIVER, source)
        journey = _journey(view, hull, source.waypoint, factory)
        if held or journey is None:
            refusal = held or trips.out_of_reach(source.waypoint, factory)
            continue
        verdict = judge_in(view, TaskKind.ACQUIRE_DELIVER, source, sink, capacity=hull.capacity, journey=journey)
        if verdict.refusal is not None and verdict.prospect.units == 0:
            refusal = verdict.refusal
            continue
        if best is None or verdict.prospect.profit > best.prospect.profit:
            best = Feed(good=good, source=source.waypoint, target=factory, prospect=verdict.prospect)
    return best if best is not None else refusal


def _best(
    view: View,
    hull: ShipView,
    kind: PipelineKind,
    product: Offer,
    source: Offer,
    sinks: Sequence[Offer],
    feeds: tuple[Feed, ...],
) -> Opportunity:
    """The opportunity with the sink that pays best for a trip's time."""
    best: Opportunity | None = None
    for sink in sinks:
        journey = _journey(view, hull, source.waypoint, sink.waypoint)
        if journey is None:
            continue
        verdict = judge_in(view, TaskKind.COLLECT_SELL, source, sink, capacity=hull.capacity, journey=journey)
        refusal = verdict.refusal or (_too_old(view, product) if too_old(view, product) else None)
        option = Opportunity(
            kind=kind,
            good=product.quote.good,
            factory=product.waypoint,
            sell_market=sink.waypoint,
            supply=product.supply,
            ask=product.quote.ask,
            bid=sink.quote.bid,
            prospect=verdict.prospect,
            age=max(product.age, sink.age),
            feeds=feeds,
            refusal=refusal,
        )
        if best is None or (option.refusal is None, option.per_hour) > (best.refusal is None, best.per_hour):
            best = option
    if best is not None:
        if best.refusal is not None or best.profit > 0:
            return best
        return _refused(best, chains.round_loses(best.profit))
    return Opportunity(
        kind=kind,
        good=product.quote.good,
        factory=product.waypoint,
        sell_market=sinks[0].waypoint,
        supply=product.supply,
        ask=product.quote.ask,
        bid=sinks[0].quote.bid,
        prospect=Prospect(units=0, cost=0, revenue=0, fuel=0, seconds=0),
        age=product.age,
        refusal=trips.out_of_reach(product.waypoint, sinks[0].waypoint),
    )


def _too_old(view: View, offer: Offer) -> Reason:
    return trips.not_seen_lately(offer.quote.good, offer.waypoint, offer.age, view.config)


def _refused(opportunity: Opportunity, refusal: Reason) -> Opportunity:
    return replace(opportunity, refusal=refusal)


def _journey(view: View, hull: ShipView, source: WaypointSymbol, sink: WaypointSymbol) -> Journey | None:
    """The journey there and back: a chain is judged by rounds, since the ship returns for the next."""
    there = view.travel(hull, source, sink)
    back = view.travel(hull, sink, source)
    if there is None or back is None:
        return None
    return Journey(there.seconds + back.seconds + TRIP_OVERHEAD_SECONDS, there.fuel + back.fuel)
