"""Markets and shipyards that cannot be read: skipped for a while, retried at growing intervals, and reported."""

from starfoundry.kernel.conditions import ConditionReporter
from starfoundry.kernel.errors import Missing, Refused, Unavailable
from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.kernel.ports import Clock
from starfoundry.runtime.backoff import Backoff

ASK_AGAIN_SECONDS = 120.0
"""The seconds for which a place is skipped after it could not be read; doubled each time."""

ASK_AGAIN_SECONDS_MAX = 3_600.0

REPORTED_SECONDS = 6 * 3_600.0
"""The seconds for which such a place is reported after its pause while no ship looks there.

The only scout may be far away.
"""

READ_ERRORS = (Unavailable, Missing, Refused)
"""The errors of reading one place while everything else may work."""


class MarketUnreadable(Unavailable):
    """A market cannot be read, or shows no prices although a ship is there. The ship is not the cause."""


class UnreadablePlaces:
    """The places of one kind, `market` or `shipyard`, that could not be read when they were last asked for."""

    def __init__(self, kind: str, clock: Clock, conditions: ConditionReporter) -> None:
        self._kind = kind
        self._conditions = conditions
        self._backoff: Backoff[WaypointSymbol] = Backoff(
            clock, first_seconds=ASK_AGAIN_SECONDS, most_seconds=ASK_AGAIN_SECONDS_MAX
        )
        self._reasons: dict[WaypointSymbol, str] = {}

    def begin(self, waypoint: WaypointSymbol, why: str) -> None:
        """Record that the place could not be read."""
        seconds = self._backoff.begin(waypoint)
        self._reasons[waypoint] = why
        self._conditions.report(
            f"{self._kind}-unreadable",
            waypoint,
            reason=f"the {self._kind} at {waypoint} cannot be read: {why}",
            next_step=f"wait: it is skipped for {seconds / 60:.0f} minutes and then retried automatically",
            lasts_seconds=seconds + REPORTED_SECONDS,
        )

    def end(self, waypoint: WaypointSymbol) -> None:
        """Record that the place was read."""
        if self._reasons.pop(waypoint, None) is not None:
            self._backoff.end(waypoint)
            self._conditions.clear(f"{self._kind}-unreadable", waypoint)

    def places(self) -> tuple[WaypointSymbol, ...]:
        """Every place that could not be read last, skipped or not."""
        return tuple(self._reasons)

    def skipped(self) -> tuple[WaypointSymbol, ...]:
        """The places that are skipped at present."""
        return self._backoff.paused_subjects()

    def is_skipped(self, waypoint: WaypointSymbol) -> bool:
        """Whether a place is skipped at present."""
        return self._backoff.is_paused(waypoint)

    def reason(self, waypoint: WaypointSymbol) -> str:
        """Why the place could not be read last; empty if it could."""
        return self._reasons.get(waypoint, "")
