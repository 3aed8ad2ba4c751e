"""The container for which the current task works, inherited by every task that it starts.

It tells a container's calls from another's for the emergency halt; no decision depends on it.
"""

from contextvars import ContextVar

from starfoundry.kernel.ids import ContainerId

_CURRENT: ContextVar[ContainerId | None] = ContextVar("current_container", default=None)


def set_current_container(container_id: ContainerId) -> None:
    """Make the current task, and every task that it starts from now on, work for this container."""
    _CURRENT.set(container_id)


def current_container() -> ContainerId | None:
    """The container for which the current task works; None if it works for none."""
    return _CURRENT.get()
