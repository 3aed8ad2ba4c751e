"""Comparison of the world at the start of a forecast with the current one, by measures with thresholds."""

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from starfoundry.config.domain.declarations.value_text import as_text
from starfoundry.config.domain.model import SETTINGS
from starfoundry.forecast.domain.situation import KnownGood, KnownShip
from starfoundry.kernel.supply import SupplyLevel

PRICES_DIFFER = 0.25
"""Prices differ when half of them have moved by a quarter or more, up or down."""

LEVELS_DIFFER = 0.30
"""Markets differ when so large a share of supplies is two levels or more from what it was."""

FLEET_DIFFERS = 0.25
"""Fleets differ when the ships with a hold became more or fewer by such a share."""

GOODS_MIN = 10
"""Goods that must be known at both times for prices and levels to be compared."""


class PicturedGood(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One good at one market: the middle of its prices in credits, and its supply from 1 to 5, 0 if unknown."""

    price: float
    level: int


class WorldPicture(msgspec.Struct, frozen=True, kw_only=True):
    """One observation of the world: goods by "market good", and the ships with a hold."""

    goods: Mapping[str, PicturedGood]
    carriers: int


def picture_of(goods: Sequence[KnownGood], ships: Sequence[KnownShip]) -> WorldPicture:
    """The picture of these goods and ships."""
    return WorldPicture(
        goods={
            f"{each.waypoint} {each.good}": PicturedGood(
                price=(each.ask + each.bid) / 2, level=SupplyLevel[each.supply].value if each.supply else 0
            )
            for each in goods
        },
        carriers=sum(each.cargo_capacity > 0 for each in ships),
    )


def world_differences(then: WorldPicture, now: WorldPicture) -> tuple[str, ...]:
    """In what the world seen now is unlike the one a forecast began with; empty if it resembles it."""
    return (*_prices(then, now), *_levels(then, now), *_fleets(then, now))


def settings_differences(known: Sequence[Mapping[str, Any] | None], now: Mapping[str, Any]) -> tuple[str, ...]:
    """The settings in force now, by stored key, that a forecast knew with no such value; empty if it knew all at once.

    `known` are the settings it played under: today's, and the proposed ones or None.
    """
    played = [each for each in known if each is not None]
    if any(all(each.get(one.key) == now.get(one.key) for one in SETTINGS) for each in played):
        return ()
    nearest = min(played, key=lambda each: sum(each.get(one.key) != now.get(one.key) for one in SETTINGS))
    changed = [one for one in SETTINGS if nearest.get(one.key) != now.get(one.key)]
    return (f"settings: {', '.join(f'{one.name} is {as_text(now.get(one.key))} now' for one in changed)}",)


def _both(then: WorldPicture, now: WorldPicture) -> list[tuple[PicturedGood, PicturedGood]]:
    pairs = [(each, now.goods[name]) for name, each in then.goods.items() if name in now.goods]
    return pairs if len(pairs) >= GOODS_MIN else []


def _prices(then: WorldPicture, now: WorldPicture) -> tuple[str, ...]:
    pairs = [(one.price, two.price) for one, two in _both(then, now) if one.price > 0 and two.price > 0]
    if not pairs:
        return ()
    moved = math.expm1(statistics.median(abs(math.log(two / one)) for one, two in pairs))
    if moved < PRICES_DIFFER:
        return ()
    return (f"prices: half of {len(pairs)} changed by {100 * moved:.0f} % or more",)


def _levels(then: WorldPicture, now: WorldPicture) -> tuple[str, ...]:
    pairs = [(one.level, two.level) for one, two in _both(then, now) if one.level and two.level]
    far = sum(abs(one - two) >= 2 for one, two in pairs)
    if not pairs or far < LEVELS_DIFFER * len(pairs):
        return ()
    return (f"supplies: {far} of {len(pairs)} differ by two levels or more",)


def _fleets(then: WorldPicture, now: WorldPicture) -> tuple[str, ...]:
    if abs(now.carriers - then.carriers) < FLEET_DIFFERS * max(1, then.carriers):
        return ()
    return (f"fleet: {now.carriers} ships with a hold instead of {then.carriers}",)
