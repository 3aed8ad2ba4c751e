"""The plain bots' rules: which lanes may be traded, and how much one trip carries at the prices that are true now."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.supply import SupplyLevel, TradeKind
from starfoundry.sandbox.economy.market import Market
from starfoundry.sandbox.economy.market_good import MarketGood


@dataclass(frozen=True, slots=True)
class Levels:
    """The least supply at which a trip may start, and at which a tranche may still be bought."""

    start: SupplyLevel
    execute: SupplyLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How a bot trades: a tranche is bought only while bid > (1 + margin) x ask.

    `buys_from`, `buys_inputs_from` and `sells_up_to` are stocks in transactions: the least from which products and what
    feeds a factory are bought, and the most that is sold into. With `collect` and `acquire` only a factory's product at
    the first levels is carried away, and to a factory only what stands at the second levels where it is sold.
    """

    margin: float = 0.0
    buys_from: float = -math.inf
    buys_inputs_from: float = -math.inf
    sells_up_to: float = math.inf
    collect: Levels | None = None
    acquire: Levels | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """A good from where it is sold to where it is used. A feed goes to a factory, a collection comes from one."""

    good: Good
    origin: WaypointSymbol
    bought: MarketGood
    target: WaypointSymbol
    sold: MarketGood

    @property
    def keys(self) -> tuple[tuple[WaypointSymbol, Good], tuple[WaypointSymbol, Good]]:
        """Both of its ends; no two ships of a bot trade at one end at a time."""
        return (self.origin, self.good), (self.target, self.good)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one trip would carry, in tranches, and what that costs and brings in credits."""

    tranches: tuple[int, ...] = ()
    cost: int = 0
    revenue: int = 0

    @property
    def units(self) -> int:
        """The units of all tranches."""
        return sum(self.tranches)

    @property
    def gain(self) -> int:
        """Revenue less cost."""
        return self.revenue - self.cost


class Lanes:
    """Every lane of a system, by its good."""

    def __init__(self, markets: Mapping[WaypointSymbol, Market]) -> None:
        self._lanes: list[tuple[list[MarketGood], list[MarketGood], list[list[Lane]]]] = []
        for good in sorted({good for market in markets.values() for good in market.market_goods}):
            here = [
                (waypoint, market.market_goods[good])
                for waypoint, market in markets.items()
                if good in market.market_goods
            ]
            origins = [
                (waypoint, market_good) for waypoint, market_good in here if market_good.kind is not TradeKind.IMPORT
            ]
            targets = [
                (waypoint, market_good) for waypoint, market_good in here if market_good.kind is not TradeKind.EXPORT
            ]
            lanes = [[Lane(good, *origin, *target) for target in targets] for origin in origins]
            if lanes and targets:
                self._lanes.append(
                    ([market_good for _, market_good in origins], [market_good for _, market_good in targets], lanes)
                )

    def paying(self, rule: Rule) -> Iterator[Lane]:
        """The lanes whose first unit the rule would buy, whatever supply it asks for."""
        for origins, targets, lanes in self._lanes:
            bids = [market_good.stock.bid for market_good in targets]
            for market_good, onward in zip(origins, lanes, strict=True):
                least = (1 + rule.margin) * market_good.stock.ask
                for lane, bid in zip(onward, bids, strict=True):
                    if bid > least and lane.origin != lane.target:
                        yield lane


def load(lane: Lane, rule: Rule, *, hold: int, money: int, is_start: bool, sold_before: int = 0) -> Load:
    """What a ship with so much room buys and sells there by the rule, tranche by tranche until the next does not pay.

    `sold_before` units, aboard already, come before them where the lane ends.
    """
    bought, sold = lane.bought.stock, lane.sold.stock.after_sale(sold_before)
    volume = min(lane.bought.volume, lane.sold.volume)
    floor = _floor(lane, rule, is_start=is_start)
    least = rule.buys_inputs_from if lane.sold.outputs else rule.buys_from
    tranches: list[int] = []
    cost = revenue = units = 0
    if floor is None:
        return Load()
    while units < hold:
        ask, bid = bought.ask, sold.bid
        part = min(volume, hold - units, (money - cost) // ask)
        may_buy = bought.supply >= floor and bought.units >= least * bought.trade_volume
        has_room = sold.units <= rule.sells_up_to * sold.trade_volume
        if part <= 0 or bid <= (1 + rule.margin) * ask or not may_buy or not has_room:
            break
        tranches.append(part)
        units, cost, revenue = units + part, cost + part * ask, revenue + part * bid
        bought, sold = bought.after_purchase(part), sold.after_sale(part)
        if is_start and rule.collect is not None:
            floor = _floor(lane, rule, is_start=False) or floor
    return Load(tranches=tuple(tranches), cost=cost, revenue=revenue)


def _floor(lane: Lane, rule: Rule, *, is_start: bool) -> SupplyLevel | None:
    """The least supply at which the rule buys on this lane; None where it buys nothing."""
    if rule.collect is None or rule.acquire is None:
        return SupplyLevel.SCARCE
    allowed = [rule.collect] if lane.bought.inputs else []
    allowed += [rule.acquire] if lane.sold.outputs else []
    return min((each.start if is_start else each.execute for each in allowed), default=None)
