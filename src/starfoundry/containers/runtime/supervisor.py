"""Keeps containers running: starts them, restarts the crashed, stops with patience, and recovers after a restart."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import TypeVar

import sqlalchemy as sa

from starfoundry.containers.domain import restart_policy
from starfoundry.containers.domain.ending import Ending
from starfoundry.containers.domain.model import Container, ContainerStatus
from starfoundry.containers.runtime.cleanup import Cleanup, ClearUp
from starfoundry.containers.runtime.current_container import act_for
from starfoundry.containers.runtime.handle import ContainerHandle
from starfoundry.containers.runtime.logbook import Logbook, LogLevel
from starfoundry.containers.runtime.run_once import Crash, RunOnce
from starfoundry.containers.runtime.runner import Runner
from starfoundry.containers.storage import store, transitions
from starfoundry.kernel.errors import Refused, Unavailable
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.kernel.ports import Clock
from starfoundry.runtime.concurrency.uninterrupted import uninterrupted
from starfoundry.store.engine import Database
from starfoundry.store.errors import DiskWriteFailed

T = TypeVar("T")
Step = Callable[[sa.Connection], Container]

DRAIN_SECONDS = 600.0
"""The longest flights of a home system end within this; a container that is still not done is cancelled."""

SHUTDOWN_SECONDS = 10.0

RECORD_AGAIN_SECONDS = 5.0


class Supervisor:
    """Owns every running container of this daemon.

    What should be running is what the rows say. `runners` has one entry for each type of container. `clear_up`
    is what to do behind one that has ended.
    """

    def __init__(
        self,
        database: Database,
        logbook: Logbook,
        clock: Clock,
        *,
        runners: Mapping[str, Runner],
        drain_seconds: float = DRAIN_SECONDS,
        clear_up: ClearUp | None = None,
    ) -> None:
        self._database = database
        self._logbook = logbook
        self._clock = clock
        self._attempts = RunOnce(logbook=logbook, runners=runners)
        self._drain_seconds = drain_seconds
        self._cleanup = Cleanup(clear_up)
        self._lives: dict[ContainerId, ContainerHandle] = {}
        self._in_step = asyncio.Lock()  # held while a row and what runs of it change together
        self._is_shutting_down = False

    def is_running(self, container_id: ContainerId) -> bool:
        """Whether the container lives in this process, be it at work, draining, or waiting to be restarted."""
        return container_id in self._lives

    def as_it_is(self, container: Container) -> Container:
        """A stored container as it stands in this process: one may be ending though the disk took no note of it."""
        life = self._lives.get(container.id)
        return container if life is None else life.as_it_is(container)

    async def create(
        self,
        player_id: PlayerId,
        type_: str,
        config: Mapping[str, object],
        container_id: ContainerId,
        *,
        along: Callable[[sa.Connection], None] | None = None,
    ) -> Container:
        """A new container, committed RUNNING and started. `along` is work for the same transaction."""
        self._refuse_when_shutting_down()
        if type_ not in self._attempts.runners:
            raise Refused.of("type", type_, f"one of {', '.join(self._attempts.runners)}")
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
            if along is not None:
                along(connection)
            return store.get(connection, container_id)

        return await uninterrupted(self._write_and_start(insert))

    async def start(self, container_id: ContainerId) -> Container:
        """Start a container again that is paused, was stopped or has failed; one that runs is left running."""
        self._refuse_when_shutting_down()
        step = partial(transitions.start, container_id=container_id, at=self._clock.now())
        return await uninterrupted(self._write_and_start(step))

    async def resume(self, container_id: ContainerId) -> Container:
        """Run a container again that is paused. Raises Stale for one that is anything else."""
        self._refuse_when_shutting_down()
        step = partial(transitions.resume, container_id=container_id, at=self._clock.now())
        return await uninterrupted(self._write_and_start(step))

    async def recover(self) -> int:
        """Start everything that the rows say is alive; how many. One that was ending goes on ending."""
        alive = [status for status in ContainerStatus if status.is_alive]
        async with self._in_step:
            found = await self._database.read(lambda connection: store.list_containers(connection, statuses=alive))
            absent = [container for container in found if not self.is_running(container.id)]
            for container in absent:
                self._logbook.log(container.id, LogLevel.INFO, "Recovered after a restart of the daemon")
                self._start(container)
        return len(absent)

    async def stop(
        self, container_id: ContainerId, *, ending: Ending = Ending.SOON, wait_seconds: float | None = None
    ) -> Container:
        """Let the container end; how it stands once it has, or after `wait_seconds`.

        A container that has ended already is left as it is. A disk that refuses keeps nothing from ending: the answer
        says that it is not written down, which is tried until it is. Raises Missing for an unknown one.
        """
        step = partial(transitions.stop, container_id=container_id, ending=ending, at=self._clock.now())
        return await self._wind_down(container_id, step, ending, ending.status, wait_seconds)

    async def pause(self, container_id: ContainerId, *, wait_seconds: float | None = None) -> Container:
        """Let the container end as `stop` does, to wait for `resume`. Raises Stale for one that does not run."""
        step = partial(transitions.pause, container_id=container_id, at=self._clock.now())
        return await self._wind_down(container_id, step, Ending.SOON, ContainerStatus.PAUSING, wait_seconds)

    async def _wind_down(
        self, container_id: ContainerId, step: Step, ending: Ending, wanted: ContainerStatus, wait_seconds: float | None
    ) -> Container:
        container = await uninterrupted(self._write_and_end(container_id, step, ending, wanted))
        life = self._lives.get(container_id)
        if life is None or not container.status.is_alive:
            return container
        await life.over(wait_seconds)
        return self.as_it_is(await self._database.read(lambda connection: store.get(connection, container_id)))

    async def shutdown(self) -> None:
        """End every life and leave the rows as they are, so that `recover` finds them."""
        self._is_shutting_down = True
        lives = list(self._lives.values())
        for life in lives:
            life.shut_down(SHUTDOWN_SECONDS)
        for life in lives:
            await life.over(SHUTDOWN_SECONDS)
        for life in lives:
            life.task.cancel()
        await asyncio.gather(*(life.task for life in lives), return_exceptions=True)
        await self._cleanup.close()
        with suppress(Unavailable):  # a full disk must not keep the daemon from ending
            await self._logbook.flush()

    async def interrupt(self, player_id: PlayerId) -> None:
        """End every life of a player at once, with nothing drained; the rows stay as they are."""
        async with self._in_step:
            await self._interrupt(player_id)

    async def abandon(self, player_id: PlayerId, work: Callable[[sa.Connection], T]) -> T:
        """Commit `work`, which says of the player's containers that they never run again, while none of them runs."""
        async with self._in_step:
            await self._interrupt(player_id)
            return await self._database.write(work)

    async def _interrupt(self, player_id: PlayerId) -> None:
        ended = [life.task for life in self._lives.values() if life.player_id == player_id]
        for task in ended:
            task.cancel()
        await asyncio.gather(*ended, return_exceptions=True)

    def _refuse_when_shutting_down(self) -> None:
        if self._is_shutting_down:
            raise Unavailable("the daemon is stopping; nothing new is started")

    async def _write_and_start(self, step: Step) -> Container:
        async with self._in_step:
            container = await self._database.write(step)
            self._start(container)
            return container

    async def _write_and_end(
        self, container_id: ContainerId, step: Step, ending: Ending, wanted: ContainerStatus
    ) -> Container:
        async with self._in_step:
            try:
                container = await self._database.write(step)
            except DiskWriteFailed:
                container = await self._database.read(lambda connection: store.get(connection, container_id))
            if container.status.is_alive and not self._is_shutting_down:
                life = self._start(container)
                wanted = container.status if container.status.is_ending else wanted
                if not life.stop.requested or ending < life.stop.ending or wanted is not life.wanted:
                    message = f"{wanted.value.capitalize()}: {ending.meaning}, no new work begins"
                    self._logbook.log(container_id, LogLevel.INFO, message)
                    life.end(ending, wanted)
            return container

    def _start(self, container: Container) -> ContainerHandle:
        """The container's life in this process, begun if there is none. A row that was left ending goes on so."""
        present = self._lives.get(container.id)
        if present is not None:
            return present
        life = self._lives[container.id] = ContainerHandle(container.player_id, self._drain_seconds)
        if container.status.is_ending:
            life.wanted = container.status
            life.stop.request(Ending.of(container))
        life.task = asyncio.create_task(self._supervise(container, life), name=f"container {container.id}")
        return life

    async def _supervise(self, container: Container, life: ContainerHandle) -> None:
        """Run the container until it ends for good, with a pause after each crash."""
        act_for(container.id)
        restarts: list[float] = []
        try:
            await self._cleanup.give_up(container.id)
            while True:
                crash = await self._attempts.run(container, life)
                if self._is_shutting_down and (crash is not None or not life.stops_for_good):
                    return  # only interrupted: the row stays as it is
                if crash is None or (life.stop.requested and not crash.of_disk):
                    await self._end(container, life, crash)
                    return
                delay = restart_policy.restart_delay_seconds(restarts, self._clock.elapsed())
                if crash.of_disk:
                    delay = RECORD_AGAIN_SECONDS
                if delay is None:
                    await self._give_up(container, crash)
                    return
                container = await self._wait_for_restart(container, life, crash, delay)
                if self._is_shutting_down:
                    return
                if not crash.of_disk:
                    restarts.append(self._clock.elapsed())
        finally:
            if self._lives.get(container.id) is life:
                del self._lives[container.id]

    async def _wait_for_restart(
        self, container: Container, life: ContainerHandle, crash: Crash, delay: float
    ) -> Container:
        """The container as it is stored after the pause; a stop ends the pause early, so that it can drain."""
        self._logbook.log(container.id, LogLevel.WARNING, f"Restarting in {delay:g} seconds")
        cause = crash.cause
        counted = await self._record(lambda connection: store.count_restart(connection, container.id, reason=cause))
        with suppress(TimeoutError):
            async with asyncio.timeout(delay):
                await life.stop.wait()
        return counted

    async def _end(self, container: Container, life: ContainerHandle, crash: Crash | None) -> None:
        reason = "" if crash is None else crash.cause
        step = partial(transitions.end, container_id=container.id, wanted=life.wanted, reason=reason)
        ended = await self._record(partial(step, at=self._clock.now()), is_last=True)
        level = LogLevel.WARNING if reason else LogLevel.INFO
        self._logbook.log(container.id, level, f"{ended.status.value.capitalize()}{': ' if reason else ''}{reason}")

    async def _give_up(self, container: Container, crash: Crash) -> None:
        reason = f"crashed {len(restart_policy.RESTART_DELAYS_SECONDS) + 1} times within an hour, last: {crash.cause}"
        self._logbook.log(container.id, LogLevel.ERROR, f"Failed: {reason}")
        step = partial(
            store.set_status,
            container_id=container.id,
            status=ContainerStatus.FAILED,
            at=self._clock.now(),
            reason=reason,
        )
        await self._record(step, is_last=True)

    async def _record(self, step: Step, *, is_last: bool = False) -> Container:
        """Write what became of a container, as often as it takes: a full disk must not make it look alive.

        With the last word on it the container stops counting as running, in one step.
        """
        while True:
            try:
                async with self._in_step:
                    container = await self._database.write(step)
                    if is_last:
                        del self._lives[container.id]
                        self._cleanup.begin(container)
                    return container
            except Unavailable:
                await asyncio.sleep(RECORD_AGAIN_SECONDS)
