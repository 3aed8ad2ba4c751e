"""The migrations make the schema, and a database from the future is left alone."""

import asyncio
import subprocess
import sys

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from starfoundry.kernel.errors import Refused
from starfoundry.store import migrate
from starfoundry.store.engine import empty_file
from starfoundry.store.sqlite import integrity_errors
from starfoundry.store.tables.schema import metadata
from tests.patience import DEADLINE_SECONDS
from tests.store.opened import add_container, opened


def shape(connection):
    """Everything the database knows of every table, in an order of its own."""
    inspector = sa.inspect(connection)
    return {
        name: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], column["default"])
                for column in inspector.get_columns(name)
            },
            "primary key": inspector.get_pk_constraint(name),
            "foreign keys": sorted(inspector.get_foreign_keys(name), key=str),
            "unique": sorted(inspector.get_unique_constraints(name), key=str),
            "checks": sorted(inspector.get_check_constraints(name), key=str),
            "indexes": sorted(
                (
                    {**index, "dialect_options": {name: str(value) for name, value in index["dialect_options"].items()}}
                    for index in inspector.get_indexes(name)
                ),
                key=str,
            ),
        }
        for name in inspector.get_table_names()
        if name != "alembic_version"
    }


def test_the_migrations_make_exactly_the_schema(tmp_path):
    declared = sa.create_engine(f"sqlite:///{tmp_path / 'declared.db'}", poolclass=sa.pool.NullPool)
    with declared.begin() as connection:
        metadata.create_all(connection)
        expected = shape(connection)
    declared.dispose()

    async def main():
        async with opened(tmp_path, is_migrated=True) as database:
            return await database.read(shape)

    assert expected == asyncio.run(main())


def test_an_empty_file_is_what_the_migrations_make(tmp_path):
    """Simulations begin with a copy of it."""
    (tmp_path / "test.db").write_bytes(empty_file())
    (tmp_path / "made").mkdir()

    async def main(directory):
        async with opened(directory, is_migrated=True) as database:
            return await database.read(lambda connection: (shape(connection), migrate.require_known(connection)))

    assert asyncio.run(main(tmp_path)) == asyncio.run(main(tmp_path / "made"))


def test_the_known_revisions_are_those_of_the_scripts():
    config = Config()
    config.set_main_option("script_location", "starfoundry:store/migrations")
    scripts = ScriptDirectory.from_config(config)

    assert [script.revision for script in reversed(list(scripts.walk_revisions()))] == list(migrate.REVISIONS)
    assert scripts.get_heads() == [migrate.HEAD]


def test_a_database_of_the_first_schema_keeps_its_rows_and_takes_the_new_words(tmp_path, monkeypatch):
    """Rules that say which words a column may hold change under rows that others refer to."""

    async def at(head, work):
        monkeypatch.setattr(migrate, "HEAD", head)
        async with opened(tmp_path, is_migrated=True) as database:
            return await database.write(work)

    def fill(connection):
        connection.exec_driver_sql(
            "INSERT INTO players (id, agent, universe, headquarters, system, token_sealed, credits, created_at)"
            " VALUES (1, 'FOUNDRY', '2026-03-01', 'X1-A-1', 'X1-A', x'00', 7, '2026-03-01')"
        )
        add_container(connection, "mfg-1")

    def change(connection):
        connection.exec_driver_sql("UPDATE containers SET status = 'ABANDONED'")
        with pytest.raises(sa.exc.IntegrityError):
            connection.exec_driver_sql("UPDATE containers SET status = 'ODD'")
        return list(integrity_errors(connection)), connection.exec_driver_sql(
            "SELECT id, player_id, status FROM containers"
        ).all()

    first, newest = migrate.REVISIONS[0], migrate.HEAD
    asyncio.run(at(first, fill))
    whole, rows = asyncio.run(at(newest, change))

    assert whole == []
    assert rows == [("mfg-1", 1, "ABANDONED")]


def test_a_schema_this_program_does_not_know_is_refused_and_kept(tmp_path):
    """The message says which schema it is and both ways out; nothing in the file changes."""

    def age(connection):
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9000'")

    async def main():
        async with opened(tmp_path, is_migrated=True) as database:
            await database.write(age)
        before = (tmp_path / "test.db").read_bytes()
        with pytest.raises(Refused, match="9000") as caught:
            async with opened(tmp_path, is_migrated=True):
                pass
        assert "--data-dir" in str(caught.value)
        assert before == (tmp_path / "test.db").read_bytes()

    asyncio.run(main())


