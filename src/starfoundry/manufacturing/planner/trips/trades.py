"""Trips of one ship from a source to the market that pays most for its time, at the prices expected on arrival.

A trade lane is any such trip that no pipeline asked for: from any market that sells a good to any that buys it. The
value of an input to the factories at the buying market counts as earned, so lanes also feed factories if that pays
best.
"""

from collections.abc import Iterable

import msgspec

from starfoundry.kernel.ids import Good
from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.domain.model import Task, TaskKind
from starfoundry.manufacturing.planner.markets.offer import Offer
from starfoundry.manufacturing.planner.trips.eligibility import judge_in
from starfoundry.manufacturing.planner.trips.estimate import Prospect, TradeVerdict
from starfoundry.manufacturing.planner.view import Journey, ShipView, View
from starfoundry.manufacturing.reasons import trades, trips

TRIP_OVERHEAD_SECONDS = 30
"""Seconds for docking, reading and trading at both ends: about fifteen requests at two a second (M)."""


class Sale(msgspec.Struct, frozen=True, kw_only=True):
    """One trip of a ship: its source, its sink and the expected result; a trade lane if it is for no task."""

    source: Offer
    sink: Offer
    prospect: Prospect
    task: Task | None = None

    @property
    def good(self) -> Good:
        """The good that is carried."""
        return self.source.quote.good


def best_sale(view: View, hull: ShipView, kind: TaskKind, source: Offer, sinks: Iterable[Offer]) -> Sale | Reason:
    """The sink that pays most for an hour of the ship, from where it is; else why the best one does not pay."""
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


class Way(msgspec.Struct, frozen=True):
    """The journeys from the ship's place to the source, and on to the sink."""

    source: Offer
    sink: Offer
    fetching: Journey
    bringing: Journey


def judge_trip(view: View, hull: ShipView, kind: TaskKind, way: Way) -> TradeVerdict:
    """The verdict on a trip at the prices expected when the ship is at either end."""
    seconds = way.fetching.seconds + way.bringing.seconds + TRIP_OVERHEAD_SECONDS
    return judge_in(
        view,
        kind,
        way.source.in_seconds(way.fetching.seconds),
        way.sink.in_seconds(seconds),
        capacity=hull.free,
        journey=Journey(seconds, way.fetching.fuel + way.bringing.fuel),
    )


def no_trades(view: View) -> Reason | None:
    """Why no further ship trades, however profitable; None if one may."""
    if view.busy_traders >= view.config.trade_max_ships:
        return trades.traders_busy(view.busy_traders, view.config)
    return None
