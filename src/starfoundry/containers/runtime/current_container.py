"""For which container the running task works: whatever a container starts, and what that starts, inherits it.

A record for those who must tell a container's calls from another's (the brake); nothing is decided by it.
"""

from contextvars import ContextVar

from starfoundry.kernel.ids import ContainerId

_ACTING: ContextVar[ContainerId | None] = ContextVar("acting_container", default=None)


def act_for(container_id: ContainerId) -> None:
    """Say that the running task, and every task that it starts from here on, works for this container."""
    _ACTING.set(container_id)


def acting_container() -> ContainerId | None:
    """The container that the running task works for; None for what nobody's container has asked for."""
    return _ACTING.get()
