"""The interface of a container type: a runner, and the signal that tells it to stop."""

from typing import Protocol

from starfoundry.containers.domain.ending import Ending
from starfoundry.containers.domain.model import Container
from starfoundry.runtime.concurrency.latest import Latest


class StopSignal:
    """Tells one run of a container to end."""

    def __init__(self) -> None:
        self._requested_ending: Latest[Ending] = Latest(Ending.DRAINED, 0)
        self._is_shutdown = False

    @property
    def requested_ending(self) -> Latest[Ending]:
        """The requested ending; the version is 0 until there is one. It may become more urgent, never less."""
        return self._requested_ending

    @property
    def requested(self) -> bool:
        """Whether the run should end."""
        return self._requested_ending.version > 0

    @property
    def ending(self) -> Ending:
        """The amount of its work that it should finish."""
        return self._requested_ending.value

    @property
    def is_shutdown(self) -> bool:
        """Whether only the daemon stops: the container will run again, so its work may be left unfinished."""
        return self._is_shutdown

    async def wait(self) -> None:
        """Return once the run should end."""
        await self._requested_ending.newer_than(0)

    def request(self, ending: Ending = Ending.SOON, *, is_shutdown: bool = False) -> None:
        """Ask the run to end. A more urgent ending replaces a less urgent one, and an ending replaces a shutdown.

        A shutdown of the daemon interrupts a drain, which continues with the next start.
        """
        if is_shutdown and self.requested and self.ending is not Ending.DRAINED:
            return
        self._is_shutdown = is_shutdown
        patience = min(ending, self.ending) if self.requested and not is_shutdown else ending
        self._requested_ending.set(patience, self._requested_ending.version + 1)


class Runner(Protocol):
    """The whole run of one container."""

    async def __call__(self, container: Container, stop: StopSignal) -> None:
        """Work until nothing is left to do, or until `stop` asks for the end and the current work is finished.

        Returning without being asked means that the container has COMPLETED. Raising means that it crashed: it
        is started again after a delay, from its stored state. An immediate end cancels the call.
        """
