"""An upper bound on what trade in a system can pay: a linear program over its markets, factories, lanes and ships.

A good's stock at a market is cut into bands of half a transaction. Over the whole time the units bought or sold in a
band are those that ticks moved through it and at most one draining or filling of it, whatever the order of things was.
A unit's price is that of a full transaction around it; to within 0.1 % of the base price nothing smaller does better.
The program chooses at which stock each tick finds each good, what goes where, and who carries it.

What makes it a bound, above what anybody can reach: rates climb as fast as the law of motion lets them, wherever the
stock is; a factory whose inputs are kept above SCARCE makes all it can, one that is short of one a fifth; imports never
rest; every ship is there from the first second and flies tours without a pause; no money is needed; fuel is free; all
is foreseen. What it leaves out, so that a fleet might get beyond it: volumes grow, and other traders feed factories. So
there are two more: with rates as they are at the start, which a fleet that wakes factories gets beyond, and with full
rates and the largest volumes from the start, which nobody comes near.
"""

import enum
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from benchmarks.economy.carrying import add_carrying
from benchmarks.economy.program import Program
from benchmarks.economy.row import Row
from starfoundry.game.market_law import motion
from starfoundry.game.market_law.stock import LEVEL_FLOORS
from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.kernel.supply import TradeKind
from starfoundry.sandbox.economy.market import MILLISECONDS_PER_HOUR
from starfoundry.sandbox.economy.market_good import MarketGood
from starfoundry.sandbox.economy.parameters import EconomyParameters
from starfoundry.sandbox.state.universe import Universe

BAND = 0.5
LOWEST, HIGHEST = -11.0, 9.0
"""Stocks in transactions beyond which nothing is worth a trade, unless a good begins there."""

EXPORT_BRAKE = 6.0
"""Above a stock of 2 an export rises by the room up to its end divided by this, as in the law of motion."""

SCARCE_BELOW = LEVEL_FLOORS[TradeKind.IMPORT][3]


