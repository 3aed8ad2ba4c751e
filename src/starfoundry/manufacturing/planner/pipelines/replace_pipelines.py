"""Replacement of a fabrication pipeline by a much better one while `max_pipelines` are open.

Switching costs what was fed: inputs that have reached the factory stay there, and the new pipeline begins with an unfed
factory. So a pipeline is replaced only by one that promises GAIN times as much an hour and at least GAIN_AN_HOUR more,
only between trips, and never while its output is ready to be collected.
"""

from datetime import timedelta

from starfoundry.manufacturing.domain.model import Pipeline, PipelineKind, PipelineStatus
from starfoundry.manufacturing.planner.actions import Action
from starfoundry.manufacturing.planner.pipelines.feeds import Feeds
from starfoundry.manufacturing.planner.pipelines.opportunities import Opportunity, best_fabrication, chain_at
from starfoundry.manufacturing.planner.pipelines.update_pipelines import ended
from starfoundry.manufacturing.planner.view import ShipView, View

GAIN = 2.0
"""Times the credits an hour that the better pipeline must promise: one estimate in ten is off by half or more (M)."""

GAIN_AN_HOUR = 10_000
"""Further credits an hour that the better pipeline must promise; less does not earn the switch back (A)."""

AGE_LEAST = timedelta(minutes=30)
"""A pipeline is kept so long at least: an export ticks about every half hour (M)."""


def replacement(view: View, hull: ShipView) -> tuple[View, list[Action]]:
    """The view without the worst fabrication if a much better one could take its place, and the actions that end it."""
    capacity = view.config.max_pipelines
    open_now = view.active(PipelineKind.FABRICATION)
    if not capacity or len(open_now) < capacity or view.draining():
        return view, []
    idle = [pipeline for pipeline in open_now if _may_end(view, pipeline)]
    if not idle:
        return view, []
    feeds = Feeds(view, hull)
    worths = {pipeline.id: _worth(view, hull, pipeline, feeds) for pipeline in idle}
    worst = min(idle, key=lambda pipeline: worths[pipeline.id])
    better = best_fabrication(view, hull, feeds, max(GAIN * worths[worst.id], worths[worst.id] + GAIN_AN_HOUR))
    if better is None:
        return view, []
    promises = f"{better.per_hour:,} credits an hour against {worths[worst.id]:,}"
    return ended(view, worst, PipelineStatus.CANCELLED, f"replaced by {better.good}: {promises}")


def _may_end(view: View, pipeline: Pipeline) -> bool:
    """Whether a pipeline is between trips, old enough, and without output that waits to be collected."""
    is_busy = any(task.status.is_in_flight for task in view.tasks_of(pipeline.id))
    is_ready = any(state.is_ready for state in view.factories if state.pipeline_id == pipeline.id)
    return not is_busy and not is_ready and view.now - pipeline.created_at >= AGE_LEAST


def _worth(view: View, hull: ShipView, pipeline: Pipeline, feeds: Feeds) -> int:
    """Credits an hour that an open pipeline promises now; 0 where it could not be opened any more."""
    product = view.board.offer(pipeline.factory, pipeline.good)
    chance = None if product is None else chain_at(view, hull, product, feeds)
    return max(0, chance.per_hour) if isinstance(chance, Opportunity) and chance.refusal is None else 0
