"""The decision of a ship at a market with too little supply: wait or leave, whichever is worth more."""

from dataclasses import dataclass

from starfoundry.game.market_law.law import Curve
from starfoundry.kernel.supply import SupplyLevel

WAIT_MAX_SECONDS = 1200
"""The longest total wait of a ship at one market: the next market is nearly always nearer than that."""

STEP_SECONDS = 900
"""Seconds of one wait: markets recalculate about every quarter of an hour (M), so less shows nothing new."""

STOCK_AN_HOUR = 1.0
"""Trade volumes that a factory adds to its stock in an hour: one at WEAK, two at STRONG (M); the lower is assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Wait and look again after `seconds`, since the supply is `supply` and `floor` is needed."""

    seconds: float
    reason: str
    supply: SupplyLevel
    floor: SupplyLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Return the task."""

    reason: str


def decide_on_short_supply(
    source: Curve, floor: SupplyLevel, *, waited: float, promised_per_hour: int, trip_seconds: float
) -> Wait | Leave:
    """Wait if the level returns soon enough that the trip still pays half of its promise per hour.

    `promised_per_hour` is the expected profit of the trip, in credits; `trip_seconds` the time that the rest of it
    takes.
    """
    level = source.supply.name if source.supply is not None else "unreadable"
    short = f"supply {level} is below {floor.name}"
    tranches = tranches_missing(source, floor)
    if source.supply is None or tranches is None:
        return Leave(reason=f"{short} and cannot be estimated")
    needed = max(STEP_SECONDS, tranches / STOCK_AN_HOUR * 3600)
    if waited + needed > WAIT_MAX_SECONDS:
        return Leave(reason=f"{short}; it takes about {needed / 60:.0f} minutes to come back")
    if promised_per_hour <= 0 or trip_seconds < needed:
        return Leave(reason=f"{short}; waiting {needed / 60:.0f} minutes costs more than half of the expected profit")
    reason = f"{short}; it is {tranches:.1f} trade volumes short"
    return Wait(seconds=needed, reason=reason, supply=source.supply, floor=floor)


def tranches_missing(source: Curve, floor: SupplyLevel) -> float | None:
    """The trade volumes of stock that are missing until the supply reads `floor`; None if the curve does not say."""
    if source.supply is None:
        return None
    parts = 4
    step = max(1, source.trade_volume // parts)
    for taken in range(12 * parts):
        if source.supply >= floor:
            return taken * step / source.trade_volume
        source = source.after_sale(step)
    return None
