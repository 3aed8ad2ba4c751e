"""What a configuration change did at once, in words an operator reads: the answer to `config set`."""

from collections.abc import Sequence

from starfoundry.manufacturing.actions import Action, AssignShip, ChangeTask, EndPipeline, OpenPipeline
from starfoundry.manufacturing.model import FactoryState, TaskStatus
from starfoundry.manufacturing.view import View


def effects_of(view: View, factories: Sequence[FactoryState], actions: Sequence[Action]) -> tuple[str, ...]:
    """One phrase for each kind of thing that the first turn under a new configuration changed or is draining."""
    draining = view.draining()
    judged = [action.task for action in actions if isinstance(action, ChangeTask)]
    counted = [
        (sum(state.is_ready for state in factories), "factory became ready", "factories became ready"),
        (
            sum(not state.is_ready for state in factories),
            "factory is not ready any more",
            "factories are not ready any more",
        ),
        (sum(task.status is TaskStatus.READY for task in judged), "task may start", "tasks may start"),
        (sum(task.status is TaskStatus.PENDING for task in judged), "task has to wait", "tasks have to wait"),
        (sum(isinstance(action, OpenPipeline) for action in actions), "pipeline opened", "pipelines opened"),
        (sum(isinstance(action, EndPipeline) for action in actions), "pipeline ended", "pipelines ended"),
        (sum(isinstance(action, AssignShip) for action in actions), "ship sent out", "ships sent out"),
        (len(draining), "pipeline draining", "pipelines draining"),
        (max(0, view.busy_workers - view.config.max_workers), "worker draining", "workers draining"),
    ]
    return tuple(f"{count} {one if count == 1 else many}" for count, one, many in counted if count)
