"""Trips of one ship from a source to the market where they pay most for its time, priced as they will be on arrival.

A trade lane is any such trip that no pipeline asked for: any market that sells a good to any that buys it. What the
factories at the buying market give for an input that they are short of counts as earned, so the lanes feed factories,
too, where that pays best.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from starfoundry.kernel.ids import Good
from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.domain.model import TaskKind
from starfoundry.manufacturing.planner.trips.eligibility import closed, judge_in, margin_of, too_old
from starfoundry.manufacturing.planner.trips.estimate import Prospect
from starfoundry.manufacturing.planner.view import Journey, Offer, ShipView, View
from starfoundry.manufacturing.reasons import trades, trips

TRIP_OVERHEAD_SECONDS = 30
"""Docking, reading and trading at both ends, about fifteen requests at two a second between them (M)."""

_BOUND_SLACK = 1.1  # prices may be better on arrival than they are now


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """One trip of a ship: what is bought where, the market it is sold at, and what that promises."""

    good: Good
    source: Offer
    sink: Offer
    prospect: Prospect


def best_sale(view: View, hull: ShipView, kind: TaskKind, source: Offer, sinks: Iterable[Offer]) -> Sale | Reason:
    """The sink that pays most for an hour of the ship, from where it is; else why the best of them does not pay."""
    good = source.quote.good
    fetching = view.travel(hull, hull.waypoint, source.waypoint)
    best: Sale | None = None
    refusal, refused_worth = trips.no_buyer(good), float("-inf")
    for sink in sinks:
        if sink.waypoint == source.waypoint:
            continue
        bringing = view.travel(hull, source.waypoint, sink.waypoint)
        if fetching is None or bringing is None:
            refusal = trips.out_of_reach(hull.waypoint if fetching is None else source.waypoint, sink.waypoint)
            continue
        seconds = fetching.seconds + bringing.seconds + TRIP_OVERHEAD_SECONDS
        verdict = judge_in(
            view,
            kind,
            source.moved_on(fetching.seconds),
            sink.moved_on(seconds),
            capacity=hull.free,
            journey=Journey(seconds, fetching.fuel + bringing.fuel),
        )
        found = verdict.prospect
        if verdict.refusal is not None:
            if found.per_hour > refused_worth:
                refusal, refused_worth = verdict.refusal, found.per_hour
        elif best is None or found.per_hour > best.prospect.per_hour:
            best = Sale(good=good, source=source, sink=sink, prospect=found)
    return best if best is not None else refusal


def no_trades(view: View) -> Reason | None:
    """Why no further ship trades, whatever it would earn; None when one may."""
    if view.busy_traders >= view.config.trade_max_ships:
        return trades.traders_busy(view.busy_traders, view.config)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A source and a sink of one good; `gain` is what the first unit would earn at the prices of now, in credits."""

    source: Offer
    sink: Offer
    gain: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lanes:
    """The lanes that would gain at the prices of now; where there is none, why the last one looked at is not."""

    lanes: tuple[Lane, ...]
    refusal: Reason


def lanes_of(view: View) -> Lanes:
    """Every lane whose first unit gains its least margin by the prices of now."""
    least = 1 + margin_of(view.config, TaskKind.TRADE)
    found: list[Lane] = []
    refusal: Reason = trades.no_trade_seen()
    for good in view.board.offers:
        if good in view.config.blocked_goods:
            continue
        sinks = [(sink, _earned(view, sink)) for sink in view.board.sinks(good) if not too_old(view, sink)]
        if not sinks:
            continue
        for source in view.board.sources(good):
            if (held := closed(view, TaskKind.TRADE, source)) is not None:
                refusal = held
                continue
            ask = source.curve.ask
            gaining = [
                Lane(source=source, sink=sink, gain=earned - ask)
                for sink, earned in sinks
                if earned > ask * least and sink.waypoint != source.waypoint
            ]
            found += gaining
            if not gaining:
                best = max(earned for _, earned in sinks)
                refusal = trades.margin_too_thin(good, best / ask - 1, least - 1)
    return Lanes(lanes=tuple(found), refusal=refusal)


class RankedLanes:
    """The lanes of one decision, by what an hour of a ship that stands at the source earns at most.

    What other ships take meanwhile makes no lane better, so the view that the decision began with bounds them all. The
    order is the same for all ships of one speed and tank, so it is made once for each kind of ship.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._ranked: dict[tuple[int, int], tuple[tuple[float, Lane], ...]] = {}
        self._lanes: Lanes | None = None

    @property
    def refusal(self) -> Reason:
        """Why the last source looked at has no lane that would gain."""
        return self._all().refusal

    def ranked(self, hull: ShipView) -> tuple[tuple[float, Lane], ...]:
        """Each lane with the credits a second that its first unit would earn from the source on, best first."""
        kind = (hull.engine_speed, hull.fuel_capacity)
        if kind not in self._ranked:
            found = []
            for lane in self._all().lanes:
                bringing = self._view.travel(hull, lane.source.waypoint, lane.sink.waypoint)
                if bringing is not None:
                    found.append((lane.gain / (bringing.seconds + TRIP_OVERHEAD_SECONDS), lane))
            self._ranked[kind] = tuple(sorted(found, key=lambda each: -each[0]))
        return self._ranked[kind]

    def _all(self) -> Lanes:
        if self._lanes is None:
            self._lanes = lanes_of(self._view)
        return self._lanes


def best_trade(view: View, hull: ShipView, lanes: RankedLanes) -> Sale | Reason:
    """The lane that pays most for an hour of this ship; else why the last one looked at does not.

    A lane cannot pay more than its first unit times the hold, so the promising ones are looked at first, and the others
    not at all.
    """
    if (hindrance := no_trades(view)) is not None:
        return hindrance
    best: Sale | None = None
    refusal = lanes.refusal
    for a_second, lane in lanes.ranked(hull):
        least = 0.0 if best is None else best.prospect.per_hour / (_BOUND_SLACK * hull.free * 3600)
        if a_second < least:
            break
        fetching = view.travel(hull, hull.waypoint, lane.source.waypoint)
        if fetching is None or lane.gain / (lane.gain / a_second + fetching.seconds) < least:
            continue
        found = _by_now(view, hull, lane)
        if isinstance(found, Reason):
            refusal = found
        elif best is None or found.prospect.per_hour > best.prospect.per_hour:
            best = found
    return best if best is not None else refusal


def _by_now(view: View, hull: ShipView, lane: Lane) -> Sale | Reason:
    """A lane as it stands in this view, which may be a later one of the same decision."""
    good = lane.source.quote.good
    source, sink = view.board.offer(lane.source.waypoint, good), view.board.offer(lane.sink.waypoint, good)
    assert source is not None, "a decision forgets no market"
    assert sink is not None, "a decision forgets no market"
    return best_sale(view, hull, TaskKind.TRADE, source, (sink,))


def _earned(view: View, sink: Offer) -> float:
    """Credits that the first unit brings at a sink, with what a factory there gives for it."""
    wanted = view.wanted(sink.waypoint, sink.quote.good)
    return sink.curve.bid + sum(value.per_unit for value in wanted)
