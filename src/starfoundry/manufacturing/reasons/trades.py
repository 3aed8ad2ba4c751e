"""Reasons why a trade lane is not used, one function per rule."""

import math

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.kernel.ids import Good
from starfoundry.kernel.reason import Reason
from starfoundry.manufacturing.reasons.trips import LOOK


def traders_busy(busy: int, config: ManufacturingConfig) -> Reason:
    """The maximum number of ships is trading."""
    return Reason(
        rule="traders_busy",
        text=f"all traders busy: {busy} ships trade, trade_max_ships is {config.trade_max_ships}",
        figures={"busy": busy, "trade_max_ships": config.trade_max_ships},
        setting="trade_max_ships",
        would_pass={"trade_max_ships": busy + 1},
        remedy="allow more trading ships, or wait until one is done",
    )


def no_trade_seen() -> Reason:
    """No good was seen at both a market that sells it and one that buys it."""
    return Reason(
        rule="no_trade_seen",
        text="no trade known: no good has known prices at both a seller and a buyer",
        figures={},
        remedy=LOOK,
    )


def margin_too_thin(good: Good, gain: float, least: float) -> Reason:
    """The first units would gain less than the minimum margin; both are shares of the cost."""
    percent, needed = math.floor(100 * gain), round(100 * least)
    return Reason(
        rule="margin_too_thin",
        text=f"margin too thin: {good} gains {percent} % of its cost, trade_min_margin is {needed} %",
        figures={"good": good, "margin": percent, "trade_min_margin": needed},
        setting="trade_min_margin",
        would_pass={"trade_min_margin": percent} if percent >= 0 else {},
        remedy="accept a smaller margin, or wait until prices change",
    )
