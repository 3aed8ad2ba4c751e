"""Spans of a coordinator: its turns, within the trace of a change until a ship acts on it, and what its ships do."""

from contextlib import AbstractContextManager

from starfoundry.config.service.config_bus import ConfigBus
from starfoundry.kernel.ids import ContainerId, Revision
from starfoundry.kernel.tracing import Attributes, Place, Span
from starfoundry.manufacturing.domain.model import Task
from starfoundry.manufacturing.planner.scouting import Scout


class CoordinatorTraces:
    """The spans of one coordinator's run."""

    def __init__(self, bus: ConfigBus, container_id: ContainerId) -> None:
        self._bus = bus
        self._container_id = container_id
        self._revision = Revision(-1)
        self._change: Place = None

    def turn(self, revision: Revision) -> AbstractContextManager[Span]:
        """The span of a decision cycle with this revision."""
        if revision != self._revision:
            self._revision, self._change = revision, self._bus.trace_of(self._container_id, revision)
        attributes: Attributes = {"starfoundry.container_id": self._container_id, "starfoundry.revision": revision}
        return self._bus.tracer.span_at(self._change, "turn", attributes)

    def ship_sent(self) -> Place:
        """The place of the present turn, for what a ship does; later turns begin traces of their own."""
        self._change = None
        return self._bus.tracer.here()

    def scout_sent(self) -> Place:
        """The same for a scout, which acts on no setting."""
        return self._bus.tracer.here()

    def trip(self, turn: Place, task: Task) -> AbstractContextManager[Span]:
        """The span of one ship's trip, sent in that turn."""
        about = {"task_id": task.id, "ship": task.ship, "good": task.good, "source": task.source, "target": task.target}
        attributes = {f"starfoundry.{name}": str(value) for name, value in about.items()}
        return self._bus.tracer.span_at(turn, f"trip {task.kind.value}", attributes)

    def scouting(self, turn: Place, order: Scout) -> AbstractContextManager[Span]:
        """The span of one scout's flight and look, sent in that turn."""
        attributes = {"starfoundry.ship": str(order.ship), "starfoundry.waypoint": str(order.waypoint)}
        return self._bus.tracer.span_at(turn, "scout", attributes)
