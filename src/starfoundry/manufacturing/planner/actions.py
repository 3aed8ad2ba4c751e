"""Actions of a decision. Each is a journal entry and a change of stored state."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starfoundry.manufacturing.domain.model import Pipeline, Task
from starfoundry.manufacturing.planner.trips.estimate import Prospect
from starfoundry.manufacturing.planner.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPipeline:
    """Open a pipeline with its first tasks."""

    pipeline: Pipeline
    tasks: tuple[Task, ...]
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndPipeline:
    """End a pipeline; `pipeline` carries its last status and the reason."""

    pipeline: Pipeline


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTask:
    """Add a task to an active pipeline."""

    task: Task


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTask:
    """Change a waiting task: it became eligible or ineligible, or is no longer wanted; `task` is its new state."""

    task: Task


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignShip:
    """Send a ship on a task; `seen` is the view that it was chosen by."""

    task: Task
    prospect: Prospect
    seen: View | None = field(default=None, compare=False, repr=False)


Action = OpenPipeline | EndPipeline | AddTask | ChangeTask | AssignShip
