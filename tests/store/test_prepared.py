"""Statements that are run by name: what they read, write, count and raise."""

import asyncio

import pytest
import sqlalchemy as sa

from starfoundry.kernel.errors import Unavailable
from starfoundry.store.prepared import PreparedStatement, insert_into
from starfoundry.store.tables.config import config_revisions
from starfoundry.store.tables.schema import container_logs, containers
from tests.store.opened import NOON, add_container, add_player, opened

ALL = sa.select(containers).order_by(containers.c.id)
ONE = PreparedStatement(ALL.where(containers.c.id == sa.bindparam("which")))
RENAMED = PreparedStatement(
    sa.update(containers)
    .where(containers.c.id == sa.bindparam("which"))
    .values(config=sa.bindparam("new"), stopped_at=sa.bindparam("at"))
)
REVISION = PreparedStatement(sa.insert(config_revisions))


def tried(tmp_path, work):
    """What a piece of work returns on a database with two containers."""

    def prepared(connection):
        add_player(connection)
        for name in ("one", "two"):
            add_container(connection, name, config={"name": name, "levels": [1, None]})
        return work(connection)

    async def main():
        async with opened(tmp_path) as database:
            return await database.write(prepared)

    return asyncio.run(main())


def test_a_row_is_the_one_that_a_query_finds(tmp_path):
    def work(connection):
        return ONE.one_or_none(connection, {"which": "two"}), list(connection.execute(ALL))[1]

    prepared, usual = tried(tmp_path, work)
    assert prepared._asdict() == usual._asdict()
    assert prepared.config == {"name": "two", "levels": [1, None]}


def test_what_is_not_there_is_none_and_no_rows(tmp_path):
    def work(connection):
        return ONE.one_or_none(connection, {"which": "three"}), ONE.rows(connection, {"which": "three"})

    assert tried(tmp_path, work) == (None, [])


def test_objects_and_times_are_written_as_sqlalchemy_reads_them(tmp_path):
    def work(connection):
        RENAMED.run(connection, {"which": "one", "new": {"a": "ü"}, "at": NOON})
        row = connection.execute(ALL).first()
        return row.config, row.stopped_at

    assert tried(tmp_path, work) == ({"a": "ü"}, NOON)


def test_no_object_is_null_and_not_the_word_null(tmp_path):
    facts = {"container_id": "one", "revision": 1, "at": NOON, "author": "a", "origin": "o", "reason": ""}

    def work(connection):
        REVISION.run(connection, {**facts, "changes": {}, "config": {}, "layers": None, "request_id": None})
        return connection.execute(sa.select(config_revisions.c.layers.is_(None))).scalar()

    assert tried(tmp_path, work) == 1


def test_a_broken_rule_of_the_schema_is_raised_as_sqlalchemy_raises_it(tmp_path):
    facts = {"revision": 1, "at": NOON, "author": "a", "origin": "o", "reason": "", "changes": {}, "config": {}}

    def work(connection):
        REVISION.run(connection, {**facts, "container_id": "nobody", "layers": None, "request_id": None})

    with pytest.raises(sa.exc.IntegrityError, match="FOREIGN KEY"):
        tried(tmp_path, work)


def test_a_disk_that_takes_no_more_is_unavailable_to_the_caller(tmp_path):
    def work(connection):
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # SQLite makes that the present size
        RENAMED.run(connection, {"which": "one", "new": {"filling": "x" * 1_000_000}, "at": NOON})

    with pytest.raises(Unavailable, match="full"):
        tried(tmp_path, work)


def test_a_change_tells_how_many_rows_it_was(tmp_path):
    def work(connection):
        changes = {"new": {}, "at": NOON}
        return [RENAMED.run(connection, {"which": name, **changes}) for name in ("one", "nobody")]

    assert tried(tmp_path, work) == [1, 0]


def test_a_new_row_gets_every_column_but_those_left_out_and_tells_its_number(tmp_path):
    insert = PreparedStatement(insert_into(container_logs, "id").returning(container_logs.c.id))
    row = {"container_id": "one", "at": NOON, "level": "INFO", "message": "ü", "fields": {"a": [1]}}

    def work(connection):
        numbers = [insert.rows(connection, row)[0].id for _ in range(2)]
        stored = connection.execute(sa.select(container_logs).where(container_logs.c.id == numbers[1])).one()
        return numbers, stored._asdict()

    numbers, stored = tried(tmp_path, work)
    assert numbers == [1, 2]
    assert stored == {**row, "id": 2}
