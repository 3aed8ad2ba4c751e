"""Trips of one ship from a source to the market where they pay most for its time, priced as they will be on arrival.

A trade lane is any such trip that no pipeline asked for: any market that sells a good to any that buys it. What the
factories at the buying market give for an input that they are short of counts as earned, so the lanes feed factories,
too, where that pays best.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from starfoundry.kernel.ids import Good
from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.domain.model import Task, TaskKind
from starfoundry.manufacturing.planner.trips.eligibility import judge_in
from starfoundry.manufacturing.planner.trips.estimate import Prospect, TradeVerdict
from starfoundry.manufacturing.planner.view import Journey, Offer, ShipView, View
from starfoundry.manufacturing.reasons import trades, trips

TRIP_OVERHEAD_SECONDS = 30
"""Docking, reading and trading at both ends, about fifteen requests at two a second between them (M)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """One trip of a ship: where it buys and sells, and what that promises; a trade lane if it is for no task."""

    source: Offer
    sink: Offer
    prospect: Prospect
    task: Task | None = None

    @property
    def good(self) -> Good:
        """What is carried."""
        return self.source.quote.good


def best_sale(view: View, hull: ShipView, kind: TaskKind, source: Offer, sinks: Iterable[Offer]) -> Sale | Reason:
    """The sink that pays most for an hour of the ship, from where it is; else why the best of them does not pay."""
    fetching = view.travel(hull, hull.waypoint, source.waypoint)
    best: Sale | None = None
    refusal: Reason = trips.no_buyer(source.quote.good)
    refused_worth = float("-inf")
    for sink in sinks:
        if sink.waypoint == source.waypoint:
            continue
        bringing = view.travel(hull, source.waypoint, sink.waypoint)
        if fetching is None or bringing is None:
            refusal = trips.out_of_reach(hull.waypoint if fetching is None else source.waypoint, sink.waypoint)
            continue
        verdict = judge_trip(view, hull, kind, Way(source, sink, fetching, bringing))
        found = verdict.prospect
        if verdict.refusal is not None:
            if found.per_hour > refused_worth:
                refusal, refused_worth = verdict.refusal, found.per_hour
        elif best is None or found.per_hour > best.prospect.per_hour:
            best = Sale(source=source, sink=sink, prospect=found)
    return best if best is not None else refusal


@dataclass(frozen=True, slots=True)
class Way:
    """From where a ship is to the source, and on to the sink."""

    source: Offer
    sink: Offer
    fetching: Journey
    bringing: Journey


def judge_trip(view: View, hull: ShipView, kind: TaskKind, way: Way) -> TradeVerdict:
    """The verdict on a trip at the prices to expect when the ship is at either end."""
    seconds = way.fetching.seconds + way.bringing.seconds + TRIP_OVERHEAD_SECONDS
    return judge_in(
        view,
        kind,
        way.source.moved_on(way.fetching.seconds),
        way.sink.moved_on(seconds),
        capacity=hull.free,
        journey=Journey(seconds, way.fetching.fuel + way.bringing.fuel),
    )


def no_trades(view: View) -> Reason | None:
    """Why no further ship trades, whatever it would earn; None when one may."""
    if view.busy_traders >= view.config.trade_max_ships:
        return trades.traders_busy(view.busy_traders, view.config)
    return None
