"""Itemised estimate of a trip: each purchase and sale with its expected price, each flight, each deduction.

Every figure is taken from the functions that made the estimate, so the parts add up to it to the credit.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from starfoundry.game.market_law.law import Curve
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.manufacturing.domain.model import PipelineKind
from starfoundry.manufacturing.planner.pipelines.opportunities import Opportunity
from starfoundry.manufacturing.planner.trips.estimate import Prospect, Trade, ladder, revenue_of
from starfoundry.manufacturing.planner.view import ShipView, View


@dataclass(frozen=True, slots=True)
class Tranche:
    """One transaction: cargo units, and credits for each of them."""

    units: int
    price: int

    @property
    def amount(self) -> int:
        """Credits that move."""
        return self.units * self.price


@dataclass(frozen=True, slots=True)
class ItemisedLeg:
    """One flight of a trip: seconds, and credits for fuel."""

    origin: WaypointSymbol
    goal: WaypointSymbol
    seconds: float
    fuel: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemisedEstimate:
    """The expected result of one trip, in parts.

    `deducted` are the credits of sales that are not counted on, since the selling market was seen a while ago; `worth`
    is what factories give for the good beyond its sale. `idle_seconds` is the time of the trip in which nothing is
    flown.
    """

    good: Good
    source: WaypointSymbol
    target: WaypointSymbol
    purchases: tuple[Tranche, ...]
    sales: tuple[Tranche, ...]
    deducted: int
    legs: tuple[ItemisedLeg, ...]
    prospect: Prospect

    @property
    def idle_seconds(self) -> float:
        """Seconds for docking, reading and trading."""
        return self.prospect.seconds - sum(leg.seconds for leg in self.legs)


def itemised(
    prospect: Prospect,
    good: Good,
    source: WaypointSymbol,
    target: WaypointSymbol,
    *,
    legs: Iterable[ItemisedLeg] = (),
    sink: Curve | None = None,
) -> ItemisedEstimate:
    """The parts of an estimate. `legs` are its flights, `sink` the prices it sells along where nothing is bought."""
    trade = prospect.trade
    sold_along = sink if trade is None else trade.sink
    sales = () if sold_along is None else tuple(_sales(sold_along, prospect.units))
    return ItemisedEstimate(
        good=good,
        source=source,
        target=target,
        purchases=() if trade is None else tuple(_purchases(trade, prospect.units)),
        sales=sales,
        deducted=sum(each.amount for each in sales) - prospect.revenue if sales else 0,
        legs=tuple(legs),
        prospect=prospect,
    )


def legs_of(view: View, hull: ShipView, *stops: WaypointSymbol) -> Iterator[ItemisedLeg]:
    """The flights of a ship from stop to stop; none where it is there already."""
    for origin, goal in pairwise(stops):
        way = view.travel(hull, origin, goal)
        if way is not None and origin != goal:
            yield ItemisedLeg(origin, goal, way.seconds, way.fuel)


def round_of(view: View, hull: ShipView, chance: Opportunity) -> tuple[ItemisedEstimate, ...]:
    """Every trip of a chain's round, in the order in which they are made; a lane is one trip from where the ship is."""
    if chance.kind is PipelineKind.TRADE:
        legs = legs_of(view, hull, hull.waypoint, chance.factory, chance.sell_market)
        return (itemised(chance.prospect, chance.good, chance.factory, chance.sell_market, legs=legs),)
    trips = [(feed.good, feed.source, feed.target, feed.prospect) for feed in chance.feeds]
    trips.append((chance.good, chance.factory, chance.sell_market, chance.prospect))
    return tuple(
        itemised(prospect, good, source, target, legs=legs_of(view, hull, source, target, source))
        for good, source, target, prospect in trips
    )


def _purchases(trade: Trade, units: int) -> Iterator[Tranche]:
    steps = ladder(trade.source, trade.sink, units, trade.floor)
    ends = [step for step in steps if step.units % trade.source.trade_volume == 0 or step.units == units]
    before = cost = 0
    for step in ends:
        bought = step.units - before
        yield Tranche(bought, (step.cost - cost) // bought)
        before, cost = step.units, step.cost


def _sales(sink: Curve, units: int) -> Iterator[Tranche]:
    for before, after in pairwise([*range(0, units, sink.trade_volume), units]):
        brought = revenue_of(sink, after) - revenue_of(sink, before)
        yield Tranche(after - before, brought // (after - before))
