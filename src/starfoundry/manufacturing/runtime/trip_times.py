"""Planned times of one coordinator's trips under way, and their start times."""

from collections.abc import Iterable
from dataclasses import dataclass

from starfoundry.fleet.runtime.session import Session
from starfoundry.kernel.ports import Clock
from starfoundry.manufacturing.domain.model import Task
from starfoundry.manufacturing.domain.trading_health import PlannedTrip
from starfoundry.manufacturing.planner.trips.estimate import Prospect
from starfoundry.manufacturing.planner.trips.trades import TRIP_OVERHEAD_SECONDS
from starfoundry.manufacturing.runtime.view_builder import journey, ship_view_of

UNKNOWN_SECONDS = 3_600.0
"""The planned seconds of a trip whose time cannot be computed."""


@dataclass(frozen=True, slots=True)
class _Sent:
    at: float
    planned_seconds: float


class TripTimes:
    """The trips of one coordinator, in memory."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self._sent: dict[str, _Sent] = {}
        self.began = clock.elapsed()

    def sent(self, task: Task, promise: Prospect | None) -> None:
        """Record that a ship leaves for a task.

        Without a promise, as after a restart, its time is computed from where it is.
        """
        planned = self._estimated(task) if promise is None else promise.seconds
        self._sent[task.id] = _Sent(self._clock.elapsed(), planned)

    def ended(self, task_id: str) -> None:
        """Record the end of a trip."""
        self._sent.pop(task_id, None)

    def under_way(self, tasks: Iterable[Task]) -> tuple[PlannedTrip, ...]:
        """The tasks among these that a ship works on."""
        now = self._clock.elapsed()
        return tuple(
            PlannedTrip(
                ship=task.ship,
                words=f"{task.kind.value} {task.good}",
                planned_seconds=sent.planned_seconds,
                passed_seconds=now - sent.at,
            )
            for task in tasks
            if task.status.is_in_flight and (sent := self._sent.get(task.id)) is not None
        )

    def _estimated(self, task: Task) -> float:
        if not self._session.roster.knows(task.ship):
            return UNKNOWN_SECONDS
        ship = self._session.roster.get(task.ship)
        hull = ship_view_of(ship)
        fetching = journey(self._session, hull, ship.nav.waypoint, task.source)
        bringing = journey(self._session, hull, task.source, task.target)
        if fetching is None or bringing is None:
            return UNKNOWN_SECONDS
        return fetching.seconds + bringing.seconds + TRIP_OVERHEAD_SECONDS
