"""Lets containers wait for their player's session without being deaf: a stop ends the wait."""

import asyncio
from typing import Any

from starfoundry.containers.model import Container
from starfoundry.containers.runner import Runner, StopSignal
from starfoundry.daemon.sessions import Sessions


class OnceReady:
    """Runs containers as `runner` does, once their player can play; implements containers.runner.Runner.

    That may take a quarter of a minute, or as long as the game cannot be reached.
    """

    def __init__(self, sessions: Sessions[Any], runner: Runner) -> None:
        self._sessions = sessions
        self._runner = runner

    async def __call__(self, container: Container, stop: StopSignal) -> None:
        """Wait, then run; a stop that comes first leaves nothing to run."""
        waiting = asyncio.create_task(self._sessions.when_ready(container.player_id))
        stopping = asyncio.create_task(stop.wait())
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


def _is_cancelled() -> bool:
    """Whether somebody cancelled the task we are in, rather than the wait."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
