"""Profit estimates of trades, and the one check before every purchase.

A trade buys at one market and sells at another, tranche by tranche, along both markets' price curves (the market law,
game.market_law.law). The same function judges when a ship is chosen and again before each tranche, so that no path can
miss a check that another has.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

import msgspec

from starfoundry.game.market_law.law import Curve
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.reason import Reason
from starfoundry.kernel.supply import SupplyLevel
from starfoundry.manufacturing.domain.model import TaskKind
from starfoundry.manufacturing.reasons import trades, trips

PROFIT_MIN = 500
"""The least expected profit of a trip in credits; less is within what a market moves by itself during a flight."""

STALE_DISCOUNT_PER_HOUR = 0.10
"""The share of the expected revenue that is deducted per hour since the selling market was seen.

(A: about the drift of a bid in an hour without trades.)
"""

STALE_DISCOUNT_MAX = 0.30

KNOWN_MAX = 4_096
"""Results that are kept, since a turn asks for the same again and again, and the next for many of them.

Measured over 12 simulated hours: 4 % more are computed than if all were kept, which would be 65,000 within two days.
"""


class InputValue(msgspec.Struct, frozen=True):
    """The value of an input to one factory: `per_unit` credits for each of at most `units` more cargo units."""

    units: int
    per_unit: float


class InputValues(Protocol):
    """The value of goods to the factories at a market, by waypoint and good, as of a mapping."""

    def get(self, key: tuple[WaypointSymbol, Good], default: tuple[InputValue, ...], /) -> tuple[InputValue, ...]:
        """The values of a good to the factories there, or the default if none is short of it."""
        ...


def worth_of(values: tuple[InputValue, ...], units: int) -> int:
    """The value in credits of these units of an input to the factories that want them."""
    return int(sum(value.per_unit * min(units, value.units) for value in values)) if values else 0


class Step(msgspec.Struct, frozen=True):
    """Buying `units` in all: their cost and the revenue of selling them, in credits."""

    units: int
    cost: int
    revenue: int


class Trade(msgspec.Struct, frozen=True, kw_only=True):
    """One possible trade of a task of that kind.

    `capacity` is the free hold in units, `spendable` the credits that it may cost after the operator's `reserve` is
    kept back, `floor` the least supply at which a tranche may be bought, `fuel` the credits and `seconds` the time
    of the trip, `sink_age` the seconds since the selling market was seen, `wanted` the value of the good to the
    factories there beyond its sale, `margin` the minimum gain of every tranche as a share of its cost. `aboard`
    units bought before are sold there first.
    """

    kind: TaskKind
    good: Good
    source: Curve
    sink: Curve
    capacity: int
    spendable: int
    reserve: int
    floor: SupplyLevel
    fuel: int
    seconds: float
    sink_age: float = 0.0
    wanted: tuple[InputValue, ...] = ()
    margin: float = 0.0
    aboard: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """The expected result of a trade. Profit is revenue minus goods and fuel.

    The bonus affects its rank but is not money yet. `trade` is what was estimated; None where nothing is bought.
    """

    units: int
    cost: int
    revenue: int
    fuel: int
    seconds: float
    bonus: int = 0
    trade: Trade | None = field(default=None, compare=False, repr=False)

    @property
    def profit(self) -> int:
        """Credits, after goods and fuel."""
        return self.revenue - self.cost - self.fuel

    @property
    def per_hour(self) -> int:
        """Credits an hour of the ship's time, the chain's gain included."""
        return int((self.profit + self.bonus) * 3600 / max(1.0, self.seconds))


class TradeVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the trade may be made, its expected result, and why not."""

    prospect: Prospect
    refusal: Reason | None = None

    @property
    def go(self) -> bool:
        """Whether it may be made."""
        return self.refusal is None


_NOTHING = Prospect(units=0, cost=0, revenue=0, fuel=0, seconds=0)


