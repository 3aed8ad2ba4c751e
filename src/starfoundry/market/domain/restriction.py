"""Causes of RESTRICTED activity at a market, and what would end it.

The server shows an export RESTRICTED exactly while one of its inputs there is SCARCE, and an import only while every
export that it feeds there is ABUNDANT (421 of 421, 72 of 72 readings; the law of motion).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starfoundry.game.market_law.law import Curve, MarketStock
from starfoundry.game.market_law.stock import LEVEL_FLOORS
from starfoundry.kernel.ids import Good
from starfoundry.kernel.supply import Activity, SupplyLevel, TradeKind
from starfoundry.market.domain.model import Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One good that restricts another. Selling `units` to its market (buying them, for an export) would end that.

    None if the market law does not tell how many.
    """

    good: Good
    supply: SupplyLevel
    units: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """A good that moves at a fifth of its rate, and the goods that restrict it.

    For an export every cause must end, for an import only one. The list is empty if the readings of the market do
    not explain it.
    """

    good: Good
    kind: TradeKind
    causes: tuple[Cause, ...]

    def sentence(self) -> str:
        """The reason and the remedy in one sentence."""
        if not self.causes:
            return f"{self.good} is RESTRICTED; no reading of this market explains it"
        if self.kind is TradeKind.EXPORT:
            remedy = " and ".join(_amount(cause) for cause in self.causes)
            pace = "is made at a fifth of its rate"
            return f"{self.good} {pace} while {_named(self.causes)} SCARCE; deliver {remedy} to end it"
        remedy = " or ".join(_amount(cause) for cause in self.causes)
        return (
            f"{self.good} is used at a fifth of its rate while {_named(self.causes)} ABUNDANT; buy {remedy} to end it"
        )


def restriction_of(
    sighting: Sighting, market: Sequence[Sighting], inputs: Mapping[Good, tuple[Good, ...]]
) -> Restriction | None:
    """Why a good is RESTRICTED, from what was last seen at its market; None if it is not.

    `market` are the sightings of the same market, `inputs` the goods that each good is made from.
    """
    quote = sighting.quote
    if quote.activity is not Activity.RESTRICTED or quote.kind is TradeKind.EXCHANGE:
        return None
    if quote.kind is TradeKind.EXPORT:
        needed = inputs.get(quote.good, ())
        causes = [_starved(each) for each in market if each.quote.good in needed and _is(each, SupplyLevel.SCARCE)]
    else:
        fed = [each for each in market if each.quote.kind is TradeKind.EXPORT and _uses(inputs, each, quote.good)]
        full = bool(fed) and all(_is(each, SupplyLevel.ABUNDANT) for each in fed)
        causes = [_overfull(each) for each in fed] if full else []
    return Restriction(good=quote.good, kind=quote.kind, causes=tuple(causes))


def _starved(sighting: Sighting) -> Cause:
    missing = _units_from(sighting.curve, TradeKind.IMPORT, SupplyLevel.LIMITED)
    return Cause(good=sighting.quote.good, supply=SupplyLevel.SCARCE, units=missing)


def _overfull(sighting: Sighting) -> Cause:
    above = _units_from(sighting.curve, TradeKind.EXPORT, SupplyLevel.ABUNDANT)
    return Cause(good=sighting.quote.good, supply=SupplyLevel.ABUNDANT, units=None if above is None else 1 - above)


def _units_from(curve: Curve, kind: TradeKind, level: SupplyLevel) -> int | None:
    """Cargo units between a stock and the least one that shows a level; negative if it is above that."""
    if not isinstance(curve, MarketStock):
        return None
    floor = LEVEL_FLOORS[kind][SupplyLevel.ABUNDANT - level] * curve.trade_volume
    return floor - curve.units


def _is(sighting: Sighting, level: SupplyLevel) -> bool:
    return sighting.quote.supply is level


def _uses(inputs: Mapping[Good, tuple[Good, ...]], product: Sighting, part: Good) -> bool:
    return part in inputs.get(product.quote.good, ())


def _named(causes: Sequence[Cause]) -> str:
    names = " and ".join(cause.good for cause in causes)
    return f"{names} is" if len(causes) == 1 else f"{names} are"


def _amount(cause: Cause) -> str:
    return f"{cause.units} {cause.good}" if cause.units is not None else cause.good
