"""What a ship does when a market is not what was hoped for: wait, or leave, whichever is worth more."""

from dataclasses import dataclass

from starfoundry.game.market_law.law import Curve
from starfoundry.kernel.supply import SupplyLevel

WAIT_MAX_SECONDS = 1200
"""No ship waits longer in all at one market: the next one is nearly always nearer than that."""

STEP_SECONDS = 900
"""Markets recalculate about every quarter of an hour (M); waiting less sees nothing new."""

STOCK_AN_HOUR = 1.0
"""Trade volumes a factory adds to its stock in an hour: one at WEAK, two at STRONG (M); the lower is counted on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Stay and look again after `seconds`, since the supply is `supply` and `floor` is needed."""

    seconds: float
    reason: str
    supply: SupplyLevel
    floor: SupplyLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Give the task back."""

    reason: str


def when_supply_is_short(
    source: Curve, floor: SupplyLevel, *, waited: float, promised_per_hour: int, trip_seconds: float
) -> Wait | Leave:
    """Wait when the level comes back soon enough that the trip still pays half of what it promised an hour.

    `promised_per_hour` is what the trip was sent out for, in credits; `trip_seconds` how long the rest of it takes.
    """
    level = source.supply.name if source.supply is not None else "unreadable"
    short = f"supply {level} is below {floor.name}"
    tranches = tranches_below(source, floor)
    if source.supply is None or tranches is None:
        return Leave(reason=f"{short} and cannot be reckoned")
    needed = max(STEP_SECONDS, tranches / STOCK_AN_HOUR * 3600)
    if waited + needed > WAIT_MAX_SECONDS:
        return Leave(reason=f"{short}; it takes about {needed / 60:.0f} minutes to come back")
    if promised_per_hour <= 0 or trip_seconds < needed:
        return Leave(
            reason=f"{short}; waiting {needed / 60:.0f} minutes costs more than half of what the trip promised"
        )
    reason = f"{short}; it is {tranches:.1f} trade volumes short"
    return Wait(seconds=needed, reason=reason, supply=source.supply, floor=floor)


def tranches_below(source: Curve, floor: SupplyLevel) -> float | None:
    """How many trade volumes of stock are missing until the supply reads `floor`; None when the curve does not say."""
    if source.supply is None:
        return None
    parts = 4
    step = max(1, source.trade_volume // parts)
    for taken in range(12 * parts):
        if source.supply >= floor:
            return taken * step / source.trade_volume
        source = source.after_sale(step)
    return None
