"""Initial stocks of a market when the universe begins."""

from collections.abc import Mapping
from dataclasses import dataclass

from starfoundry.game.known_recipes import SUPPLY_CHAIN
from starfoundry.game.market_law import motion
from starfoundry.game.market_law.known_prices import BASE_PRICES
from starfoundry.kernel.ids import Good
from starfoundry.kernel.supply import TradeKind
from starfoundry.sandbox.catalogue.goods import exchange_volume, factory_volume
from starfoundry.sandbox.catalogue.outfits import PART_PRICES
from starfoundry.sandbox.core.random_streams import RandomStream, from_quantiles, weighted
from starfoundry.sandbox.economy.market import (
    MILLISECONDS_PER_MINUTE,
    SMALL_VOLUME,
    Market,
    draw_steepness,
)
from starfoundry.sandbox.economy.market_good import MarketGood
from starfoundry.sandbox.economy.parameters import EconomyParameters
from starfoundry.sandbox.worldgen.atlas import MarketPlan

_UNKNOWN_BASE = (1_000,)  # a recorded market may list a good without a known price
_TICKS_PER_HOUR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialStock:
    """A good as observed at a real market; `units` as in MarketGood, `rate` in trade volumes a tick."""

    base: int
    steepness: int
    volume: int
    units: int
    rate: float
    next_tick: int | None = None


def create_market(
    plan: MarketPlan,
    *,
    born: int,
    parameters: EconomyParameters,
    rng: RandomStream,
    openings: Mapping[Good, InitialStock] | None = None,
    bases: Mapping[Good, int] | None = None,
) -> Market:
    """The market of a plan at `born` (milliseconds). Goods with an opening begin as observed.

    `bases` are base prices in credits that differ from the usual ones.
    """
    known, shifted = openings or {}, bases or {}
    kinds = ((TradeKind.EXPORT, plan.exports), (TradeKind.IMPORT, plan.imports), (TradeKind.EXCHANGE, plan.exchange))
    market_goods = [
        _market_good(good, kind, known.get(good) or _drawn(good, kind, shifted, parameters, rng), parameters, rng)
        for kind, wares in kinds
        for good in wares
    ]
    _connect(plan, {market_good.good: market_good for market_good in market_goods})
    first_ticks = {good: each.next_tick for good, each in known.items() if each.next_tick is not None}
    return Market(plan.waypoint, market_goods, born=born, parameters=parameters, rng=rng, first_ticks=first_ticks)


def _connect(plan: MarketPlan, market_goods: Mapping[Good, MarketGood]) -> None:
    """Link exports with their inputs at this market, and imports with the exports made from them."""
    for made in plan.exports:
        inputs = SUPPLY_CHAIN.get(made, ())
        if not all(good in market_goods for good in inputs):
            continue
        output = market_goods[made]
        output.inputs = tuple(market_goods[good] for good in inputs)
        for market_good in output.inputs:
            if market_good.kind is TradeKind.IMPORT:
                market_good.outputs = (*market_good.outputs, output)


def _market_good(
    good: Good, kind: TradeKind, opening: InitialStock, parameters: EconomyParameters, rng: RandomStream
) -> MarketGood:
    minutes = parameters.tick_minutes + parameters.tick_spread * (2 * rng.random() - 1)
    return MarketGood(
        good=good,
        kind=kind,
        base=opening.base,
        steepness=opening.steepness,
        volume=opening.volume,
        units=opening.units,
        rate=opening.rate,
        period=round(minutes * MILLISECONDS_PER_MINUTE),
        volume_max=dict(parameters.growth_largest).get(factory_volume(good), 0),
    )


def _drawn(
    good: Good, kind: TradeKind, bases: Mapping[Good, int], parameters: EconomyParameters, rng: RandomStream
) -> InitialStock:
    """The random initial stock of a good; another base changes nothing else of the draw."""
    usual_base = PART_PRICES.get(good) or rng.choice(BASE_PRICES.get(good, _UNKNOWN_BASE))
    base = bases.get(good, usual_base)
    if kind is TradeKind.EXCHANGE:
        steepness = weighted(rng, dict(parameters.steepness_exchange))
        return InitialStock(base=base, steepness=steepness, volume=exchange_volume(good), units=0, rate=0.0)
    usual = volume = factory_volume(good)
    while volume < usual * parameters.volume_factor:
        volume = motion.next_volume(volume)
    rate = rng.uniform(*(parameters.rate_export if kind is TradeKind.EXPORT else parameters.rate_import))
    shift = parameters.export_shift if kind is TradeKind.EXPORT else parameters.import_shift
    return InitialStock(
        base=base,
        steepness=draw_steepness(usual, parameters, rng),
        volume=volume,
        units=round(_first_units(kind, usual, rate, parameters, rng) * volume / usual + shift * volume),
        rate=rate,
    )


def _first_units(kind: TradeKind, volume: int, rate: float, parameters: EconomyParameters, rng: RandomStream) -> float:
    """The stock at the reset: the measured one, minus what moved before it could be measured."""
    walked = parameters.start_hours * _TICKS_PER_HOUR * rate * volume
    if volume < SMALL_VOLUME:
        is_export = kind is TradeKind.EXPORT
        return from_quantiles(rng, parameters.start_small_export if is_export else parameters.start_small_import)
    if kind is TradeKind.EXPORT:
        return from_quantiles(rng, parameters.start_export) * volume - walked
    return from_quantiles(rng, parameters.start_import) * volume + walked