def judge_purchase(trade: Trade) -> TradeVerdict:
    """The verdict on one trade, with its figures.

    Takes the number of units with the best profit for which each tranche brings the minimum margin. Refuses if the
    supply cannot be read or is below the floor, if the money does not suffice, or if the whole trade (spread, price
    impact, fuel, value to a factory) does not pay.
    """
    supply = trade.source.supply
    if supply is None:
        return refused(trips.supply_unknown_there())
    if supply < trade.floor:
        return refused(trips.supply_below_execute(trade.kind, trade.good, supply, trade.floor))
    if trade.capacity <= 0:
        return refused(trips.no_room())
    affordable = trade.spendable // max(1, trade.source.ask)
    if affordable <= 0:
        return refused(trips.too_little_money(trade.spendable, trade.source.ask, trade.reserve))
    best = _best(trade, min(trade.capacity, affordable))
    if best.units == 0:
        return refused(trips.too_little_money(trade.spendable, trade.source.ask, trade.reserve))
    gain = best.revenue + best.bonus - best.cost
    if trade.margin and gain < trade.margin * best.cost:
        return TradeVerdict(prospect=best, refusal=trades.margin_too_thin(trade.good, gain / best.cost, trade.margin))
    worth = best.profit + best.bonus
    if worth < PROFIT_MIN:
        return TradeVerdict(prospect=best, refusal=trips.does_not_pay(worth, PROFIT_MIN, _account(best)))
    return TradeVerdict(prospect=best)


def _best(trade: Trade, affordable: int) -> Prospect:
    """As many units as pay: up to the last one that gains the minimum margin; at least the first tranche."""
    confidence = 1 - min(STALE_DISCOUNT_MAX, trade.sink_age / 3600 * STALE_DISCOUNT_PER_HOUR)
    units = cost = revenue = bonus = 0
    worth_before, least = worth_of(trade.wanted, trade.aboard), 1 + trade.margin
    for step in ladder(trade.source, trade.sink, affordable, trade.floor):
        if step.cost > trade.spendable:
            break
        more_revenue = int(step.revenue * confidence)
        more_bonus = worth_of(trade.wanted, trade.aboard + step.units) - worth_before
        if units and more_revenue + more_bonus - revenue - bonus <= (step.cost - cost) * least:
            break
        units, cost, revenue, bonus = step.units, step.cost, more_revenue, more_bonus
    if not units:
        return _NOTHING
    return Prospect(
        units=units,
        cost=cost,
        revenue=revenue,
        fuel=trade.fuel,
        seconds=trade.seconds,
        bonus=bonus,
        trade=trade,
    )


def _account(prospect: Prospect) -> str:
    return (
        f"{prospect.units} units would cost {prospect.cost:,} and {prospect.fuel:,} fuel and bring"
        f" {prospect.revenue:,} (chain {prospect.bonus:+,})"
    )


def refused(reason: Reason) -> TradeVerdict:
    """The verdict on a trade that is not estimated at all."""
    return TradeVerdict(prospect=_NOTHING, refusal=reason)


@lru_cache(maxsize=KNOWN_MAX)
def ladder(source: Curve, sink: Curve, capacity: int, floor: SupplyLevel) -> tuple[Step, ...]:
    """The steps of a growing purchase while the source stays at `floor` or better: units, cost and revenue so far.

    A step ends where a transaction of either market does.
    """
    steps: list[Step] = []
    units = cost = 0
    part = min(source.trade_volume, sink.trade_volume)
    while units < capacity:
        supply = source.supply
        if supply is None or supply < floor:
            break
        tranche = min(source.trade_volume, capacity - units)
        steps += [
            Step(units + bought, cost + bought * source.ask, revenue_of(sink, units + bought))
            for bought in (*range(part, tranche, part), tranche)
        ]
        units, cost = units + tranche, cost + tranche * source.ask
        source = source.after_purchase(tranche)
    return tuple(steps)


@lru_cache(maxsize=KNOWN_MAX)
def revenue_of(sink: Curve, units: int) -> int:
    """The revenue of selling `units`, in tranches of the trade volume, each at the bid that the one before it left."""
    revenue = 0
    while units > 0:
        tranche = min(sink.trade_volume, units)
        revenue += tranche * sink.bid
        sink = sink.after_sale(tranche)
        units -= tranche
    return revenue


def filled_to(curve: Curve, level: SupplyLevel) -> Curve:
    """The curve after deliveries have lifted its stock to `level`: the offer of a factory after it was fed.

    Twelve tranches reach ABUNDANT from any rest position of the law; a curve that has not by then is returned
    unchanged.
    """
    for _ in range(12):
        if curve.supply is None or curve.supply >= level:
            return curve
        curve = curve.after_sale(curve.trade_volume)
    return curve
