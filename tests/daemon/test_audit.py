"""An audit finds each promise broken where it is broken, and nothing in a database as a day's work leaves it."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from starfoundry.cli.main import root
from starfoundry.daemon.audit.copy import copy, database_in, databases_in
from starfoundry.daemon.audit.report import PROMISES, audit
from starfoundry.drill.machine import machine, new_universe
from starfoundry.drill.setup import open_scene
from starfoundry.drill.virtual_time.loop import run
from starfoundry.kernel.errors import Missing, Refused, Unavailable
from starfoundry.store.sqlite import open_read_only
from starfoundry.terminal.arguments import exits


@pytest.fixture(scope="module")
def worked(tmp_path_factory):
    """The database of a daemon that traded for half an hour."""
    directory = tmp_path_factory.mktemp("worked")

    async def work():
        async with machine(new_universe(8), directory) as running:
            await open_scene(running.operator)
            await asyncio.sleep(1_800)

    run(work(), seed=8)
    return directory / "sandbox.db"


def broken_in(database) -> list[str]:
    with open_read_only(database) as connection:
        return [verdict.promise.name for verdict in audit(connection) if not verdict.is_kept]


def test_a_days_work_keeps_every_promise(worked):
    assert broken_in(worked) == []


def spoilt(database, directory, statement):
    """A copy in which somebody has changed something behind the program's back."""
    copied = directory / "spoilt.db"
    shutil.copy(database, copied)
    with closing(sqlite3.connect(copied)) as connection, connection:
        assert connection.execute(statement).rowcount > 0
    connection.close()
    return copied


TAMPERED = {
    "balances": "UPDATE ledger SET amount = amount + 1 WHERE sequence = 5",
    "calls": "DELETE FROM intents WHERE id = 2",
    "deals": "DELETE FROM ledger WHERE kind = 'PURCHASE' AND sequence = (SELECT max(sequence) FROM ledger"
    " WHERE kind = 'PURCHASE')",
    "entries": "UPDATE ledger SET intent_id = NULL WHERE kind = 'SALE'",
    "revisions": "UPDATE containers SET revision = revision + 1 WHERE type = 'manufacturing_coordinator'",
    "decisions": "UPDATE decisions SET revision = 99",
    "thresholds": "UPDATE intents SET supply_seen = '' WHERE kind = 'PURCHASE'",
    "masters": "UPDATE tasks SET status = 'EXECUTING', ship = 'FOUNDRY-1'",
    "cargo": "UPDATE tasks SET kind = 'LIQUIDATE', status = 'READY', created_at = '2025-01-01 00:00:00.000000'",
    "accounts": "UPDATE tasks SET revenue = revenue + 1 WHERE status = 'COMPLETED'",
    "universes": "UPDATE players SET ended_at = '2026-01-01'",
    "file": "INSERT INTO decisions (container_id, revision, at, kind, subject, facts)"
    " VALUES ('nobody', 0, '2026-01-01', '', '', '{}')",
}


@pytest.mark.parametrize("promise", TAMPERED)
def test_a_promise_that_was_broken_is_named(worked, tmp_path, promise):
    assert promise in broken_in(spoilt(worked, tmp_path, TAMPERED[promise]))


def test_a_purchase_cannot_hide_from_its_threshold_by_losing_its_task(worked, tmp_path):
    assert "thresholds" in broken_in(spoilt(worked, tmp_path, "DELETE FROM tasks"))


def test_an_entry_for_a_call_that_nobody_made_is_named(worked, tmp_path):
    assert "calls" in broken_in(spoilt(worked, tmp_path, "UPDATE ledger SET intent_id = 9999 WHERE sequence = 5"))


def test_every_promise_has_a_name_of_its_own():
    assert len({promise.name for promise in PROMISES}) == len(PROMISES)


def test_a_backup_is_the_database_and_is_never_written_over(worked, tmp_path):
    size = copy(worked, tmp_path / "copy.db")

    assert size == (tmp_path / "copy.db").stat().st_size
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    assert broken_in(tmp_path / "copy.db") == []
    with pytest.raises(Refused, match="name of a new file"):
        copy(worked, tmp_path / "copy.db")


def test_a_copy_is_made_only_where_nobody_else_can_lay_hands_on_it(worked, tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)

    with pytest.raises(Refused, match="everybody can replace what is in"):
        copy(worked, shared / "copy.db")
    assert not list(shared.iterdir())


@pytest.mark.parametrize("make", [Path.touch, lambda path: path.symlink_to("elsewhere")])
def test_what_lies_in_the_place_of_a_copy_is_neither_used_nor_removed(worked, tmp_path, make):
    make(tmp_path / "copy.db.partial")

    with pytest.raises(Refused, match=r"copy\.db\.partial exists already"):
        copy(worked, tmp_path / "copy.db")
    assert [file.name for file in tmp_path.iterdir()] == ["copy.db.partial"]


def test_a_copy_into_a_directory_that_is_not_there_is_told_so(worked, tmp_path):
    with pytest.raises(Missing, match="there is no directory"):
        copy(worked, tmp_path / "nowhere" / "copy.db")


def test_what_is_no_database_is_told_so(tmp_path):
    (tmp_path / "starfoundry.db").write_text("a letter")

    with pytest.raises(Unavailable, match="cannot be read"):
        broken_in(database_in(tmp_path))
    (tmp_path / "sandbox.db").touch()
    assert [each.name for each in databases_in(tmp_path)] == ["starfoundry.db", "sandbox.db"]
    with pytest.raises(Refused, match="--database"):
        database_in(tmp_path)
    with pytest.raises(Missing, match="no database"):
        database_in(tmp_path / "elsewhere")


@pytest.mark.parametrize(("plays_in", "name"), [("", "starfoundry.db"), ("true", "sandbox.db")])
def test_of_two_databases_that_of_a_daemon_without_flags_is_meant_and_the_other_told(
    worked, tmp_path, monkeypatch, capsys, plays_in, name
):
    for each in ("starfoundry.db", "sandbox.db"):
        copy(worked, tmp_path / each)
    monkeypatch.setenv("STARFOUNDRY_SANDBOX_ENABLED", plays_in)

    assert exits.run(root, ["verify", "--data-dir", str(tmp_path)]) == 0

    told = capsys.readouterr().err
    assert f"{name} is the one a daemon started without flags uses; for the other: --database {tmp_path}" in told
