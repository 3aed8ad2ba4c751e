"""Rows as they are stored: objects, times, missing objects, and a disk that is full."""

import asyncio

import pytest
import sqlalchemy as sa

from starfoundry.kernel.errors import Unavailable
from starfoundry.store.inserts import insert_into
from starfoundry.store.tables.config import config_revisions
from starfoundry.store.tables.schema import container_logs, containers
from tests.store.opened import NOON, add_container, add_player, opened

ALL = sa.select(containers).order_by(containers.c.id)
RENAMED = (
    sa.update(containers)
    .where(containers.c.id == sa.bindparam("which"))
    .values(config=sa.bindparam("new"), stopped_at=sa.bindparam("at"))
)
REVISION = sa.insert(config_revisions)


def tried(tmp_path, work):
    """What a piece of work returns on a database with two containers."""

    def on_two_containers(connection):
        add_player(connection)
        for name in ("one", "two"):
            add_container(connection, name, config={"name": name, "levels": [1, None]})
        return work(connection)

    async def main():
        async with opened(tmp_path) as database:
            return await database.write(on_two_containers)

    return asyncio.run(main())


def test_objects_and_times_are_written_as_sqlalchemy_reads_them(tmp_path):
    def work(connection):
        connection.execute(RENAMED, {"which": "one", "new": {"a": "ü"}, "at": NOON})
        row = connection.execute(ALL).first()
        return row.config, row.stopped_at

    assert tried(tmp_path, work) == ({"a": "ü"}, NOON)


def test_no_object_is_null_and_not_the_word_null(tmp_path):
    facts = {"container_id": "one", "revision": 1, "at": NOON, "author": "a", "origin": "o", "reason": ""}

    def work(connection):
        connection.execute(REVISION, {**facts, "changes": {}, "config": {}, "layers": None, "request_id": None})
        return connection.execute(sa.select(config_revisions.c.layers.is_(None))).scalar()

    assert tried(tmp_path, work) == 1


def test_a_disk_that_takes_no_more_is_unavailable_to_the_caller(tmp_path):
    def work(connection):
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # SQLite makes that the present size
        connection.execute(RENAMED, {"which": "one", "new": {"filling": "x" * 1_000_000}, "at": NOON})

    with pytest.raises(Unavailable, match="full"):
        tried(tmp_path, work)


def test_a_new_row_gets_every_column_but_those_left_out_and_tells_its_number(tmp_path):
    insert = insert_into(container_logs, "id").returning(container_logs.c.id)
    row = {"container_id": "one", "at": NOON, "level": "INFO", "message": "ü", "fields": {"a": [1]}}

    def work(connection):
        numbers = [connection.execute(insert, row).all()[0].id for _ in range(2)]
        stored = connection.execute(sa.select(container_logs).where(container_logs.c.id == numbers[1])).one()
        return numbers, stored._asdict()

    numbers, stored = tried(tmp_path, work)
    assert numbers == [1, 2]
    assert stored == {**row, "id": 2}
