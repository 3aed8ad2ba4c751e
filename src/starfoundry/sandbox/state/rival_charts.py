"""Charts by other players: which systems their probes tour, from when, and the waypoints charted so far.

No ships are simulated for it: a system's tour follows from the seed, so a chart costs nothing until it is read.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.kernel.ports import Entropy
from starfoundry.sandbox.core.milliseconds import HOUR
from starfoundry.sandbox.core.random_streams import weighted
from starfoundry.sandbox.state.rivals import Rival
from starfoundry.sandbox.worldgen.atlas import System

SCOUTING_BEGINS = 24.0
"""Hours after a reset when the first gates are built and probes leave the home systems (M)."""

MEAN_HOURS = 76.0
"""Mean hours from then until a system is toured: so 53 % of a week's attempts come too late (M 53 %)."""

MINUTES_PER_CHART = 4.0  # assumed: a probe's flight from one waypoint to the next
WAYPOINTS = 43  # in a system with a gate, the median of the live universe (M)


@dataclass(frozen=True, slots=True)
class ChartingTour:
    """A rival's tour of a system, from `begun` (milliseconds since 1970), in the order of its waypoints."""

    by: str
    begun: int
    order: Mapping[WaypointSymbol, int]

    def charted_at(self, waypoint: WaypointSymbol) -> int:
        """The time in milliseconds at which a waypoint of the system is charted, unless it was charted before."""
        return self.begun + round(self.order[waypoint] * MINUTES_PER_CHART * HOUR / 60)


def survey(system: System, rivals: Sequence[Rival], entropy: Entropy, born_at: int) -> ChartingTour | None:
    """The tour of a system; None without rivals, or without a gate to the system.

    Rivals that earn more tour more systems.
    """
    if not rivals or system.star.gate is None:
        return None
    rng = entropy.stream(f"scouting.{system.symbol}")
    wait = -math.log(1.0 - rng.random()) * MEAN_HOURS
    by = weighted(rng, {each.symbol: each.gain for each in rivals})
    order = {place.symbol: number for number, place in enumerate(system.places)}
    return ChartingTour(by, born_at + round((SCOUTING_BEGINS + wait) * HOUR), order)


def chart_count(rival: Rival, rivals: Sequence[Rival], gates: int, hours: float) -> int:
    """The expected number of waypoints a rival has charted, in a galaxy with that many gates.

    `hours` count from the reset. Counting exactly would build every system.
    """
    surveyed = 1.0 - math.exp(-max(0.0, hours - SCOUTING_BEGINS) / MEAN_HOURS)
    return int(gates * WAYPOINTS * surveyed * rival.gain / sum(each.gain for each in rivals))
