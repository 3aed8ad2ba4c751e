"""Places whose market or shipyard cannot be read: left alone for a while, asked again ever more seldom, and told."""

from starfoundry.kernel.conditions import ConditionReporter
from starfoundry.kernel.errors import Missing, Refused, Unavailable
from starfoundry.kernel.ids import WaypointSymbol
from starfoundry.kernel.ports import Clock
from starfoundry.runtime.backoff import Backoff

ASK_AGAIN_SECONDS = 120.0
"""How long a place is left alone after it could not be read; twice as long each time."""

ASK_AGAIN_SECONDS_MAX = 3_600.0

TOLD_SECONDS = 6 * 3_600.0
"""How long after its pause such a place is told of while nobody looks there again: the only scout may be far away."""

READ_ERRORS = (Unavailable, Missing, Refused)
"""How asking for one place fails while everything else may work."""


class MarketUnreadable(Unavailable):
    """A market cannot be read, or shows no prices though a ship of ours is there. The ship is not at fault."""


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
        """The place could not be read just now."""
        seconds = self._backoff.begin(waypoint)
        self._reasons[waypoint] = why
        self._conditions.report(
            f"{self._kind}-unreadable",
            waypoint,
            reason=f"the {self._kind} at {waypoint} cannot be read: {why}",
            next_step=f"wait: it is left alone for {seconds / 60:.0f} minutes and then asked again by itself",
            lasts_seconds=seconds + TOLD_SECONDS,
        )

    def end(self, waypoint: WaypointSymbol) -> None:
        """The place was read."""
        if self._reasons.pop(waypoint, None) is not None:
            self._backoff.end(waypoint)
            self._conditions.clear(f"{self._kind}-unreadable", waypoint)

    def places(self) -> tuple[WaypointSymbol, ...]:
        """Every place that could not be read last, left alone or not."""
        return tuple(self._reasons)

    def left_alone(self) -> tuple[WaypointSymbol, ...]:
        """The places that nobody should count on at the moment."""
        return self._backoff.subjects()

    def is_left_alone(self, waypoint: WaypointSymbol) -> bool:
        """Whether a place is left alone at the moment."""
        return self._backoff.is_on(waypoint)

    def reason(self, waypoint: WaypointSymbol) -> str:
        """Why the place could not be read last; empty when it could."""
        return self._reasons.get(waypoint, "")
