"""Power cuts: whatever length of the log survives, what was acknowledged is in it."""

import asyncio
import sqlite3
import tempfile
from pathlib import Path
from unittest.mock import patch

import pytest

from starfoundry.drill.campaign import fast_directory
from starfoundry.runtime.concurrency.offload import SingleThread
from starfoundry.store import sqlite
from starfoundry.store.engine import Database
from starfoundry.store.tables.schema import decisions
from tests.drill.cut_log import LogRecorder
from tests.store.opened import add_player

IMAGES_MIN = 2_000
NAME = "images of power cuts, no acknowledgement lost"


def facts_in(connection: sqlite3.Connection) -> int:
    """How many facts an image holds; 0 where it has not even the table."""
    try:
        (count,) = connection.execute("SELECT count(*) FROM decisions").fetchone()
    except sqlite3.OperationalError:
        return 0
    assert connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
    return int(count)


async def record(database: Database, file: Path, commits: int, characters: int) -> LogRecorder:
    """Write so many acknowledged facts into a database whose log is never folded."""
    from datetime import UTC, datetime

    await database.write(lambda c: c.exec_driver_sql("PRAGMA wal_autocheckpoint = 0"))
    await database.write(add_player)
    await database.write(_add_container)
    synchronous = await database.write(lambda c: c.exec_driver_sql("PRAGMA synchronous").scalar_one())
    recorder = LogRecorder(file, synchronous)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    for fact in range(1, commits + 1):
        row = {
            "container_id": "c",
            "revision": fact,
            "at": at,
            "kind": "k",
            "subject": "s",
            "facts": {"n": "x" * characters},
        }
        await database.write(lambda c, row=row: c.execute(decisions.insert(), row))  # type: ignore[misc]
        recorder.acknowledge(fact)
    return recorder


def _add_container(connection):
    connection.exec_driver_sql(
        "INSERT INTO containers (id, player_id, type, status, config, created_at)"
        " VALUES ('c', 1, 'manufacturing_coordinator', 'RUNNING', '{}', '2026-01-01 00:00:00')"
    )


async def _images_and_losses(directory: Path, commits: int, torn_per_frame: int, characters: int) -> tuple[int, int]:
    """The images are taken while the database is open: closing the last connection folds the log and removes it."""
    file, offload = directory / "real.db", SingleThread("database")
    database = await Database.open(f"sqlite:///{file}", offload)
    try:
        recorder = await record(database, file, commits, characters)
        return recorder.lost(directory, facts_in, torn_per_frame)
    finally:
        await database.close()
        offload.close()


def images_and_losses(commits: int, torn_per_frame: int, characters: int = 900) -> tuple[int, int]:
    with tempfile.TemporaryDirectory(dir=fast_directory()) as directory:
        return asyncio.run(_images_and_losses(Path(directory), commits, torn_per_frame, characters))


def test_no_image_lacks_what_was_acknowledged(figure):
    images, missing = images_and_losses(commits=260, torn_per_frame=2)
    figure(NAME, images, missing)

    assert images >= IMAGES_MIN
    assert missing == 0


def test_a_database_that_does_not_force_its_commits_is_found_out():
    prepare = sqlite._prepare

    def lazily(connection, entry):
        prepare(connection, entry)
        connection.execute("PRAGMA synchronous = NORMAL")

    with patch.object(sqlite, "_prepare", lazily):
        images, missing = images_and_losses(commits=20, torn_per_frame=0)

    assert 20 <= missing < images


@pytest.mark.campaign
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("characters", range(100, 2_000, 130))
def test_many_images(characters, figure):
    """Facts of other lengths lie otherwise on their pages."""
    images, missing = images_and_losses(commits=260, torn_per_frame=10, characters=characters)
    figure(NAME, images, missing)

    assert missing == 0
