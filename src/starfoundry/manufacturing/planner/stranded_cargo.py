"""Cargo that no market of the system buys, and its health condition with the remedy."""

from dataclasses import dataclass

from starfoundry.fleet.domain.model import UNSELLABLE
from starfoundry.kernel.conditions import ConditionReporter
from starfoundry.kernel.ids import Good, ShipSymbol
from starfoundry.manufacturing.planner.view import View

LASTS_SECONDS = 3_600.0
"""Longer than a trip: a ship with room beside such cargo works, and is checked again when it is idle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranded:
    """Unsellable cargo of a ship, and the free cargo units of its hold."""

    ship: ShipSymbol
    good: Good
    units: int
    free: int
    capacity: int


def stranded(view: View) -> tuple[Stranded, ...]:
    """The cargo of idle ships that no known market buys, by ship."""
    return tuple(
        Stranded(ship=hull.ship, good=item.good, units=item.units, free=hull.free, capacity=hull.capacity)
        for hull in view.idle
        for item in hull.cargo
        if item.units > 0 and not view.board.is_wanted(item.good)
    )


class StrandedCargo:
    """Reports stranded cargo while its ship holds it. A report that is not renewed ends after LASTS_SECONDS."""

    def __init__(self, conditions: ConditionReporter) -> None:
        self._conditions = conditions

    def tell(self, view: View) -> None:
        """Update the reports from the idle ships of a view."""
        found = stranded(view)
        for hull in view.idle:
            mine = tuple(each for each in found if each.ship == hull.ship)
            if not mine:
                self._conditions.clear(UNSELLABLE, hull.ship)
                continue
            goods = " and ".join(f"{each.units} {each.good}" for each in mine)
            self._conditions.report(
                UNSELLABLE,
                hull.ship,
                reason=f"{hull.ship} holds {goods}, which no market here buys:"
                f" {mine[0].free} of {mine[0].capacity} cargo units are free",
                next_step=f"spacetraders ship jettison {hull.ship} {mine[0].good}",
                lasts_seconds=LASTS_SECONDS,
            )
