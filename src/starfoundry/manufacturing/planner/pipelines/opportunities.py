"""Chains worth opening: output that can be collected now, and output whose factory must be fed first."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.game.model import Quote
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.reason import Reason
from starfoundry.kernel.supply import SupplyLevel, TradeKind
from starfoundry.manufacturing.domain.model import PipelineKind, TaskKind
from starfoundry.manufacturing.planner.markets.offer import Offer
from starfoundry.manufacturing.planner.pipelines.chain_bounds import Pace
from starfoundry.manufacturing.planner.pipelines.feeds import Feed, Feeds, inputs_to_feed, round_trip
from starfoundry.manufacturing.planner.trips.eligibility import judge_in, too_old
from starfoundry.manufacturing.planner.trips.estimate import Prospect, filled_to
from starfoundry.manufacturing.planner.trips.readiness import TaskReadinessSpecification
from starfoundry.manufacturing.planner.view import ShipView, View
from starfoundry.manufacturing.reasons import chains, trips
from starfoundry.market.domain.model import Sighting

KINDS = (PipelineKind.COLLECTION, PipelineKind.FABRICATION)
"""The kinds of chains that are searched."""


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
    found = [_paying_at(view, hull, each, feeds) for each in _outputs(view, kinds)]
    return _ranked(chance for chance in found if chance is not None)


def best_fabrication(view: View, hull: ShipView, feeds: Feeds, least: float) -> Opportunity | None:
    """The first fabrication of `paying_chains`; None if it promises less than `least` credits an hour.

    Only those that may reach that are estimated: hardly ever does one, while this is asked at nearly every turn.
    """
    pace = Pace(view, hull, least)
    found = [
        chance
        for product in _outputs(view, (PipelineKind.FABRICATION,))
        if _may_reach(view, pace, product)
        and (chance := _paying_at(view, hull, product, feeds)) is not None
        and chance.per_hour >= least
    ]
    return next(iter(_ranked(found)), None)


def _may_reach(view: View, pace: Pace, product: Offer) -> bool:
    """Whether a fabrication of this output may reach a pace."""
    sinks = _sinks(view, product)
    inputs = view.recipes.inputs_of(product.quote.good)
    return not isinstance(sinks, Reason) and pace.may_reach(_filled(view, product), sinks, inputs)


def _outputs(view: View, kinds: Container[PipelineKind]) -> Iterator[Offer]:
    """The outputs of factories at which a chain of these kinds would begin, without those where none is opened now."""
    but = _taken(view)
    for each in view.board.seen():
        if (
            _is_made(each)
            and (each.waypoint, each.quote.good) not in but
            and _kind_of(view.config, each.quote) in kinds
            and each.quote.good not in view.config.blocked_goods
        ):
            yield view.board.offer_seen(each)


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
    inputs = inputs_to_feed(view, product)
    if isinstance(inputs, Reason):
        return inputs
    supplies = feeds.supplies(inputs, product.waypoint)
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
        inputs = inputs_to_feed(view, product)
        supplies = inputs if isinstance(inputs, Reason) else feeds.supplies(inputs, product.waypoint)
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


def _fed(view: View, hull: ShipView, product: Offer, sinks: Sequence[Offer], supplies: tuple[Feed, ...]) -> Opportunity:
    """The chain that feeds a factory until its output may be collected."""
    return _best(view, hull, PipelineKind.FABRICATION, product, _filled(view, product), sinks, supplies)


def _filled(view: View, product: Offer) -> Offer:
    """The output of a factory that was fed until it may be collected."""
    needed = view.config.for_good(product.quote.good).collect_min_start_supply
    return product.with_curve(filled_to(product.curve, needed))


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
        journey = round_trip(view, hull, source.waypoint, sink.waypoint)
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
