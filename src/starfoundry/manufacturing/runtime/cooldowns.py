"""Ships, sources and cargo that are left alone for a while after work with them came to nothing."""

from collections.abc import Sequence

from starfoundry.kernel.ids import Good, ShipSymbol, WaypointSymbol
from starfoundry.kernel.ports import Clock
from starfoundry.manufacturing.domain.model import Pipeline, PipelineKind, Task, TaskKind, TaskStatus
from starfoundry.manufacturing.planner.actions import Action, EndPipeline
from starfoundry.manufacturing.planner.view import View
from starfoundry.runtime.backoff import Backoff

REST_SECONDS = 300.0
"""How long a ship that could not go on is left alone: trying at once only spends requests on the same error."""

COOLING_SECONDS = 600.0
"""How long nobody is sent for a good from where a ship has just left without it; markets move in a quarter hour (M)."""

UNUSED_SECONDS = 15.0
"""The first pause of a chain that ended before any ship traded for it: it may be worth opening again soon."""

RESPITE_SECONDS_MAX = 3_600.0
"""The pauses double up to this while the same thing goes on coming to nothing."""

Subject = tuple[WaypointSymbol | ShipSymbol, Good]
"""A good at the place where it is bought, or in the hold of the ship that has it."""


class Cooldowns:
    """What one coordinator leaves alone. All work is judged here: what ends without a deal cools down."""

    def __init__(self, clock: Clock) -> None:
        self._ships: Backoff[ShipSymbol] = Backoff(clock, first_seconds=REST_SECONDS, most_seconds=RESPITE_SECONDS_MAX)
        self._work: Backoff[Subject] = Backoff(clock, first_seconds=COOLING_SECONDS, most_seconds=RESPITE_SECONDS_MAX)

    def after_trip(self, task: Task, trouble: str) -> None:
        """Judge a trip by what it did; `trouble` is the error that stopped the ship, empty when none did."""
        if task.status is TaskStatus.COMPLETED and _has_dealt(task):
            self._ships.end(task.ship)
            self._work.end(_subject_of(task))
            return
        self._work.begin(_subject_of(task))
        if trouble:
            self._ships.begin(task.ship)

    def after_look(self, ship: ShipSymbol, *, failed: bool) -> None:
        """Judge a flight to a market that was only to be looked at."""
        if failed:
            self._ships.begin(ship)
        else:
            self._ships.end(ship)

    def after_turn(self, view: View, actions: Sequence[Action]) -> None:
        """Judge the chains that a turn has ended: one that led to no deal is not opened again at once.

        Those that end because the operator lowered the capacity are left out: they may come back as soon as it rises.
        """
        for action in actions:
            if not isinstance(action, EndPipeline) or action.pipeline.id in {each.id for each in view.draining()}:
                continue
            tasks = view.tasks_of(action.pipeline.id)
            subject = _subject_of_pipeline(action.pipeline, tasks)
            if not any(_has_dealt(task) for task in tasks) and not self._work.is_on(subject):
                self._work.begin(subject, first_seconds=UNUSED_SECONDS)

    def resting(self) -> tuple[ShipSymbol, ...]:
        """Ships that are left alone."""
        return self._ships.subjects()

    def rest_left(self, ship: ShipSymbol) -> float:
        """Seconds that a ship is still left alone."""
        return self._ships.left().get(ship, 0.0)

    def cooling(self) -> dict[Subject, float]:
        """Goods that are left alone, where they are bought or in whose hold they are, each for so many seconds yet."""
        return self._work.left()


def _has_dealt(task: Task) -> bool:
    return task.units_bought > 0 or task.units_sold > 0


def _subject_of(task: Task) -> Subject:
    return (task.ship if task.kind is TaskKind.LIQUIDATE else task.source, task.good)


def _subject_of_pipeline(pipeline: Pipeline, tasks: Sequence[Task]) -> Subject:
    ship = next((task.ship for task in tasks if pipeline.kind is PipelineKind.LIQUIDATION), None)
    return (pipeline.factory if ship is None else ship, pipeline.good)
