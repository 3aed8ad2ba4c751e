"""One turn of the coordinator as a pure function: what is seen and configured in, what shall be done out."""

from starfoundry.kernel.ids import ContainerId
from starfoundry.manufacturing.actions import Action
from starfoundry.manufacturing.assignments import assignments
from starfoundry.manufacturing.openings import openings
from starfoundry.manufacturing.review import review
from starfoundry.manufacturing.view import Hull, View


def decide(view: View, container_id: ContainerId, hull: Hull) -> list[Action]:
    """Everything to be done now, in order: gates and endings, then new chains, then ships.

    Every part sees what the parts before it did, and all of them use the view's one configuration. `hull` is the ship
    that chains are reckoned for. The gates are judged again after the openings, so that a chain opened in this turn can
    start in it.
    """
    view, reviewed = review(view)
    view, opened = openings(view, container_id, hull)
    view, gated = review(view) if opened else (view, [])
    _, assigned = assignments(view)
    return [*reviewed, *opened, *gated, *assigned]
