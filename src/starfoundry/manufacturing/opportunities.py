"""Chains worth opening: what is already made and waits to be lifted, and what must be fed first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from starfoundry.config.design import PREFER_FABRICATE, SMART
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.supply import SupplyLevel, TradeKind
from starfoundry.manufacturing.estimate import PROFIT_MIN, Prospect, Trade, filled_to, judge_purchase
from starfoundry.manufacturing.gates import held_back, too_old
from starfoundry.manufacturing.model import PipelineKind, TaskKind
from starfoundry.manufacturing.readiness import TaskReadinessSpecification
from starfoundry.manufacturing.view import Hull, Journey, Offer, View

TRIP_OVERHEAD_SECONDS = 30
"""Docking, reading and trading at both ends, about fifteen requests at two a second between them (M)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One input of a chain: where it is bought, which factory it feeds, and what one trip with it promises."""

    good: Good
    source: WaypointSymbol
    target: WaypointSymbol
    prospect: Prospect


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """A chain that might be opened. `refusal` says why it is not, with numbers; empty when it may be."""

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
    refusal: str = ""

    @property
    def profit(self) -> int:
        """Credits of one round: every feeding trip once, and the lift."""
        return self.prospect.profit + sum(feed.prospect.profit for feed in self.feeds)

    @property
    def per_hour(self) -> int:
        """Credits an hour of ship time over the whole round."""
        seconds = self.prospect.seconds + sum(feed.prospect.seconds for feed in self.feeds)
        return int(self.profit * 3600 / max(1.0, seconds))


def opportunities(
    view: View, hull: Hull, kinds: Sequence[PipelineKind] = (PipelineKind.COLLECTION, PipelineKind.FABRICATION)
) -> list[Opportunity]:
    """Every chain of these kinds the markets show, best first; `hull` is the ship that promises are reckoned for.

    A factory whose output meets the collect start level is a COLLECTION; one below it is a FABRICATION when all its
    inputs can be bought. Both need a product that sells for at least the minimum purchase price.
    """
    found = [opportunity for offer in view.board.exports() for opportunity in _of_factory(view, hull, offer, kinds)]
    return sorted(found, key=lambda o: (bool(o.refusal), -o.per_hour, o.good, o.factory, o.kind.value))


def _of_factory(view: View, hull: Hull, product: Offer, kinds: Sequence[PipelineKind]) -> Iterator[Opportunity]:
    good = product.quote.good
    sinks = [s for s in view.board.sinks(good) if s.waypoint != product.waypoint and not too_old(view, s)]
    sinks = [sink for sink in sinks if sink.quote.bid >= view.config.for_good(good).min_purchase_price]
    if not sinks:
        return
    if good in view.config.blocked_goods:
        lift = _best(view, hull, PipelineKind.COLLECTION, product, product, sinks, ())
        yield _refused(lift, f"blocked: {good} is in blocked_goods")
        return
    readiness = TaskReadinessSpecification(view.config)
    if readiness.can_start(TaskKind.COLLECT_SELL, product.supply, good):
        if PipelineKind.COLLECTION in kinds:
            yield _best(view, hull, PipelineKind.COLLECTION, product, product, sinks, ())
        return
    if PipelineKind.FABRICATION not in kinds:
        return
    place = view.board.places.get(product.waypoint)
    inputs = view.recipes.inputs_of(good)
    if not inputs or place is None or any(item not in place.imports for item in inputs):
        return
    fed = Offer(
        waypoint=product.waypoint,
        quote=product.quote,
        curve=filled_to(product.curve, view.config.for_good(good).collect_min_start_supply),
        age=product.age,
    )
    feeds: list[Feed] = []
    for item in inputs:
        supplied = _supplied(view, hull, item, product.waypoint)
        if isinstance(supplied, str):
            lift = _best(view, hull, PipelineKind.FABRICATION, product, fed, sinks, ())
            yield _refused(lift, supplied)
            return
        feeds += supplied
    yield _best(view, hull, PipelineKind.FABRICATION, product, fed, sinks, tuple(feeds))


def _supplied(view: View, hull: Hull, item: Good, factory: WaypointSymbol) -> list[Feed] | str:
    """How `factory` comes by an input: bought, and where the strategy says so made as well; or why it cannot."""
    if item in view.config.blocked_goods:
        return f"blocked: {item} is in blocked_goods"
    bought = best_feed(view, hull, item, factory)
    makers = [offer for offer in view.board.sources(item) if offer.quote.kind is TradeKind.EXPORT]
    if isinstance(bought, Feed):
        source = view.board.offer(bought.source, item)
        supply = source.supply if source is not None else None
        made = _made(view, hull, item, bought.source) if _is_short(supply, view.config.strategy) else []
        return [*made, bought]
    for maker in sorted(makers, key=lambda offer: (offer.quote.ask, offer.waypoint)):
        made = _made(view, hull, item, maker.waypoint) if _is_short(maker.supply, view.config.strategy) else []
        if made:
            nothing_yet = Prospect(units=0, cost=0, revenue=0, fuel=0, seconds=0)
            return [*made, Feed(good=item, source=maker.waypoint, target=factory, prospect=nothing_yet)]
    return bought


def _is_short(supply: SupplyLevel | None, strategy: str) -> bool:
    """Whether the strategy has an input of this supply made: when not plentiful, only when short, or never."""
    enough = {PREFER_FABRICATE: SupplyLevel.HIGH, SMART: SupplyLevel.MODERATE}.get(strategy)
    return enough is not None and supply is not None and supply < enough


def _made(view: View, hull: Hull, item: Good, maker: WaypointSymbol) -> list[Feed]:
    """The trips that feed the maker of an input; only those that pay by themselves: deeper chains lost money (M)."""
    place = view.board.places.get(maker)
    if place is None:
        return []
    feeds = [best_feed(view, hull, part, maker) for part in view.recipes.inputs_of(item) if part in place.imports]
    return [feed for feed in feeds if isinstance(feed, Feed) and feed.prospect.profit >= PROFIT_MIN]


def best_feed(view: View, hull: Hull, good: Good, factory: WaypointSymbol) -> Feed | str:
    """The source that feeds `factory` best with `good`, or why there is none."""
    sink = view.board.offer(factory, good)
    if sink is None:
        return f"{good} at {factory} was never seen"
    best: Feed | None = None
    refusal = f"no market is known to sell {good}"
    for source in view.board.sources(good):
        if source.waypoint == factory:
            continue
        held = held_back(view, TaskKind.ACQUIRE_DELIVER, source)
        journey = _journey(view, hull, source.waypoint, factory)
        if held or journey is None:
            refusal = held or f"{source.waypoint} and {factory} are out of reach"
            continue
        verdict = judge_purchase(_trade(view, hull, TaskKind.ACQUIRE_DELIVER, source, sink, journey))
        if verdict.prospect.units == 0:
            refusal = verdict.refusal
            continue
        if best is None or verdict.prospect.profit > best.prospect.profit:
            best = Feed(good=good, source=source.waypoint, target=factory, prospect=verdict.prospect)
    return best if best is not None else refusal


def _best(
    view: View,
    hull: Hull,
    kind: PipelineKind,
    product: Offer,
    source: Offer,
    sinks: list[Offer],
    feeds: tuple[Feed, ...],
) -> Opportunity:
    """The opportunity with the sink that pays best for a trip's time."""
    best: Opportunity | None = None
    for sink in sinks:
        journey = _journey(view, hull, source.waypoint, sink.waypoint)
        if journey is None:
            continue
        verdict = judge_purchase(_trade(view, hull, TaskKind.COLLECT_SELL, source, sink, journey))
        refusal = verdict.refusal or (f"not seen for {product.age / 3600:.1f} h" if too_old(view, product) else "")
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
        if best is None or (not option.refusal, option.per_hour) > (not best.refusal, best.per_hour):
            best = option
    if best is not None:
        return best if best.refusal or best.profit > 0 else _refused(best, f"the round would bring {best.profit:+,}")
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
        refusal="no ship can fly there",
    )


def _refused(opportunity: Opportunity, refusal: str) -> Opportunity:
    return replace(opportunity, refusal=refusal)


def _trade(view: View, hull: Hull, kind: TaskKind, source: Offer, sink: Offer, journey: Journey) -> Trade:
    return Trade(
        source=source.curve,
        sink=sink.curve,
        capacity=hull.capacity,
        spendable=view.spendable,
        floor=TaskReadinessSpecification(view.config).get_minimum_execute_supply(kind),
        fuel=journey.fuel,
        seconds=journey.seconds,
        sink_age=sink.age,
    )


def _journey(view: View, hull: Hull, source: WaypointSymbol, sink: WaypointSymbol) -> Journey | None:
    """There and back again: a chain is judged by rounds, since the ship returns for the next."""
    there = view.travel(hull, source, sink)
    back = view.travel(hull, sink, source)
    if there is None or back is None:
        return None
    return Journey(there.seconds + back.seconds + TRIP_OVERHEAD_SECONDS, there.fuel + back.fuel)
