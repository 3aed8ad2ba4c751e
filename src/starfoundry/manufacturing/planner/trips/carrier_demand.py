"""Demand of the markets for carriers: how many ships of a type could be kept busy, and what each would earn.

In the long run no more of a good can be carried than its factories make and its buyers use; a market fills and empties
at its own pace, however many ships wait for it:

    flow     = units an hour, the smaller of what the sources make and what the sinks use, with no input short
    clearing = units that stand ready at the sources and have room at the sinks, carried off within PAYBACK_HOURS
    load     = units that a trip finds at the margin: LOAD_VOLUMES full transactions, at most a hold
    trip     = hours there and back, and those between two trips: USEFUL_SHARE of a carrier's time is the former
    carriers = (flow + clearing) x trip / load

The markets of lanes that gain their minimum margin while the stocks are at rest are counted. Current profits do not
decide: a fleet that is large enough has just taken them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from starfoundry.fleet.domain.demand import PAYBACK_HOURS, Demand, Work
from starfoundry.game.market_law.law import Curve, MarketStock
from starfoundry.game.market_law.stock import LEVEL_FLOORS
from starfoundry.kernel.ids import Good
from starfoundry.kernel.supply import TradeKind
from starfoundry.manufacturing.domain.model import TaskKind
from starfoundry.manufacturing.planner.markets.offer import Offer
from starfoundry.manufacturing.planner.trips.eligibility import margin_of
from starfoundry.manufacturing.planner.trips.input_values import moved_an_hour
from starfoundry.manufacturing.planner.trips.trades import TRIP_OVERHEAD_SECONDS
from starfoundry.manufacturing.planner.view import ShipView, View

LOAD_VOLUMES = 2
"""Full transactions of a trip: the next ones would gain less than the margin (A)."""

USEFUL_SHARE = 0.7
"""The share of a carrier's time in such round trips; else it flies to the next source, waits, or is late (A)."""

_FULL = LEVEL_FLOORS[TradeKind.EXPORT][0]
_EMPTY = LEVEL_FLOORS[TradeKind.IMPORT][3]
_DRAWN_TO = LEVEL_FLOORS[TradeKind.EXPORT][1]
_FILLED_TO = LEVEL_FLOORS[TradeKind.IMPORT][2]


def carriage(view: View, hull: ShipView) -> Demand:
    """The demand for ships like this one in the markets seen so far, for feeding and trading alike."""
    return Demand(
        find_works=lambda: _works(view, hull),
        capacity=hull.capacity,
        engine_speed=hull.engine_speed,
        max_workers=view.config.max_workers,
    )


def _works(view: View, hull: ShipView) -> tuple[Work, ...]:
    goods = [good for good in view.board.offers if good not in view.config.blocked_goods]
    return tuple(work for good in goods if (work := _work(view, hull, good)) is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lane:
    """A round trip with one good: seconds until the next one, cargo units, and the profit of a unit in credits."""

    source: Offer
    sink: Offer
    gain: float
    load: int
    seconds: float

    @property
    def per_hour(self) -> float:
        """Credits that a ship earns in an hour."""
        return self.gain * self.load * 3600 / self.seconds


def _work(view: View, hull: ShipView, good: Good) -> Work | None:
    lanes = _lanes(view, hull, good)
    if not lanes:
        return None
    sources = {lane.source.waypoint: lane.source for lane in lanes}.values()
    sinks = {lane.sink.waypoint: lane.sink for lane in lanes}.values()
    flow = min(sum(map(moved_an_hour, sources)), sum(map(moved_an_hour, sinks)))
    clearing = min(sum(map(_ready, sources)), sum(map(_room, sinks))) / PAYBACK_HOURS
    best = max(lanes, key=lambda lane: lane.per_hour)
    return Work(carriers=(flow + clearing) * best.seconds / 3600 / best.load, per_hour=best.per_hour)


def _lanes(view: View, hull: ShipView, good: Good) -> list[_Lane]:
    """The round trips with a good that gain the minimum margin while the stocks at both ends are at rest."""
    least = 1 + margin_of(view.config, TaskKind.TRADE)
    sources = view.board.sources(good)
    if not sources:
        return []
    found: list[_Lane] = []
    sinks = [(sink, _bid(sink.curve, _rested)) for sink in view.board.sinks(good)]
    highest = max((bid for _, bid in sinks), default=0)
    for source in sources:
        ask = _ask(source.curve, _rested)
        if ask * least >= highest:
            continue
        last_ask = _ask(source.curve, _worked)
        for sink, bid in sinks:
            if sink.waypoint != source.waypoint and bid > ask * least:
                gain = (bid - ask + _bid(sink.curve, _worked) - last_ask) / 2
                found += _round_trip(view, hull, source, sink, gain=gain)
    return found


def _round_trip(view: View, hull: ShipView, source: Offer, sink: Offer, *, gain: float) -> Iterable[_Lane]:
    """The round trip between two markets if it pays; `gain` is the mean of the first and the last unit's, in credits.

    A load is what lies between a stock at rest and one that was worked (see `_worked`).
    """
    there = view.travel(hull, source.waypoint, sink.waypoint)
    back = view.travel(hull, sink.waypoint, source.waypoint)
    if there is None or back is None:
        return ()
    load = min(hull.capacity, LOAD_VOLUMES * min(source.curve.trade_volume, sink.curve.trade_volume))
    fuel = (there.fuel + back.fuel) / load
    seconds = (there.seconds + back.seconds + 2 * TRIP_OVERHEAD_SECONDS) / USEFUL_SHARE
    return (_Lane(source=source, sink=sink, gain=gain - fuel, load=load, seconds=seconds),) if gain > fuel else ()


def _bid(curve: Curve, units: Callable[[MarketStock], int]) -> int:
    """The price in credits that a market pays with a stock at rest, or with one that was worked; an exchange's, now."""
    if not isinstance(curve, MarketStock) or curve.kind is TradeKind.EXCHANGE:
        return curve.bid
    return curve.bid_at(units(curve))


def _ask(curve: Curve, units: Callable[[MarketStock], int]) -> int:
    """The same of the price that a market takes."""
    if not isinstance(curve, MarketStock) or curve.kind is TradeKind.EXCHANGE:
        return curve.ask
    return curve.ask_at(units(curve))


def _rested(curve: MarketStock) -> int:
    """The units after some hours without trades: a factory's full stock, a market's empty one."""
    if curve.kind is TradeKind.EXPORT:
        return max(curve.units, _FULL * curve.trade_volume)
    return min(curve.units, _EMPTY * curve.trade_volume)


def _worked(curve: MarketStock) -> int:
    """The units after a load was bought or sold at rest."""
    return (_DRAWN_TO if curve.kind is TradeKind.EXPORT else _FILLED_TO) * curve.trade_volume


def _ready(source: Offer) -> int:
    """Units that may be bought before a source falls below HIGH; none if the law does not explain its prices."""
    curve = source.curve
    return max(0, curve.units - _DRAWN_TO * curve.trade_volume) if isinstance(curve, MarketStock) else 0


def _room(sink: Offer) -> int:
    """Units that may be sold until a sink is MODERATE; none if the law does not explain its prices."""
    curve = sink.curve
    return max(0, _FILLED_TO * curve.trade_volume - curve.units) if isinstance(curve, MarketStock) else 0
