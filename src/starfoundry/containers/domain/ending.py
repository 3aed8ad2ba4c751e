"""Ways to end a run, by how much of its current work is finished."""

import enum

from starfoundry.containers.domain.model import Container, ContainerStatus


class Ending(enum.IntEnum):
    """The amount of current work that a run finishes after it is asked to end. It starts nothing new in any case."""

    NOW = 0
    """None: the run is cancelled. A call already sent is completed; cargo stays aboard."""

    SOON = 1
    """Cargo that was bought is sold; ships that have bought nothing yet are recalled."""

    DRAINED = 2
    """All of it, with no time limit."""

    @classmethod
    def of(cls, container: Container) -> "Ending":
        """The ending of a stored container that was already ending."""
        if container.ends_now:
            return cls.NOW
        return cls.DRAINED if container.status is ContainerStatus.DRAINING else cls.SOON

    @property
    def status(self) -> ContainerStatus:
        """The status of a container that is asked to end this way."""
        return ContainerStatus.DRAINING if self is Ending.DRAINED else ContainerStatus.STOPPING

    @property
    def meaning(self) -> str:
        """A description of what happens to the current work."""
        return (
            "current work is cancelled",
            "cargo is sold, other ships are recalled",
            "work is finished",
        )[self]
