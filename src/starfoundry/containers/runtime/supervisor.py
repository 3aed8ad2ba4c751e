"""The supervisor of containers: start, restart after a crash, stop with a time limit, recovery after a restart."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from itertools import repeat
from typing import TypeVar

import sqlalchemy as sa

from starfoundry.containers.domain import restart_policy
from starfoundry.containers.domain.ending import Ending
from starfoundry.containers.domain.model import Container, ContainerStatus
from starfoundry.containers.runtime.cleanup import Cleanup, CleanupWork
from starfoundry.containers.runtime.current_container import set_current_container
from starfoundry.containers.runtime.handle import ContainerHandle
from starfoundry.containers.runtime.logbook import Logbook, LogLevel
from starfoundry.containers.runtime.run_once import Crash, RunOnce
from starfoundry.containers.runtime.runner import Runner
from starfoundry.containers.storage import store, transitions
from starfoundry.kernel.errors import Refused, Unavailable
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.kernel.ports import Clock
from starfoundry.runtime.backoff import retry
from starfoundry.runtime.concurrency.uninterrupted import uninterrupted
from starfoundry.store.engine import Database
from starfoundry.store.errors import DiskWriteFailed

T = TypeVar("T")
Step = Callable[[sa.Connection], Container]

DRAIN_SECONDS = 600.0
"""The time limit of a stop, in seconds. The longest flights of a home system end within it."""

SHUTDOWN_SECONDS = 10.0

RECORD_AGAIN_SECONDS = 5.0


class Supervisor:
    """Owns every running container of this daemon.

    The rows say what should be running. `runners` has one entry per type. `clean_up` runs after one has ended.
    """

    def __init__(
        self,
        database: Database,
        logbook: Logbook,
        clock: Clock,
        *,
        runners: Mapping[str, Runner],
        drain_seconds: float = DRAIN_SECONDS,
        clean_up: CleanupWork | None = None,
    ) -> None:
        self._database = database
        self._logbook = logbook
        self._clock = clock
        self._run_once = RunOnce(logbook=logbook, runners=runners)
        self._drain_seconds = drain_seconds
        self._cleanup = Cleanup(clean_up)
        self._handles: dict[ContainerId, ContainerHandle] = {}
        self._row_lock = asyncio.Lock()  # held while a row and its running container change together
        self._is_shutting_down = False

    def is_running(self, container_id: ContainerId) -> bool:
        """Whether the container is active in this process: working, draining, or waiting to be restarted."""
        return container_id in self._handles

    def with_current_status(self, container: Container) -> Container:
        """A stored container with its status in this process; the disk may not have stored yet that it is ending."""
        handle = self._handles.get(container.id)
        return container if handle is None else handle.with_current_status(container)

    async def create(
        self,
        player_id: PlayerId,
        type_: str,
        config: Mapping[str, object],
        container_id: ContainerId,
        *,
        in_transaction: Callable[[sa.Connection], None] | None = None,
    ) -> Container:
        """A new container, committed as RUNNING and started. `in_transaction` is work for the same transaction."""
        self._refuse_when_shutting_down()
        if type_ not in self._run_once.runners:
            raise Refused.of("type", type_, f"one of {', '.join(self._run_once.runners)}")
        now = self._clock.now()
        new = Container(
            id=container_id,
            player_id=player_id,
            type=type_,
            status=ContainerStatus.RUNNING,
            config=config,
            created_at=now,
            started_at=now,
        )

        def insert(connection: sa.Connection) -> Container:
            store.insert(connection, new)
            if in_transaction is not None:
                in_transaction(connection)
            return store.get(connection, container_id)

        return await uninterrupted(self._write_and_start(insert))

    async def start(self, container_id: ContainerId) -> Container:
        """Start a paused, stopped or failed container; a running one is left running."""
        self._refuse_when_shutting_down()
        step = partial(transitions.start, container_id=container_id, at=self._clock.now())
        return await uninterrupted(self._write_and_start(step))

    async def resume(self, container_id: ContainerId) -> Container:
        """Run a paused container again. Raises Stale for one in another status."""
        self._refuse_when_shutting_down()
        step = partial(transitions.resume, container_id=container_id, at=self._clock.now())
        return await uninterrupted(self._write_and_start(step))

    async def recover(self) -> int:
        """Start every container that the rows say is alive; returns how many. One that was ending continues to end."""
        alive = [status for status in ContainerStatus if status.is_alive]
        async with self._row_lock:
            found = await self._database.read(lambda connection: store.list_containers(connection, statuses=alive))
            absent = [container for container in found if not self.is_running(container.id)]
            for container in absent:
                self._logbook.log(container.id, LogLevel.INFO, "Recovered after a restart of the daemon")
                self._start(container)
        return len(absent)

    async def stop(
        self, container_id: ContainerId, *, ending: Ending = Ending.SOON, wait_seconds: float | None = None
    ) -> Container:
        """End the container; returns it once it has ended, or after `wait_seconds`.

        An ended container is left as it is. A failing disk does not prevent the end: the answer says that it is
        not stored yet, and storing is repeated until it succeeds. Raises Missing for an unknown one.
        """
        step = partial(transitions.stop, container_id=container_id, ending=ending, at=self._clock.now())
        return await self._wind_down(container_id, step, ending, ending.status, wait_seconds)

    async def pause(self, container_id: ContainerId, *, wait_seconds: float | None = None) -> Container:
        """End the container's run as `stop` does, to wait for `resume`. Raises Stale for one that is not running."""
        step = partial(transitions.pause, container_id=container_id, at=self._clock.now())
        return await self._wind_down(container_id, step, Ending.SOON, ContainerStatus.PAUSING, wait_seconds)

    async def _wind_down(
        self, container_id: ContainerId, step: Step, ending: Ending, wanted: ContainerStatus, wait_seconds: float | None
    ) -> Container:
        container = await uninterrupted(self._write_and_end(container_id, step, ending, wanted))
        handle = self._handles.get(container_id)
        if handle is None or not container.status.is_alive:
            return container
        await handle.wait_until_ended(wait_seconds)
        stored = await self._database.read(lambda connection: store.get(connection, container_id))
        return self.with_current_status(stored)

    async def shutdown(self) -> None:
        """End every run and leave the rows as they are for `recover`."""
        self._is_shutting_down = True
        handles = list(self._handles.values())
        for handle in handles:
            handle.shut_down(SHUTDOWN_SECONDS)
        for handle in handles:
            await handle.wait_until_ended(SHUTDOWN_SECONDS)
        for handle in handles:
            handle.task.cancel()
        await asyncio.gather(*(handle.task for handle in handles), return_exceptions=True)
        await self._cleanup.close()
        with suppress(Unavailable):  # a full disk must not prevent the daemon from stopping
            await self._logbook.flush()

    async def interrupt(self, player_id: PlayerId) -> None:
        """Cancel every run of a player, with nothing drained; the rows stay as they are."""
        async with self._row_lock:
            await self._interrupt(player_id)

    async def abandon(self, player_id: PlayerId, work: Callable[[sa.Connection], T]) -> T:
        """Commit `work`, which marks the player's containers as never running again, while none of them runs."""
        async with self._row_lock:
            await self._interrupt(player_id)
            return await self._database.write(work)

    async def _interrupt(self, player_id: PlayerId) -> None:
        ended = [handle.task for handle in self._handles.values() if handle.player_id == player_id]
        for task in ended:
            task.cancel()
        await asyncio.gather(*ended, return_exceptions=True)

    def _refuse_when_shutting_down(self) -> None:
        if self._is_shutting_down:
            raise Unavailable("the daemon is stopping; nothing new starts")

    async def _write_and_start(self, step: Step) -> Container:
        async with self._row_lock:
            container = await self._database.write(step)
            self._start(container)
            return container

    async def _write_and_end(
        self, container_id: ContainerId, step: Step, ending: Ending, wanted: ContainerStatus
    ) -> Container:
        async with self._row_lock:
            try:
                container = await self._database.write(step)
            except DiskWriteFailed:
                container = await self._database.read(lambda connection: store.get(connection, container_id))
            if container.status.is_alive and not self._is_shutting_down:
                handle = self._start(container)
                wanted = container.status if container.status.is_ending else wanted
                if not handle.stop.requested or ending < handle.stop.ending or wanted is not handle.wanted:
                    message = f"{wanted.value.capitalize()}: {ending.meaning}, no new work starts"
                    self._logbook.log(container_id, LogLevel.INFO, message)
                    handle.end(ending, wanted)
            return container

    def _start(self, container: Container) -> ContainerHandle:
        """The container's handle in this process, created if there is none. One that was ending continues to end."""
        present = self._handles.get(container.id)
        if present is not None:
            return present
        handle = self._handles[container.id] = ContainerHandle(container.player_id, self._drain_seconds)
        if container.status.is_ending:
            handle.wanted = container.status
            handle.stop.request(Ending.of(container))
        handle.task = asyncio.create_task(self._supervise(container, handle), name=f"container {container.id}")
        return handle

    async def _supervise(self, container: Container, handle: ContainerHandle) -> None:
        """Run the container until it ends, with a delay after each crash."""
        set_current_container(container.id)
        restarts: list[float] = []
        try:
            await self._cleanup.cancel(container.id)
            while True:
                crash = await self._run_once.run(container, handle)
                if self._is_shutting_down and (crash is not None or not handle.is_end_requested):
                    return  # only interrupted: the row stays as it is
                if crash is None or (handle.stop.requested and not crash.of_disk):
                    await self._end(container, handle, crash)
                    return
                delay = restart_policy.restart_delay_seconds(restarts, self._clock.elapsed())
                if crash.of_disk:
                    delay = RECORD_AGAIN_SECONDS
                if delay is None:
                    await self._fail(container, crash)
                    return
                container = await self._wait_for_restart(container, handle, crash, delay)
                if self._is_shutting_down:
                    return
                if not crash.of_disk:
                    restarts.append(self._clock.elapsed())
        finally:
            if self._handles.get(container.id) is handle:
                del self._handles[container.id]

    async def _wait_for_restart(
        self, container: Container, handle: ContainerHandle, crash: Crash, delay: float
    ) -> Container:
        """The stored container after the delay; a stop ends the delay early, so that the container can drain."""
        self._logbook.log(container.id, LogLevel.WARNING, f"Restarting in {delay:g} seconds")
        cause = crash.cause
        counted = await self._record(lambda connection: store.count_restart(connection, container.id, reason=cause))
        with suppress(TimeoutError):
            async with asyncio.timeout(delay):
                await handle.stop.wait()
        return counted

    async def _end(self, container: Container, handle: ContainerHandle, crash: Crash | None) -> None:
        reason = "" if crash is None else crash.cause
        step = partial(transitions.end, container_id=container.id, wanted=handle.wanted, reason=reason)
        ended = await self._record(partial(step, at=self._clock.now()), is_last=True)
        level = LogLevel.WARNING if reason else LogLevel.INFO
        self._logbook.log(container.id, level, f"{ended.status.value.capitalize()}{': ' if reason else ''}{reason}")

    async def _fail(self, container: Container, crash: Crash) -> None:
        reason = f"crashed {len(restart_policy.RESTART_DELAYS_SECONDS) + 1} times within an hour, last: {crash.cause}"
        self._logbook.log(container.id, LogLevel.ERROR, f"Failed: {reason}")
        failed = partial(store.set_status, container_id=container.id, status=ContainerStatus.FAILED, reason=reason)
        await self._record(partial(failed, at=self._clock.now()), is_last=True)

    async def _record(self, step: Step, *, is_last: bool = False) -> Container:
        """Store the outcome of a container, retrying until it succeeds: a full disk must not make it look alive.

        With the last outcome the container stops counting as running, in the same step.
        """

        async def attempt() -> Container:
            async with self._row_lock:
                container = await self._database.write(step)
                if is_last:
                    del self._handles[container.id]
                    self._cleanup.begin(container)
                return container

        return await retry(attempt, repeat(RECORD_AGAIN_SECONDS), on=Unavailable)
