"""The interface by which the bus and the coordinators report how long decisions and changes take."""

from typing import Protocol

from starfoundry.kernel.ids import ContainerId, Revision


class Timing(Protocol):
    """Receives each decision, and each change from its announcement to the decision that applies it."""

    def decided(self, seconds: float) -> None:
        """Record the duration of a decision, from reading the view to the actions."""

    def announced(self, container_id: ContainerId, revision: Revision) -> None:
        """Record that a revision was committed and announced to the running coordinator."""

    def answered(self, container_id: ContainerId, revision: Revision, at_elapsed: float) -> None:
        """Record that the coordinator decides with the revision or a later one since this time of the stopwatch."""

    def forgotten(self, container_id: ContainerId, revision: Revision | None = None) -> None:
        """Record that the coordinator refused the revision or has stopped, so that no answer will come."""


class _Untimed:
    def decided(self, seconds: float) -> None:
        """Discard it."""

    def announced(self, container_id: ContainerId, revision: Revision) -> None:
        """Discard it."""

    def answered(self, container_id: ContainerId, revision: Revision, at_elapsed: float) -> None:
        """Discard it."""

    def forgotten(self, container_id: ContainerId, revision: Revision | None = None) -> None:
        """Discard it."""


UNTIMED: Timing = _Untimed()
"""For a bus whose times are not measured."""
