"""A market's first day: what stands on its shelves when the universe begins."""

from collections.abc import Mapping
from dataclasses import dataclass

from starfoundry.game import motion
from starfoundry.game.prices import BASE_PRICES
from starfoundry.game.recipes import SUPPLY_CHAIN
from starfoundry.kernel.ids import Good
from starfoundry.kernel.supply import TradeKind
from starfoundry.sandbox.chance import Chance, from_quantiles, weighted
from starfoundry.sandbox.economy.market import (
    MILLISECONDS_PER_MINUTE,
    SMALL_VOLUME,
    Market,
    draw_steepness,
)
from starfoundry.sandbox.economy.parameters import EconomyParameters
from starfoundry.sandbox.economy.shelf import Shelf
from starfoundry.sandbox.facts.goods import exchange_volume, factory_volume
from starfoundry.sandbox.facts.outfits import PART_PRICES
from starfoundry.sandbox.world.atlas import MarketPlan

_UNKNOWN_BASE = (1_000,)  # a recorded market may list a good that was never priced
_TICKS_PER_HOUR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A good as it was seen at a real market; `units` as in Shelf, `rate` in trade volumes a tick.

    `next_tick` is when it first moves by itself, in milliseconds from the start; None leaves that to chance.
    """

    base: int
    steepness: int
    volume: int
    units: int
    rate: float
    next_tick: int | None = None


def found(
    plan: MarketPlan,
    *,
    born: int,
    parameters: EconomyParameters,
    chance: Chance,
    openings: Mapping[Good, Opening] | None = None,
    bases: Mapping[Good, int] | None = None,
) -> Market:
    """The market of a plan as it stands at `born` (milliseconds). Goods with an opening begin as they were seen.

    `bases` are the base prices in credits of goods that have others here than usually.
    """
    known, shifted = openings or {}, bases or {}
    kinds = ((TradeKind.EXPORT, plan.exports), (TradeKind.IMPORT, plan.imports), (TradeKind.EXCHANGE, plan.exchange))
    shelves = [
        _shelf(good, kind, known.get(good) or _drawn(good, kind, shifted, parameters, chance), parameters, chance)
        for kind, wares in kinds
        for good in wares
    ]
    _connect(plan, {shelf.good: shelf for shelf in shelves})
    first_ticks = {good: each.next_tick for good, each in known.items() if each.next_tick is not None}
    return Market(plan.waypoint, shelves, born=born, parameters=parameters, chance=chance, first_ticks=first_ticks)


def _connect(plan: MarketPlan, shelves: Mapping[Good, Shelf]) -> None:
    """Tell exports what they are made from here, and imports what is made from them here."""
    for made in plan.exports:
        inputs = SUPPLY_CHAIN.get(made, ())
        if not all(good in shelves for good in inputs):
            continue
        output = shelves[made]
        output.inputs = tuple(shelves[good] for good in inputs)
        for shelf in output.inputs:
            if shelf.kind is TradeKind.IMPORT:
                shelf.outputs = (*shelf.outputs, output)


def _shelf(good: Good, kind: TradeKind, opening: Opening, parameters: EconomyParameters, chance: Chance) -> Shelf:
    minutes = parameters.tick_minutes + parameters.tick_spread * (2 * chance.random() - 1)
    return Shelf(
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
    good: Good, kind: TradeKind, bases: Mapping[Good, int], parameters: EconomyParameters, chance: Chance
) -> Opening:
    """A good as a universe begins with it; another base changes nothing else of what is drawn."""
    usual_base = PART_PRICES.get(good) or chance.choice(BASE_PRICES.get(good, _UNKNOWN_BASE))
    base = bases.get(good, usual_base)
    if kind is TradeKind.EXCHANGE:
        steepness = weighted(chance, dict(parameters.steepness_exchange))
        return Opening(base=base, steepness=steepness, volume=exchange_volume(good), units=0, rate=0.0)
    usual = volume = factory_volume(good)
    while volume < usual * parameters.volume_factor:
        volume = motion.grown(volume)
    rate = chance.uniform(*(parameters.rate_export if kind is TradeKind.EXPORT else parameters.rate_import))
    shift = parameters.export_shift if kind is TradeKind.EXPORT else parameters.import_shift
    return Opening(
        base=base,
        steepness=draw_steepness(usual, parameters, chance),
        volume=volume,
        units=round(_first_units(kind, usual, rate, parameters, chance) * volume / usual + shift * volume),
        rate=rate,
    )


def _first_units(kind: TradeKind, volume: int, rate: float, parameters: EconomyParameters, chance: Chance) -> float:
    """A stock as it stands at the reset: the measured ones, less what moves until they could be read."""
    walked = parameters.start_hours * _TICKS_PER_HOUR * rate * volume
    if volume < SMALL_VOLUME:
        is_export = kind is TradeKind.EXPORT
        return from_quantiles(chance, parameters.start_small_export if is_export else parameters.start_small_import)
    if kind is TradeKind.EXPORT:
        return from_quantiles(chance, parameters.start_export) * volume - walked
    return from_quantiles(chance, parameters.start_import) * volume + walked
