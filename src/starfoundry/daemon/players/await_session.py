"""Start of a container's run once its player's session is open; a stop ends the wait."""

import asyncio
from typing import Any

from starfoundry.containers.domain.ending import Ending
from starfoundry.containers.domain.model import Container
from starfoundry.containers.runtime.cleanup import CleanupWork
from starfoundry.containers.runtime.runner import Runner, StopSignal
from starfoundry.daemon.players.sessions import Sessions
from starfoundry.fleet.runtime.session import Session


class AwaitSession:
    """Runs containers through `runner` once their player can play; implements containers.runtime.runner.Runner.

    That may take a quarter of a minute, or as long as the game is unreachable.
    """

    def __init__(self, sessions: Sessions[Any], runner: Runner) -> None:
        self._sessions = sessions
        self._runner = runner

    async def __call__(self, container: Container, stop: StopSignal) -> None:
        """Wait, then run. A stop during the wait ends it without a run.

        A run that starts with its end already requested, or drained, has work left from before, and waits.
        """
        waiting = asyncio.create_task(self._sessions.when_ready(container.player_id))
        stopping = asyncio.create_task(_called_off(stop))
        stopping.add_done_callback(lambda _stopped: waiting.cancel())
        try:
            await waiting
        except asyncio.CancelledError:
            if not stop.requested or _is_cancelled():
                raise
            return
        finally:
            stopping.cancel()
            waiting.cancel()
        await self._runner(container, stop)


def ship_release(sessions: Sessions[Session]) -> CleanupWork:
    """The clean-up that frees the ships an ended container still holds."""

    async def release(container: Container) -> None:
        session = await sessions.when_ready(container.player_id)
        await session.release_ships_of(container.id)

    return release


async def _called_off(stop: StopSignal) -> None:
    """Return when waiting has become pointless."""
    known = stop.requested_ending.version
    while not stop.is_shutdown and (stop.requested_ending.version == known or stop.ending is Ending.DRAINED):
        await stop.requested_ending.newer_than(stop.requested_ending.version)


def _is_cancelled() -> bool:
    """Whether the current task was cancelled, rather than the wait."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
