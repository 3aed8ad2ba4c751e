"""A market's first day: what stands on its shelves when the universe begins."""

from starfoundry.game.prices import BASE_PRICES
from starfoundry.kernel.ids import Good
from starfoundry.kernel.supply import TradeKind
from starfoundry.sandbox.chance import Chance, from_quantiles, weighted
from starfoundry.sandbox.economy.factory import Factory
from starfoundry.sandbox.economy.market import MILLISECONDS_PER_HOUR, Market
from starfoundry.sandbox.economy.parameters import EconomyParameters
from starfoundry.sandbox.economy.shelf import Shelf
from starfoundry.sandbox.facts.goods import RAW, RECIPES, exchange_volume, factory_volume
from starfoundry.sandbox.world.atlas import MarketPlan

SETTLING_TURNS = 8
_SMALL_VOLUME = 6
_EXCHANGE_STEEPNESS = 8


def found(plan: MarketPlan, *, born: int, parameters: EconomyParameters, chance: Chance) -> Market:
    """The market of a plan as it stands at `born` (milliseconds), with two hours behind it."""
    shelves = [
        *(_shelf(good, TradeKind.EXPORT, parameters, chance) for good in plan.exports),
        *(_shelf(good, TradeKind.IMPORT, parameters, chance) for good in plan.imports),
        *(_shelf(good, TradeKind.EXCHANGE, parameters, chance) for good in plan.exchange),
    ]
    by_good = {shelf.good: shelf for shelf in shelves}
    users = {good: sum(good in RECIPES[made] for made in plan.exports) for good in plan.imports}
    factories = [
        Factory(
            output=by_good[made],
            inputs=[by_good[good] for good in RECIPES[made]],
            shares=[1 / users[good] for good in RECIPES[made]],
            need=chance.gauss(parameters.need_middle, parameters.need_spread),
        )
        for made in plan.exports
    ]
    phase = int(chance.random() * parameters.turn_hours * MILLISECONDS_PER_HOUR)
    market = Market(plan.waypoint, shelves, factories, first_turn=born + phase, parameters=parameters, chance=chance)
    for _ in range(SETTLING_TURNS):
        market.take_turn()
    return market


def _shelf(good: Good, kind: TradeKind, parameters: EconomyParameters, chance: Chance) -> Shelf:
    base = chance.choice(BASE_PRICES[good])
    if kind is TradeKind.EXCHANGE:
        volume = exchange_volume(good)
        return Shelf(good=good, kind=kind, base=base, steepness=_EXCHANGE_STEEPNESS, volume=volume, units=0, rest=0.0)
    volume = factory_volume(good)
    seen = parameters.steepness_small if volume <= _SMALL_VOLUME else parameters.steepness
    rest = _rest(good, kind, parameters, chance)
    shelf = Shelf(
        good=good,
        kind=kind,
        base=base,
        steepness=weighted(chance, dict(seen)),
        volume=volume,
        units=round((rest + chance.gauss(0.0, 0.8)) * volume),
        rest=rest,
    )
    shelf.tempo = 2.0 ** chance.gauss(0.0, parameters.tempo_spread / 0.69)
    return shelf


def _rest(good: Good, kind: TradeKind, parameters: EconomyParameters, chance: Chance) -> float:
    if kind is TradeKind.EXPORT:
        return from_quantiles(chance, parameters.rest_raw_export if good in RAW else parameters.rest_export)
    return from_quantiles(chance, parameters.rest_raw_import if good in RAW else parameters.rest_import)
