"""Where the bus and the coordinators tell how long decisions and changes of settings take."""

from typing import Protocol

from starfoundry.kernel.ids import ContainerId, Revision


class Timing(Protocol):
    """Hears of each decision, and of each change from its announcement to the decision that takes it up."""

    def decided(self, seconds: float) -> None:
        """A decision took so long, from looking to what to do."""

    def announced(self, container_id: ContainerId, revision: Revision) -> None:
        """A revision was committed and told to the coordinator that runs."""

    def answered(self, container_id: ContainerId, revision: Revision, at_elapsed: float) -> None:
        """The coordinator decides with the revision, or a later one, since that time of the bus's stopwatch."""

    def forgotten(self, container_id: ContainerId, revision: Revision | None = None) -> None:
        """The coordinator refuses the revision, or runs no longer and answers nothing that was announced to it."""


class _Untimed:
    def decided(self, seconds: float) -> None:
        """Nothing is kept."""

    def announced(self, container_id: ContainerId, revision: Revision) -> None:
        """Nothing is kept."""

    def answered(self, container_id: ContainerId, revision: Revision, at_elapsed: float) -> None:
        """Nothing is kept."""

    def forgotten(self, container_id: ContainerId, revision: Revision | None = None) -> None:
        """Nothing is kept."""


UNTIMED: Timing = _Untimed()
"""For a bus that nobody measures."""
