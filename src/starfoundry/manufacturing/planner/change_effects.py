"""Immediate effects of a configuration change, as text for the answer to `config set`."""

from collections.abc import Sequence
from dataclasses import replace

from starfoundry.config.domain.acknowledgements import Preview
from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.kernel.ids import ContainerId
from starfoundry.manufacturing.domain.model import FactoryState, TaskStatus
from starfoundry.manufacturing.planner.actions import Action, AssignShip, ChangeTask, EndPipeline, OpenPipeline
from starfoundry.manufacturing.planner.plan import decide
from starfoundry.manufacturing.planner.view import ShipView, View


def effects_of(
    view: View, factories: Sequence[FactoryState], actions: Sequence[Action], before: ManufacturingConfig
) -> tuple[str, ...]:
    """One phrase for each kind of effect of the first turn under a new configuration.

    `factories` are those with a changed state; pipelines that already drained under the configuration `before` are
    not counted.
    """
    ended = {action.pipeline.id for action in actions if isinstance(action, EndPipeline)}
    drained = {pipeline.id for pipeline in replace(view, config=before).draining()} | ended
    draining = [pipeline for pipeline in view.draining() if pipeline.id not in drained]
    allowed = min(before.max_workers, view.busy_workers)
    judged = [action.task for action in actions if isinstance(action, ChangeTask)]
    counted = [
        (sum(state.is_ready for state in factories), "factory became ready", "factories became ready"),
        (
            sum(not state.is_ready for state in factories),
            "factory is no longer ready",
            "factories are no longer ready",
        ),
        (sum(task.status is TaskStatus.READY for task in judged), "task may start", "tasks may start"),
        (sum(task.status is TaskStatus.PENDING for task in judged), "task has to wait", "tasks have to wait"),
        (sum(isinstance(action, OpenPipeline) for action in actions), "pipeline opened", "pipelines opened"),
        (len(ended), "pipeline ended", "pipelines ended"),
        (sum(isinstance(action, AssignShip) for action in actions), "ship sent out", "ships sent out"),
        (len(draining), "pipeline draining", "pipelines draining"),
        (max(0, allowed - view.config.max_workers), "worker draining", "workers draining"),
    ]
    return tuple(f"{count} {one if count == 1 else many}" for count, one, many in counted if count)


def effects_at_the_end(trips: int) -> tuple[str, ...]:
    """The effects on a coordinator that ends: nothing starts, and `trips` trips are still made."""
    return (f"{trips} {'trip is' if trips == 1 else 'trips are'} judged by it to the end",) if trips else ()


def preview_effects(
    view: View, factories: Sequence[FactoryState], hull: ShipView, before: ManufacturingConfig, odd: str
) -> Preview:
    """The immediate effects of a turn with this view; `factories` are judged by its configuration.

    `before` is the configuration in force; `odd` describes a tolerated problem of the new one.
    """
    present = {(state.pipeline_id, state.factory, state.good): state for state in view.factories}
    changed = [state for state in factories if present.get((state.pipeline_id, state.factory, state.good)) != state]
    seen = replace(view, factories=tuple(factories))
    effects = effects_of(seen, changed, decide(seen, ContainerId(""), hull), before)
    carriers = len(view.idle) + view.busy_workers
    warnings: tuple[str, ...] = (odd,) if odd else ()
    if view.config.max_workers > carriers:
        ships = {0: "no ship", 1: "only 1 ship"}.get(carriers, f"only {carriers} ships")
        warnings += (f"max_workers: {view.config.max_workers} workers, but {ships} with a hold can work for it",)
    return Preview(effects=effects, warnings=warnings)
