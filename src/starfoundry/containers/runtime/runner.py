"""What a kind of container must offer to be run, and how it is told to come to an end."""

from typing import Protocol

from starfoundry.containers.domain.ending import Ending
from starfoundry.containers.domain.model import Container
from starfoundry.runtime.concurrency.latest import Latest


class StopSignal:
    """Tells one run of a container to come to an end."""

    def __init__(self) -> None:
        self._asked: Latest[Ending] = Latest(Ending.DRAINED, 0)
        self._is_shutdown = False

    @property
    def asked(self) -> Latest[Ending]:
        """How it should end; the version is 0 until it should. It may become less patient, never more."""
        return self._asked

    @property
    def requested(self) -> bool:
        """Whether the run should end."""
        return self._asked.version > 0

    @property
    def ending(self) -> Ending:
        """How much of its work it should still do."""
        return self._asked.value

    @property
    def is_shutdown(self) -> bool:
        """Whether only the daemon goes down: the container runs again later, so its work may stay as it lies."""
        return self._is_shutdown

    async def wait(self) -> None:
        """Return once the run should end."""
        await self._asked.newer_than(0)

    def request(self, ending: Ending = Ending.SOON, *, is_shutdown: bool = False) -> None:
        """Ask the run to end. Less patience outweighs more, and an end that is soon outweighs a shutdown.

        A shutdown of the daemon interrupts a drain, which goes on when the daemon does.
        """
        if is_shutdown and self.requested and self.ending is not Ending.DRAINED:
            return
        self._is_shutdown = is_shutdown
        patience = min(ending, self.ending) if self.requested and not is_shutdown else ending
        self._asked.set(patience, self._asked.version + 1)


class Runner(Protocol):
    """The whole life of one container."""

    async def __call__(self, container: Container, stop: StopSignal) -> None:
        """Work until there is nothing left to do, or until `stop` asks for the end and the work in hand is ended.

        Returning unasked means the container has COMPLETED. Raising means it crashed: it is started again after a
        while, from what is stored. One that is cut off is cancelled.
        """
