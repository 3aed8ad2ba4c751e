"""What a decision asks to be done. Each action is a fact for the journal and a change of stored state."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starfoundry.kernel.ids import ShipSymbol, WaypointSymbol
from starfoundry.manufacturing.domain.model import Pipeline, Task
from starfoundry.manufacturing.planner.trips.estimate import Prospect


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPipeline:
    """Begin a chain with its first tasks."""

    pipeline: Pipeline
    tasks: tuple[Task, ...]
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndPipeline:
    """A chain is over; `pipeline` carries its last status and the reason."""

    pipeline: Pipeline


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTask:
    """One more trip for a chain that is at work."""

    task: Task


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTask:
    """A waiting task's gate opened or shut, or it is no longer wanted; `task` is its new state."""

    task: Task


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignShip:
    """A ship leaves for a task."""

    task: Task
    prospect: Prospect


@dataclass(frozen=True, slots=True, kw_only=True)
class Scout:
    """A ship goes to look at a market, or looks again where it is."""

    ship: ShipSymbol
    waypoint: WaypointSymbol


Action = OpenPipeline | EndPipeline | AddTask | ChangeTask | AssignShip | Scout
