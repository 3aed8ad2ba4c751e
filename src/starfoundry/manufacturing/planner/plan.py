"""One turn of the coordinator as a pure function of its view and configuration."""

from dataclasses import dataclass

from starfoundry.kernel.ids import ContainerId
from starfoundry.manufacturing.planner.actions import Action
from starfoundry.manufacturing.planner.assignments import assignments
from starfoundry.manufacturing.planner.pipelines.open_pipelines import openings
from starfoundry.manufacturing.planner.pipelines.replace_pipelines import replacement
from starfoundry.manufacturing.planner.pipelines.update_pipelines import review
from starfoundry.manufacturing.planner.view import ShipView, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The decisions of one turn, in order.

    `judged` is the view after eligibility, endings and openings, by which ships were chosen; `after` is the view
    once they were sent.
    """

    seen: View
    hull: ShipView
    judged: View
    after: View
    actions: tuple[Action, ...]


def decide(view: View, container_id: ContainerId, hull: ShipView) -> list[Action]:
    """All actions to take now, in order: eligibility and endings, a pipeline replaced, new pipelines, then ships."""
    return list(turn(view, container_id, hull).actions)


def turn(seen: View, container_id: ContainerId, hull: ShipView) -> Turn:
    """The whole turn.

    Every part sees the results of the parts before it, and all use the view's one configuration. `hull` is the ship
    used for estimates. Eligibility is updated again after the openings, so that a pipeline opened in this turn can
    start in it.
    """
    view, reviewed = review(seen)
    view, replaced = replacement(view, hull)
    view, opened = openings(view, container_id, hull)
    judged, gated = review(view) if opened else (view, [])
    after, assigned = assignments(judged, container_id)
    return Turn(
        seen=seen, hull=hull, judged=judged, after=after, actions=(*reviewed, *replaced, *opened, *gated, *assigned)
    )
