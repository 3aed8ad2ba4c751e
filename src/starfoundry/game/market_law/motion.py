"""The law of motion: the effect of one tick on a good's stock, rate and trade volume without trades.

Every import and export good at a market has its own tick, about every half hour. At a tick a factory adds a share of
the trade volume V to its product, and an import loses a share of V; the share is the good's rate, up to 1. Rates, and
with them activities, change with the stock (those factors are not known well and are not part of this file).

Grades: M measured on the live server, A assumed.

M  a tick every 29.2 to 30.0 minutes in the newest universe (2025-11), 31.5 to 33.5 in two others, with a jitter of 1.4
   to 2.3 minutes that adds up; goods of one market do not tick together
M  an export rises by rate V whatever its stock, up to about s = 2, by at most (8 - s) V / 6 above, and ends at s = 8
M  an export is RESTRICTED exactly while one of its inputs at the market is SCARCE; then it makes a fifth
M  an import falls by rate V until it stands at s = -9 or below; the last step is whole
M  an import is RESTRICTED while every export that it feeds at the market is ABUNDANT; then a fifth is used
M  a volume grows to ceil(1.1 V) in double precision, an export's only up to 0.75 of its smallest input's volume
A  an import's volume grows up to 2.65 times that of the export it feeds (the largest seen)
A  a step is at least 0.08 V: goods without trades reach their ends within two days, RESTRICTED or not
"""

import math
from collections.abc import Iterable

from starfoundry.kernel.supply import Activity, SupplyLevel

EXPORT_END, IMPORT_END = 8, -9
"""The stock, in transactions, where an untraded export and an untraded import come to rest."""

RESTRICTED_SHARE = 0.2
"""The share of its rate at which a RESTRICTED good moves."""

EXPORT_INPUT_RATIO, IMPORT_EXPORT_RATIO = 0.75, 2.65
"""The largest volume of an export by its smallest input's, and of an import by its export's."""

GROWING_RATE, FULL_RATE = 0.4, 1.0
"""The rates from which a good shows GROWING, and beyond which a tick moves no more than V."""

_STEP_MIN = 0.08
_EXPORT_BRAKE = 6.0  # fits 0.72 V at s = 3.75, and 0.91 V and 0.75 V at s = 2.57 and 3.47


def step(rate: float, volume: int, *, is_restricted: bool) -> float:
    """The unrounded units moved by a tick without limits of the stock; `rate` is a share of the volume."""
    share = min(rate, FULL_RATE) * (RESTRICTED_SHARE if is_restricted else 1.0)
    return max(share, _STEP_MIN) * volume


def export_step(units: int, volume: int, rate: float, *, is_restricted: bool) -> int:
    """The units one tick adds to an export's stock: at least 1 until the stock is at its end, then 0."""
    room = EXPORT_END * volume - units
    if room <= 0:
        return 0
    made = min(step(rate, volume, is_restricted=is_restricted), room / _EXPORT_BRAKE)
    return min(room, max(1, math.floor(made + 0.5)))


def import_step(units: int, volume: int, rate: float, *, is_restricted: bool) -> int:
    """The units one tick takes from an import's stock: at least 1 until the stock is at its end, then 0."""
    if units <= IMPORT_END * volume:
        return 0
    return max(1, math.floor(step(rate, volume, is_restricted=is_restricted) + 0.5))


def is_export_restricted(inputs: Iterable[SupplyLevel]) -> bool:
    """Whether an export is RESTRICTED, given the levels of its inputs at the market."""
    return SupplyLevel.SCARCE in inputs


def is_import_restricted(outputs: Iterable[SupplyLevel]) -> bool:
    """Whether an import is RESTRICTED, given the levels of the exports it feeds at the market; False without any."""
    levels = tuple(outputs)
    return bool(levels) and all(level is SupplyLevel.ABUNDANT for level in levels)


def activity(rate: float, *, is_restricted: bool, strong_rate: float = FULL_RATE) -> Activity:
    """The activity that a market shows for a rate; the limit between GROWING at rate 1 and STRONG is not known."""
    if is_restricted:
        return Activity.RESTRICTED
    if rate < GROWING_RATE:
        return Activity.WEAK
    return Activity.GROWING if rate < strong_rate else Activity.STRONG


def next_volume(volume: int) -> int:
    """The next trade volume: 20, 22, 25, 28, 31, 35, 39, 43 …."""
    return math.ceil(1.1 * volume)


def may_export_grow(volume: int, inputs: Iterable[int]) -> bool:
    """Whether an export's volume may grow, given the volumes of its inputs at the market; False without any."""
    smallest = min(inputs, default=0)
    return next_volume(volume) <= EXPORT_INPUT_RATIO * smallest


def may_import_grow(volume: int, outputs: Iterable[int]) -> bool:
    """Whether an import's volume may grow, given the volumes of the exports it feeds; True without any."""
    largest = max(outputs, default=0)
    return largest == 0 or next_volume(volume) <= IMPORT_EXPORT_RATIO * largest
