"""One run of a container, isolated: its errors do not reach the rest of the daemon."""

import asyncio
import traceback
from collections.abc import Mapping
from dataclasses import dataclass

from starfoundry.containers.domain import restart_policy
from starfoundry.containers.domain.model import Container
from starfoundry.containers.runtime.handle import ContainerHandle
from starfoundry.containers.runtime.logbook import Logbook, LogLevel
from starfoundry.containers.runtime.runner import Runner
from starfoundry.kernel.errors import Missing
from starfoundry.store.errors import is_disk_failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Crash:
    """The cause of a run that ended unexpectedly. `of_disk`: the disk failed.

    The run is repeated once the disk works.
    """

    cause: str
    of_disk: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOnce:
    """Runs containers, each with the runner of its type."""

    logbook: Logbook
    runners: Mapping[str, Runner]

    async def run(self, container: Container, handle: ContainerHandle) -> Crash | None:
        """Run a container once; returns the crash, if it crashed.

        Raises CancelledError only if the caller was cancelled.

        A container that should end immediately is not started.
        """
        if handle.ends_now_requested():
            return None
        limit: asyncio.Timeout | None = None
        try:
            async with handle.limited() as limit:
                await self._runner_of(container)(container, handle.stop)
        except asyncio.CancelledError as error:
            if _is_cancelled():
                raise
            return self._crashed(container, error)
        except Exception as error:  # noqa: BLE001  (the barrier between one container and the rest of the daemon)
            if limit is not None and limit.expired():
                if handle.ends_now_requested():
                    return None
                return Crash(cause=handle.timeout_reason())
            return self._crashed(container, error)
        return None

    def _crashed(self, container: Container, error: BaseException) -> Crash:
        cause = restart_policy.cause_of(error)
        where = "".join(traceback.format_exception(error))
        self.logbook.log(container.id, LogLevel.ERROR, f"Crashed: {cause}", traceback=where)
        return Crash(cause=cause, of_disk=is_disk_failure(error))

    def _runner_of(self, container: Container) -> Runner:
        runner = self.runners.get(container.type)
        if runner is None:
            raise Missing(f"this version of StarFoundry has no containers of type {container.type!r}")
        return runner


def _is_cancelled() -> bool:
    """Whether the current task was cancelled; otherwise the cancellation came from the runner's own work."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
