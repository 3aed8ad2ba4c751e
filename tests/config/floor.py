"""A small factory floor: a real database, bus and service, and coordinators that do nothing but take up settings."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from starfoundry.config.domain.acknowledgements import AppliedRevision
from starfoundry.config.domain.change_status import RevisionResult
from starfoundry.config.domain.model import Revised
from starfoundry.config.domain.patch import Patch
from starfoundry.config.domain.preconditions import Preconditions
from starfoundry.config.domain.validation import read_values
from starfoundry.config.service import revise
from starfoundry.config.service.config_bus import ConfigBus
from starfoundry.config.service.config_service import ConfigService
from starfoundry.config.storage import store
from starfoundry.config.storage.store import Authorship
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.runtime.clock import LoopClock
from starfoundry.store.engine import Database
from starfoundry.store.tables.schema import config_revisions, containers
from tests.store.opened import NOON, add_container, add_player, opened

ID = ContainerId("parallel-mfg-X1-YZ19-abc123")
PLAYER = PlayerId(12)
STRANGER = PlayerId(13)
LAUNCH: dict[str, object] = {
    "system_symbol": "X1-YZ19",
    "container_id": ID,
    "mode": "parallel_task_based",
    "from_a_newer_version": {"deep": [1, None]},
}


async def set_values(
    service: ConfigService, container_id: str = ID, *, wait_seconds: float = 0.0, **values: object
) -> RevisionResult:
    """The player sets these values of a coordinator."""
    return await service.apply_patch(
        PLAYER,
        ContainerId(container_id),
        Patch(values=read_values(values)),
        service.authorship(author="ada", origin="rpc"),
        Preconditions(),
        wait_seconds=wait_seconds,
    )


class Floor:
    """What a test does to the settings and sees of them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = LoopClock(asyncio.get_running_loop(), NOON)
        self.bus = ConfigBus(stopwatch=self.clock.elapsed)
        self.service = ConfigService(database, self.bus, self.clock)
        self.wait_until_decided: dict[str, list[Revised]] = {}
        self._lives: list[asyncio.Task[None]] = []

    async def add(self, container_id: str = ID, player_id: int = PLAYER, **columns: object) -> None:
        """A coordinator's container with the first revision of its settings."""
        launch = {**LAUNCH, "container_id": container_id}

        def work(connection: sa.Connection) -> None:
            add_container(connection, container_id, player_id, **({"config": launch} | columns))
            authorship = Authorship(author="founder", origin="start", at=NOON)
            revise.create_initial_settings(connection, ContainerId(container_id), Patch(), authorship)

        await self.database.write(work)

    async def set(self, container_id: str = ID, *, wait_seconds: float = 0.0, **values: object) -> RevisionResult:
        """The player changes settings."""
        return await set_values(self.service, container_id, wait_seconds=wait_seconds, **values)

    def start(self, container_id: str = ID, *, busy_seconds: float = 0.001) -> asyncio.Task[None]:
        """Begin to run a coordinator."""
        life = asyncio.create_task(self.coordinate(container_id, busy_seconds=busy_seconds))
        self._lives.append(life)
        return life

    async def stop(self) -> None:
        """End every coordinator."""
        for life in self._lives:
            life.cancel()
        await asyncio.gather(*self._lives, return_exceptions=True)

    async def coordinate(self, container_id: str = ID, *, busy_seconds: float = 0.001) -> None:
        """Run a coordinator as the real one: load, listen, decide, say so; each decision takes `busy_seconds`."""
        name = ContainerId(container_id)
        loaded = await self.database.read(lambda connection: store.load(connection, name))
        cell = self.bus.open(name, loaded)
        try:
            while True:
                revised = cell.value
                await asyncio.sleep(busy_seconds)
                self.wait_until_decided.setdefault(container_id, []).append(revised)
                effects = (f"{revised.config.max_pipelines} pipelines",)
                self.bus.observe(
                    name,
                    AppliedRevision(
                        revision=revised.revision,
                        effects=effects,
                        at_elapsed=self.clock.elapsed(),
                        config=revised.config,
                    ),
                )
                await cell.newer_than(revised.revision)
        finally:
            self.bus.close(name)

    async def stored(self, container_id: str = ID) -> tuple[int, dict[str, Any]]:
        """The revision and the JSON column, as they are in the database."""
        statement = sa.select(containers.c.revision, containers.c.config).where(containers.c.id == container_id)
        row = await self.database.read(lambda connection: connection.execute(statement).one())
        return row.revision, row.config

    async def history(self, container_id: str = ID) -> list[Any]:
        """The rows of every change, oldest first."""
        statement = (
            sa.select(config_revisions)
            .where(config_revisions.c.container_id == container_id)
            .order_by(config_revisions.c.revision)
        )
        return await self.database.read(lambda connection: list(connection.execute(statement)))

    async def overwrite(self, config: dict[str, object], container_id: str = ID) -> None:
        """Somebody edits the stored config by hand."""
        await self._update(container_id, config=config)

    async def becomes(self, status: str, container_id: str = ID) -> None:
        """The container's row changes its status."""
        await self._update(container_id, status=status)

    async def _update(self, container_id: str, **columns: object) -> None:
        statement = sa.update(containers).where(containers.c.id == container_id).values(**columns)

        def work(connection: sa.Connection) -> None:
            connection.execute(statement)

        await self.database.write(work)


@asynccontextmanager
async def floor(directory: Path, *, is_new: bool = True) -> AsyncIterator[Floor]:
    """A floor without containers, new with two players or as it was left."""
    async with opened(directory) as database:
        if is_new:
            for player_id in (PLAYER, STRANGER):
                await database.write(partial(add_player, player_id=player_id))
        yield Floor(database)
