"""One turn of the coordinator as a pure function: what is seen and configured in, what shall be done out."""

from dataclasses import dataclass

from starfoundry.kernel.ids import ContainerId
from starfoundry.manufacturing.planner.actions import Action
from starfoundry.manufacturing.planner.assignments import assignments
from starfoundry.manufacturing.planner.pipelines.open_pipelines import openings
from starfoundry.manufacturing.planner.pipelines.update_pipelines import review
from starfoundry.manufacturing.planner.view import ShipView, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one turn decides, in order.

    `judged` is the view after gates, endings and openings, by which ships were chosen; `after` the one that is left
    once they have been sent.
    """

    seen: View
    hull: ShipView
    judged: View
    after: View
    actions: tuple[Action, ...]


def decide(view: View, container_id: ContainerId, hull: ShipView) -> list[Action]:
    """Everything to be done now, in order: gates and endings, then new chains, then ships."""
    return list(turn(view, container_id, hull).actions)


def turn(seen: View, container_id: ContainerId, hull: ShipView) -> Turn:
    """The whole turn.

    Every part sees what the parts before it did, and all of them use the view's one configuration. `hull` is the ship
    that chains are reckoned for. The gates are judged again after the openings, so that a chain opened in this turn can
    start in it.
    """
    view, reviewed = review(seen)
    view, opened = openings(view, container_id, hull)
    judged, gated = review(view) if opened else (view, [])
    after, assigned = assignments(judged, container_id)
    return Turn(seen=seen, hull=hull, judged=judged, after=after, actions=(*reviewed, *opened, *gated, *assigned))