class Pace(enum.Enum):
    """How fast goods move: as they do at the start, as fast as rates can climb, or at once with all volumes grown."""

    STILL = "bound-still"
    CLIMBING = "bound"
    GROWN = "bound-grown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """One good at one market in the program: what is bought and sold of it in all, and its ticks by where they begin.

    There are `count` of them, which move no more than `full_ticks` at full rate.
    """

    where: WaypointSymbol
    market_good: MarketGood
    volume: int
    count: float
    full_ticks: float
    bought: list[int] = field(default_factory=list)
    sold: list[int] = field(default_factory=list)
    ticks: list[tuple[float, int]] = field(default_factory=list)


def bound_of(universe: Universe, *, hours: float, carriers: int, pace: Pace) -> Row:
    """The bound, and what an hour of a ship and a thousand requests would add to it, in credits."""
    program, now = Program(), universe.now()
    goods: dict[int, Goods] = {}
    for waypoint in universe.home.plans:
        market = universe.home.market(waypoint, now)
        for market_good in market.market_goods.values() if market is not None else ():
            volume = _largest(market_good) if pace is Pace.GROWN else market_good.volume
            count = hours * MILLISECONDS_PER_HOUR / market_good.period if market_good.period else 0.0
            ticks = (
                count
                if market_good.kind is TradeKind.EXCHANGE
                else _full_ticks(market_good, count, universe.parameters, pace)
            )
            goods[id(market_good)] = Goods(
                where=waypoint, market_good=market_good, volume=volume, count=count, full_ticks=ticks
            )
    for each in goods.values():
        _add_stock(program, each, universe.parameters)
    for each in goods.values():
        _add_feeding(program, each, goods)
    ships, requests = add_carrying(program, list(goods.values()), universe, hours=hours, carriers=carriers)
    worth, duals = program.solve()
    return {
        "start": universe.universe_config.credits,
        "gained": round(worth),
        "gained_with_ships": round(worth),
        "ship_hour": round(max(3_600 * duals[row] for row in ships)),
        "thousand_requests": round(1_000 * duals[requests]),
    }


def _largest(market_good: MarketGood) -> int:
    """The largest volume that a good can come to at its market."""
    volume = market_good.volume_max or market_good.volume
    if market_good.kind is TradeKind.EXPORT and market_good.inputs:
        inputs = min(each.volume_max or each.volume for each in market_good.inputs)
        volume = min(volume, math.floor(motion.EXPORT_INPUT_RATIO * inputs))
    return max(market_good.volume, volume)


def _add_stock(program: Program, goods: Goods, parameters: EconomyParameters) -> None:
    """What may be bought and sold of a good in each band, by the ticks there are.

    What ticks moved up through a band, less what was bought there, more what was sold, is by how much it is fuller at
    the end than at the start: it was at most emptied from full, or filled from empty.
    """
    stock = msgspec.structs.replace(goods.market_good.stock, trade_volume=goods.volume)
    start = stock.units / goods.volume
    edges = [BAND * place for place in range(_place(min(LOWEST, start)), _place(max(HIGHEST, start)) + 1)]
    moved = _add_ticks(program, goods, edges, parameters)
    for edge, terms in zip(edges, moved, strict=True):
        left = max(0.0, min(BAND, start - edge)) * goods.volume
        units = round((edge + BAND / 2 + 0.5) * goods.volume)  # where a transaction begins that has the band's middle
        if goods.market_good.kind is not TradeKind.IMPORT:
            goods.bought.append(program.variable(-stock.ask_at(units)))
            terms[goods.bought[-1]] = -1.0
        if goods.market_good.kind is not TradeKind.EXPORT:
            goods.sold.append(program.variable(stock.bid_at(units - goods.volume)))
            terms[goods.sold[-1]] = 1.0
        program.row(terms, low=-left, high=BAND * goods.volume - left)


def _place(fill: float) -> int:
    return math.floor(fill / BAND)


def _add_ticks(
    program: Program, goods: Goods, edges: Sequence[float], parameters: EconomyParameters
) -> list[dict[int, float]]:
    """For each band, the units that a tick beginning anywhere moves up through it."""
    moved: list[dict[int, float]] = [{} for _ in edges]
    ticks: list[int] = []
    shares = (motion.FULL_RATE, motion.RESTRICTED_SHARE) if goods.market_good.inputs else (motion.FULL_RATE,)
    for share, low in itertools.product(shares, edges):
        begins = low + BAND / 2
        ends = begins + _step(goods.market_good.kind, begins, share, parameters)
        ticks.append(program.variable())
        if share == motion.FULL_RATE:
            goods.ticks.append((begins, ticks[-1]))
        for place, edge in enumerate(edges):
            part = min(max(begins, ends), edge + BAND) - max(min(begins, ends), edge)
            if part > 0:
                moved[place][ticks[-1]] = math.copysign(part * goods.volume, ends - begins)
    program.row(dict.fromkeys(ticks, 1.0), high=goods.full_ticks)
    return moved


def _step(kind: TradeKind, fill: float, share: float, parameters: EconomyParameters) -> float:
    """By how many transactions a tick at full rate moves a stock."""
    match kind:
        case TradeKind.EXPORT:
            return max(0.0, min(share, (motion.EXPORT_END - fill) / EXPORT_BRAKE))
        case TradeKind.IMPORT:
            return -share if fill > motion.IMPORT_END else 0.0
        case TradeKind.EXCHANGE:
            return -parameters.exchange_return * fill


def _full_ticks(market_good: MarketGood, count: float, parameters: EconomyParameters, pace: Pace) -> float:
    """How many ticks at full rate so many ticks of a good are worth at most."""
    if pace is Pace.GROWN:
        return count
    is_export = market_good.kind is TradeKind.EXPORT
    weak = parameters.export_climb if is_export else max(parameters.import_climb_high, parameters.import_climb_abundant)
    growing = parameters.export_climb_growing if is_export else parameters.import_climb_growing
    rate, worth = market_good.rate, 0.0
    for tick in range(math.ceil(count)):
        worth += min(1.0, count - tick) * min(motion.FULL_RATE, rate)
        if pace is Pace.CLIMBING:
            rate += growing if rate >= motion.GROWING_RATE else weak
    return worth


def _add_feeding(program: Program, goods: Goods, every: Mapping[int, Goods]) -> None:
    """A factory makes all it can at no more ticks than those at which each of its inputs was above SCARCE."""
    making = {tick: 1.0 for _, tick in goods.ticks}
    for needed in goods.market_good.inputs:
        short = {tick: 1.0 for fill, tick in every[id(needed)].ticks if fill < SCARCE_BELOW}
        program.row({**making, **short}, high=max(goods.count, every[id(needed)].count))