def test_a_migration_that_breaks_off_leaves_no_half_made_schema(tmp_path, monkeypatch):
    monkeypatch.setattr(migrate, "HEAD", "0099")  # a revision without a script: Alembic fails after it has begun

    async def main():
        async with opened(tmp_path, is_migrated=True):
            pass

    with pytest.raises(Exception, match="0099"):
        asyncio.run(main())
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'test.db'}", poolclass=sa.pool.NullPool)
    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()


def test_opening_a_database_that_is_up_to_date_does_not_load_the_migration_tool(tmp_path):
    program = """
import asyncio, pathlib, sys
from tests.store.opened import add_container, opened
async def main():
    async with opened(pathlib.Path(sys.argv[1]), is_migrated=True):
        print('alembic' in sys.modules)
asyncio.run(main())
"""
    runs = [
        subprocess.run(
            [sys.executable, "-c", program, str(tmp_path)],
            capture_output=True,
            text=True,
            check=True,
            timeout=DEADLINE_SECONDS,
        ).stdout
        for _ in range(2)
    ]

    assert runs == ["True\n", "False\n"]


def triggers(connection):
    return sorted(
        connection.exec_driver_sql("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'").all()
    )


def test_the_migrations_make_the_guards_of_the_schema(tmp_path):
    declared = sa.create_engine("sqlite://")
    with declared.begin() as connection:
        metadata.create_all(connection)
        expected = [tuple(each) for each in triggers(connection)]
    declared.dispose()

    async def main():
        async with opened(tmp_path, is_migrated=True) as database:
            return await database.read(triggers)

    assert len(expected) >= 5
    assert expected == [tuple(each) for each in asyncio.run(main())]


OLD_WORK = """
INSERT INTO players (id, agent, universe, headquarters, system, token_sealed, credits, created_at)
    VALUES (1, 'FOUNDRY', '2026-03-01', 'X1-A-1', 'X1-A', x'00', 93, '2026-03-01');
INSERT INTO pipelines (id, container_id, kind, status, good, factory, sell_market, expected_profit, revision,
                       created_at)
    VALUES ('ab-p1', 'c', 'FABRICATION', 'COMPLETED', 'IRON', 'X1-A-2', 'X1-A-3', 1, 4, '2026-03-01'),
           ('ab-p2', 'c', 'COLLECTION', 'EXECUTING', 'IRON', 'X1-A-2', 'X1-A-3', 1, 4, '2026-03-01');
INSERT INTO intents (id, player_id, pipeline_id, kind, ship, waypoint, good, units, cargo_before, credits_before,
                     price_seen, config_revision, state, sent_at)
    VALUES (1, 1, 'ab-p1', 'PURCHASE', 'F-1', 'X1-A-2', 'ORE', 1, 0, 100, 7, 4, 'APPLIED', '2026-03-01'),
           (2, 1, 'ab-p1', 'SALE', 'F-1', 'X1-A-3', 'IRON', 1, 1, 93, 7, 4, 'NOT_APPLIED', '2026-03-01');
INSERT INTO ledger (sequence, player_id, intent_id, at, kind, amount, balance_after, pipeline_id)
    VALUES (1, 1, NULL, '2026-03-01', 'OPENING', 100, 100, ''),
           (2, 1, 1, '2026-03-01', 'PURCHASE', -7, 93, 'ab-p1');
"""


def test_a_book_of_an_older_schema_comes_to_stand_by_itself(tmp_path, monkeypatch):
    """Entries know their chain and revision, pipelines go on being counted, and a call may go without its entry."""

    async def at(head, work):
        monkeypatch.setattr(migrate, "HEAD", head)
        async with opened(tmp_path, is_migrated=True) as database:
            return await database.write(work)

    def fill(connection):
        player, *rest = OLD_WORK.strip().split(";\n")
        connection.exec_driver_sql(player)
        add_container(connection, "c")
        for statement in rest:
            connection.exec_driver_sql(statement.rstrip(";\n"))

    def look(connection):
        book = connection.exec_driver_sql("SELECT sequence, intent_id, chain, config_revision FROM ledger").all()
        opened_so_far = connection.exec_driver_sql("SELECT * FROM work_counts").all()
        connection.exec_driver_sql("DELETE FROM intents WHERE id = 1")
        return book, opened_so_far, list(integrity_errors(connection))

    newest = migrate.HEAD
    asyncio.run(at("0006", fill))
    book, opened_so_far, broken = asyncio.run(at(newest, look))

    assert book == [(1, None, "", 0), (2, 1, "IRON at X1-A-2", 4)]
    assert opened_so_far == [("c", 2, 0)]
    assert broken == []
