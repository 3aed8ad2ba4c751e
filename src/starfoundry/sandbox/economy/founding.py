"""A market's first day: what stands on its shelves when the universe begins."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from starfoundry.game.prices import BASE_PRICES
from starfoundry.game.stock import LEVEL_FLOORS
from starfoundry.kernel.ids import Good
from starfoundry.kernel.supply import TradeKind
from starfoundry.sandbox.chance import Chance, from_quantiles, weighted
from starfoundry.sandbox.economy.factory import Factory
from starfoundry.sandbox.economy.market import MILLISECONDS_PER_HOUR, Market
from starfoundry.sandbox.economy.parameters import EconomyParameters
from starfoundry.sandbox.economy.shelf import Shelf
from starfoundry.sandbox.facts.chain import SUPPLY_CHAIN
from starfoundry.sandbox.facts.goods import RAW, exchange_volume, factory_volume
from starfoundry.sandbox.facts.outfits import PART_PRICES
from starfoundry.sandbox.facts.paces import QUICKNESS
from starfoundry.sandbox.world.atlas import MarketPlan

SETTLING_TURNS = 8
_UNKNOWN_BASE = (1_000,)  # a recorded market may list a good that was never priced
_SMALL_VOLUME = 6
_EXCHANGE_STEEPNESS = 8
_RESTS_FULL = LEVEL_FLOORS[TradeKind.EXPORT][0]
_RESTS_EMPTY = LEVEL_FLOORS[TradeKind.IMPORT][3]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A good as it was seen at a real market; stock and rest as in Shelf, `tempo` in transactions an hour."""

    base: int
    steepness: int
    volume: int
    units: int
    rest: float
    tempo: float = 1.0
    is_short: bool = False


def found(
    plan: MarketPlan,
    *,
    born: int,
    parameters: EconomyParameters,
    chance: Chance,
    openings: Mapping[Good, Opening] | None = None,
) -> Market:
    """The market of a plan as it stands at `born` (milliseconds), with two hours behind it.

    Goods with an opening begin as they were seen; then nothing has happened before.
    """
    known = openings or {}
    works = _works(plan)
    rests = _rests(plan, works, parameters, chance)
    kinds = ((TradeKind.EXPORT, plan.exports), (TradeKind.IMPORT, plan.imports), (TradeKind.EXCHANGE, plan.exchange))
    shelves = [
        _opened(good, kind, known[good])
        if good in known
        else _shelf(good, kind, rests.get(good, 0.0), parameters, chance)
        for kind, wares in kinds
        for good in wares
    ]
    factories = _factories(works, {shelf.good: shelf for shelf in shelves})
    phase = int(chance.random() * parameters.turn_hours * MILLISECONDS_PER_HOUR)
    market = Market(plan.waypoint, shelves, factories, first_turn=born + phase, parameters=parameters, chance=chance)
    if not known:
        for _ in range(SETTLING_TURNS):
            market.take_turn()
        market.take_visits()
    return market


def _works(plan: MarketPlan) -> Mapping[Good, tuple[Good, ...]]:
    """What is made here by a recipe that can be followed here, and from what."""
    here = {*plan.exports, *plan.imports, *plan.exchange}
    return {
        made: SUPPLY_CHAIN[made]
        for made in plan.exports
        if made in SUPPLY_CHAIN and here.issuperset(SUPPLY_CHAIN[made])
    }


def _rests(
    plan: MarketPlan, works: Mapping[Good, tuple[Good, ...]], parameters: EconomyParameters, chance: Chance
) -> Mapping[Good, float]:
    """Where each stock rests. Nothing rests full that is made from what rests empty: such an import is drawn again."""
    rests = {good: _rest(good, TradeKind.EXPORT, parameters, chance) for good in plan.exports}
    for good in plan.imports:
        made = [rests[each] for each, inputs in works.items() if good in inputs]
        rests[good] = _rest(good, TradeKind.IMPORT, parameters, chance)
        if made and min(made) >= _RESTS_FULL and rests[good] < _RESTS_EMPTY:
            rests[good] = _rest(good, TradeKind.IMPORT, parameters, chance)
    return rests


def _factories(works: Mapping[Good, tuple[Good, ...]], shelves: Mapping[Good, Shelf]) -> list[Factory]:
    """One for every export whose recipe can be followed here."""
    users = Counter(good for inputs in works.values() for good in inputs)
    return [
        Factory(
            output=shelves[made],
            inputs=[shelves[good] for good in inputs],
            shares=[1 / users[good] for good in inputs],
            quickness=QUICKNESS.get(made, 1.0),
        )
        for made, inputs in works.items()
    ]


def _shelf(good: Good, kind: TradeKind, rest: float, parameters: EconomyParameters, chance: Chance) -> Shelf:
    base = PART_PRICES.get(good) or chance.choice(BASE_PRICES.get(good, _UNKNOWN_BASE))
    if kind is TradeKind.EXCHANGE:
        volume = exchange_volume(good)
        return Shelf(good=good, kind=kind, base=base, steepness=_EXCHANGE_STEEPNESS, volume=volume, units=0, rest=0.0)
    usual = factory_volume(good)
    volume = round(usual * parameters.volume_factor)
    seen = parameters.steepness_small if usual <= _SMALL_VOLUME else parameters.steepness
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


def _opened(good: Good, kind: TradeKind, opening: Opening) -> Shelf:
    shelf = Shelf(
        good=good,
        kind=kind,
        base=opening.base,
        steepness=opening.steepness,
        volume=opening.volume,
        units=opening.units,
        rest=opening.rest,
    )
    shelf.tempo = opening.tempo
    shelf.is_short = opening.is_short
    return shelf


def _rest(good: Good, kind: TradeKind, parameters: EconomyParameters, chance: Chance) -> float:
    if kind is TradeKind.EXPORT:
        knots = parameters.rest_raw_export if good in RAW else parameters.rest_export
        return from_quantiles(chance, knots) + parameters.export_shift
    knots = parameters.rest_raw_import if good in RAW else parameters.rest_import
    return from_quantiles(chance, knots) + parameters.import_shift
