"""Ways to end a run: how much of the work in hand is still done."""

import enum

from starfoundry.containers.domain.model import Container, ContainerStatus


class Ending(enum.IntEnum):
    """How much of the work in hand a run still does once it is told to end. In none of them anything new is begun."""

    NOW = 0
    """Nothing: it is cut off. A call that was sent is seen to its end, cargo stays aboard."""

    SOON = 1
    """Cargo that was bought is sold; whoever has bought nothing yet is called back."""

    DRAINED = 2
    """All of it, however long it takes."""

    @classmethod
    def of(cls, container: Container) -> "Ending":
        """How a container that was left ending goes on with that."""
        if container.ends_now:
            return cls.NOW
        return cls.DRAINED if container.status is ContainerStatus.DRAINING else cls.SOON

    @property
    def status(self) -> ContainerStatus:
        """How a container stands that is told to stop so."""
        return ContainerStatus.DRAINING if self is Ending.DRAINED else ContainerStatus.STOPPING

    @property
    def meaning(self) -> str:
        """What becomes of the work in hand, in words."""
        return (
            "work in hand is left as it is",
            "what was bought is sold, the rest is called back",
            "work is finished",
        )[self]
