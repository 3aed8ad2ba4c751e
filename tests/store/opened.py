"""A real database in a temporary directory, for the tests of every room."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from starfoundry.runtime.concurrency.offload import SingleThread
from starfoundry.store.engine import Database, write_empty
from starfoundry.store.tables.schema import containers, players

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@asynccontextmanager
async def opened(directory: Path, *, busy_seconds: float = 5.0, is_migrated: bool = False) -> AsyncIterator[Database]:
    """The database of `directory`, closed at the end.

    A new one is a copy of an empty one, which takes a twentieth of the time of the migrations that `is_migrated` runs.
    """
    file = directory / "test.db"
    if not is_migrated:
        write_empty(file)
    offload = SingleThread("test-database")
    try:
        database = await Database.open(f"sqlite:///{file}", offload, busy_seconds=busy_seconds)
        try:
            yield database
        finally:
            await database.close()
    finally:
        offload.close()


def add_player(connection: sa.Connection, player_id: int = 1) -> None:
    """A player to hang other rows on."""
    connection.execute(
        players.insert(),
        {
            "id": player_id,
            "agent": f"AGENT{player_id}",
            "universe": "2026-03-01",
            "headquarters": "X1-AD75-A1",
            "system": "X1-AD75",
            "token_sealed": b"sealed",
            "credits": 175_000,
            "created_at": NOON,
        },
    )


def add_container(connection: sa.Connection, container_id: str, player_id: int = 1, **columns: object) -> None:
    """A running coordinator's row; `columns` replace what is named."""
    row: dict[str, object] = {
        "id": container_id,
        "player_id": player_id,
        "type": "manufacturing_coordinator",
        "status": "RUNNING",
        "config": {},
        "created_at": NOON,
    }
    connection.execute(containers.insert(), row | columns)
