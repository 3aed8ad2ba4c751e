"""The trail notices whatever is done to it, and holds no secret."""

import asyncio
import functools
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from starfoundry.daemon.access import audit_trail
from starfoundry.store.sqlite import open_read_only
from starfoundry.wire import daemon_pb2 as wire
from tests.store.opened import opened


def entry(method):
    return audit_trail.AuditEntry(
        at="2026-01-01T00:00:00+00:00",
        caller="user 0",
        role="ADMIN",
        origin="here",
        method=method,
        outcome="OK",
        request_id="",
        request="{}",
        result="{}",
    )


@pytest.fixture
def written(tmp_path):
    """A database with five entries."""

    async def main():
        async with opened(tmp_path) as database:
            for number in range(5):
                await database.write(functools.partial(audit_trail.append, entry=entry(f"M{number}")))

    asyncio.run(main())
    return tmp_path / "test.db"


def faults_in(file):
    with open_read_only(file) as connection:
        return list(audit_trail.chain_errors(connection))


def test_a_trail_that_nobody_touched_is_whole(written):
    assert faults_in(written) == []


@pytest.mark.parametrize("statement", ["UPDATE audit_entries SET caller = 'nobody'", "DELETE FROM audit_entries"])
def test_the_database_itself_refuses_to_edit_it(written, statement):
    with closing(sqlite3.connect(written)) as connection, pytest.raises(sqlite3.IntegrityError, match="never edited"):
        connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE audit_entries SET caller = 'nobody' WHERE sequence = 3", "entry 3 was changed"),
        ("UPDATE audit_entries SET result = '' WHERE sequence = 1", "entry 1 was changed"),
        ("DELETE FROM audit_entries WHERE sequence = 2", "entries 2 to 2 are missing"),
        ("DELETE FROM audit_entries WHERE sequence = 1", "entries 1 to 1 are missing"),
        ("UPDATE audit_entries SET hash = '0' WHERE sequence = 4", "entry 4 was changed"),
    ],
)
def test_what_is_done_past_the_guards_is_noticed(written, statement, told):
    with closing(sqlite3.connect(written)) as connection:
        for verb in ("update", "delete"):
            connection.execute(f"DROP TRIGGER audit_entries_no_{verb}")
        connection.execute(statement)
        connection.commit()

    assert told in faults_in(written)[0]


def test_an_end_that_was_cut_off_is_noticed_by_whoever_noted_the_last_hash(written):
    with open_read_only(written) as connection:
        count, noted = audit_trail.head(connection)
        assert list(audit_trail.chain_errors(connection, noted)) == []
    with closing(sqlite3.connect(written)) as connection:
        connection.execute("DROP TRIGGER audit_entries_no_delete")
        connection.execute("DELETE FROM audit_entries WHERE sequence > 3")
        connection.commit()

    assert count == 5
    assert faults_in(written) == []
    with open_read_only(written) as connection:
        assert list(audit_trail.chain_errors(connection, noted)) == [f"the entry with the hash {noted} is gone"]


def test_a_started_change_is_listed_only_as_long_as_its_outcome_is_not_known(tmp_path):
    async def main():
        async with opened(tmp_path) as database:
            for at, outcome in (("1", "STARTED"), ("2", "STARTED"), ("1", "OK"), ("3", "PERMISSION_DENIED")):
                each = replace(entry("SetHalt"), at=at, outcome=outcome)
                await database.write(functools.partial(audit_trail.append, entry=each))
            return await database.read(
                lambda connection: (
                    audit_trail.entries(connection, limit=9),
                    audit_trail.entries(connection, limit=9, refused_only=True),
                    audit_trail.head(connection)[0],
                )
            )

    every, refused, count = asyncio.run(main())

    assert [(each["at"], each["outcome"]) for each in every] == [
        ("2", "STARTED"),
        ("1", "OK"),
        ("3", "PERMISSION_DENIED"),
    ]
    assert [each["at"] for each in refused] == ["3"]
    assert count == 4


def test_secrets_are_not_written():
    text = audit_trail.written(wire.RegisterPlayerRequest(agent="A", account_token="hush-hush"))
    answer = audit_trail.written(wire.CreateTokenResponse(secret="hush-hush", token=wire.AccessToken(name="a")))

    assert "hush" not in text + answer
    assert '"agent": "A"' in text


def test_every_field_of_the_contract_that_holds_a_secret_is_known_as_one():
    fields = {
        field.name
        for message in wire.DESCRIPTOR.message_types_by_name.values()
        for field in message.fields
        if field.name.endswith(("token", "secret", "password", "key")) and field.type == field.TYPE_STRING
    }

    assert fields - {"key"} == audit_trail.SECRET_FIELDS  # the key of a setting is a name


def test_what_is_long_is_cut():
    assert len(audit_trail.written(wire.RegisterPlayerRequest(agent="x" * 10_000))) == audit_trail.TEXT_MAX
