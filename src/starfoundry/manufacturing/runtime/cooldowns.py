"""Cooldowns of ships, sources and cargo after work with them failed."""

from collections.abc import Sequence

from starfoundry.kernel.ids import Good, ShipSymbol, WaypointSymbol
from starfoundry.kernel.ports import Clock
from starfoundry.manufacturing.domain.model import Pipeline, PipelineKind, Task, TaskKind, TaskStatus
from starfoundry.manufacturing.planner.actions import Action, EndPipeline
from starfoundry.manufacturing.planner.view import View
from starfoundry.runtime.backoff import Backoff

REST_SECONDS = 300.0
"""Seconds for which a failed ship is not used: an immediate retry would only meet the same error."""

COOLING_SECONDS = 600.0
"""Seconds for which no ship is sent for a good that a ship has just left without.

Markets move in a quarter hour (M).
"""

UNUSED_SECONDS = 15.0
"""The first cooldown of a chain that ended before a ship traded for it: it may soon be worth opening again."""

COOLDOWN_SECONDS_MAX = 3_600.0
"""The longest cooldown; cooldowns double up to this while the same work keeps failing."""

Subject = tuple[WaypointSymbol | ShipSymbol, Good]
"""A good at the place where it is bought, or in the hold of the ship that has it."""


class Cooldowns:
    """The cooldowns of one coordinator. All work is judged here: work that ends without a deal starts a cooldown."""

    def __init__(self, clock: Clock) -> None:
        self._ships: Backoff[ShipSymbol] = Backoff(clock, first_seconds=REST_SECONDS, most_seconds=COOLDOWN_SECONDS_MAX)
        self._work: Backoff[Subject] = Backoff(clock, first_seconds=COOLING_SECONDS, most_seconds=COOLDOWN_SECONDS_MAX)

    def after_trip(self, task: Task, trouble: str) -> None:
        """Judge a trip by its result; `trouble` is the error that stopped the ship, empty if there was none."""
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
        """Judge the chains that a turn has ended: one without a deal is not opened again at once.

        Chains that end because the operator lowered the capacity are left out: they may return as soon as it
        rises.
        """
        for action in actions:
            if not isinstance(action, EndPipeline) or action.pipeline.id in {each.id for each in view.draining()}:
                continue
            tasks = view.tasks_of(action.pipeline.id)
            subject = _subject_of_pipeline(action.pipeline, tasks)
            if not any(_has_dealt(task) for task in tasks) and not self._work.is_paused(subject):
                self._work.begin(subject, first_seconds=UNUSED_SECONDS)

    def resting(self) -> tuple[ShipSymbol, ...]:
        """Ships in a cooldown."""
        return self._ships.paused_subjects()

    def cooldown_left(self, ship: ShipSymbol) -> float:
        """The seconds left of a ship's cooldown."""
        return self._ships.left().get(ship, 0.0)

    def cooling(self) -> dict[Subject, float]:
        """Goods in a cooldown, at their source or in a ship's hold, with the seconds left."""
        return self._work.left()


def _has_dealt(task: Task) -> bool:
    return task.units_bought > 0 or task.units_sold > 0


def _subject_of(task: Task) -> Subject:
    return (task.ship if task.kind is TaskKind.LIQUIDATE else task.source, task.good)


def _subject_of_pipeline(pipeline: Pipeline, tasks: Sequence[Task]) -> Subject:
    ship = next((task.ship for task in tasks if pipeline.kind is PipelineKind.LIQUIDATION), None)
    return (pipeline.factory if ship is None else ship, pipeline.good)
