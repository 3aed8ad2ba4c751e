"""A market's first day: what stands on its shelves when the universe begins."""

from collections.abc import Mapping
from dataclasses import dataclass

from starfoundry.game.prices import BASE_PRICES
from starfoundry.kernel.ids import Good
from starfoundry.kernel.supply import TradeKind
from starfoundry.sandbox.chance import Chance, from_quantiles, weighted
from starfoundry.sandbox.economy.factory import Factory
from starfoundry.sandbox.economy.market import MILLISECONDS_PER_HOUR, Market
from starfoundry.sandbox.economy.parameters import EconomyParameters
from starfoundry.sandbox.economy.shelf import Shelf
from starfoundry.sandbox.facts.chain import SUPPLY_CHAIN
from starfoundry.sandbox.facts.goods import RAW, exchange_volume, factory_volume
from starfoundry.sandbox.world.atlas import MarketPlan

SETTLING_TURNS = 8
_UNKNOWN_BASE = (1_000,)  # a recorded market may list a good that was never priced
_SMALL_VOLUME = 6
_EXCHANGE_STEEPNESS = 8


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
    shelves = [
        *(_shelf(good, TradeKind.EXPORT, parameters, chance, known.get(good)) for good in plan.exports),
        *(_shelf(good, TradeKind.IMPORT, parameters, chance, known.get(good)) for good in plan.imports),
        *(_shelf(good, TradeKind.EXCHANGE, parameters, chance, known.get(good)) for good in plan.exchange),
    ]
    factories = _factories(plan, {shelf.good: shelf for shelf in shelves}, known, parameters, chance)
    phase = int(chance.random() * parameters.turn_hours * MILLISECONDS_PER_HOUR)
    market = Market(plan.waypoint, shelves, factories, first_turn=born + phase, parameters=parameters, chance=chance)
    if not known:
        for _ in range(SETTLING_TURNS):
            market.take_turn()
        market.take_visits()
    return market


def _factories(
    plan: MarketPlan,
    shelves: Mapping[Good, Shelf],
    known: Mapping[Good, Opening],
    parameters: EconomyParameters,
    chance: Chance,
) -> list[Factory]:
    """One for every export whose recipe can be followed here."""
    made_here = [
        made for made in plan.exports if made in SUPPLY_CHAIN and all(good in shelves for good in SUPPLY_CHAIN[made])
    ]
    users = {good: sum(good in SUPPLY_CHAIN[made] for made in made_here) for good in plan.imports}
    factories = []
    for made in made_here:
        inputs = SUPPLY_CHAIN[made]
        need = max(parameters.need_min, chance.gauss(parameters.need_middle, parameters.need_spread))
        if made in known:  # seen short, it needs more than there is; seen at work, less
            need = parameters.need_middle + (1 if known[made].is_short else -1) * abs(need - parameters.need_middle)
        factories.append(
            Factory(
                output=shelves[made],
                inputs=[shelves[good] for good in inputs],
                shares=[1 / max(1, users.get(good, 1)) for good in inputs],
                need=need,
            )
        )
    return factories


def _shelf(
    good: Good, kind: TradeKind, parameters: EconomyParameters, chance: Chance, opening: Opening | None
) -> Shelf:
    if opening is not None:
        return _opened(good, kind, opening)
    base = chance.choice(BASE_PRICES.get(good, _UNKNOWN_BASE))
    if kind is TradeKind.EXCHANGE:
        volume = exchange_volume(good)
        return Shelf(good=good, kind=kind, base=base, steepness=_EXCHANGE_STEEPNESS, volume=volume, units=0, rest=0.0)
    usual = factory_volume(good)
    volume = round(usual * parameters.volume_factor)
    seen = parameters.steepness_small if usual <= _SMALL_VOLUME else parameters.steepness
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
