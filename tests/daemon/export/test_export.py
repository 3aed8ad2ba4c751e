"""`spacetraders export`: whole tables, through the wire, as files that other tools read."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
import sqlalchemy as sa
from pyarrow import parquet

from starfoundry.daemon.export.commands import TABLES as OFFERED
from starfoundry.daemon.export.rpc import EXPORTS_MAX
from starfoundry.daemon.export.table_reader import PIECE_ROWS
from starfoundry.daemon.export.tables import TABLES
from starfoundry.kernel.errors import Refused, Unavailable
from starfoundry.store.tables.schema import containers, decisions, ledger, market_history, tasks
from starfoundry.wire.daemon_pb2 import ExportTableRequest, RegisterPlayerRequest
from starfoundry.wire.status import InProcessContext
from tests.daemon.daemons import daemon_in, run
from tests.house.source import ROOT
from tests.patience import until
from tests.stories.programs import Workplace

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def market_row(number, **changes):
    row = {
        "player_id": 1,
        "waypoint": "X1-A1",
        "good": "IRON",
        "kind": "EXPORT",
        "supply": None,
        "activity": "WEAK",
        "trade_volume": 10,
        "ask": 2**40,
        "bid": 5,
        "at": NOW + timedelta(minutes=number, microseconds=250),
    }
    return row | changes


def told(directory, story):
    async def whole():
        async with daemon_in(directory) as (daemon, operator):
            for agent in ("FOUNDRY", "RIVAL"):
                await operator.call("RegisterPlayer", RegisterPlayerRequest(agent=agent))
            return await story(daemon)

    return run(whole())


async def pieces(daemon, **request):
    stream = daemon.servicer.ExportTable(ExportTableRequest(player_id=1, **request), InProcessContext())
    return [piece async for piece in stream]


def integers(found, table, name):
    """The values of a column of numbers, over all pieces."""
    place = [column.name for column in TABLES[table].columns].index(name)
    return [number for piece in found[1:] for number in piece.values[place].integers]


async def store(daemon, table, *rows):
    await daemon.database.write(lambda connection: connection.execute(sa.insert(table), list(rows)))


def test_each_row_of_the_player_is_told_once_in_however_many_pieces(tmp_path):
    async def story(daemon):
        await store(daemon, market_history, *map(market_row, range(2 * PIECE_ROWS + 1)), market_row(9, player_id=2))
        return await pieces(daemon, table="market-history")

    found = told(tmp_path, story)

    assert [piece.rows for piece in found] == [0, PIECE_ROWS, PIECE_ROWS, 1]
    assert integers(found, "market-history", "id") == list(range(1, 2 * PIECE_ROWS + 2))
    assert (found[0].agent, len(found[0].columns)) == ("FOUNDRY", len(TABLES["market-history"].columns))


def test_since_and_until_bound_the_rows_and_until_is_left_out(tmp_path):
    async def story(daemon):
        await store(daemon, market_history, *[market_row(n, at=NOW + timedelta(minutes=n)) for n in range(5)])
        return await pieces(daemon, table="market-history", since="2026-01-01T12:01:00Z", until="2026-01-01T12:03:00Z")

    assert integers(told(tmp_path, story), "market-history", "id") == [2, 3]


def test_work_of_another_players_containers_is_not_told(tmp_path):
    async def story(daemon):
        facts = {"type": "t", "status": "STOPPED", "config": {}, "created_at": NOW}
        await store(daemon, containers, *({"id": f"c{n}", "player_id": n, **facts} for n in (1, 2)))
        said = {"revision": 1, "at": NOW, "kind": "k", "subject": "s"}
        await store(daemon, decisions, *({"container_id": f"c{n}", "facts": {"n": n}, **said} for n in (1, 2)))
        return await pieces(daemon, table="decisions")

    found = told(tmp_path, story)

    assert [list(values.texts) for values in found[1].values if values.texts][-1] == ['{"n": 1}']


def test_a_table_that_is_none_and_bounds_that_hold_nothing_are_refused(tmp_path):
    async def story(daemon):
        with pytest.raises(Refused, match="table must be one of ledger"):
            await pieces(daemon, table="secrets")
        with pytest.raises(Refused, match="until must be later than since"):
            await pieces(daemon, table="ledger", since="1h", until="2h")

    told(tmp_path, story)


def test_too_many_exports_at_a_time_are_turned_away_and_one_that_ends_makes_room(tmp_path):
    async def story(daemon):
        held = []
        for _ in range(EXPORTS_MAX):
            stream = daemon.servicer.ExportTable(ExportTableRequest(player_id=1, table="ledger"), InProcessContext())
            await anext(stream)
            held.append(stream)
        with pytest.raises(Unavailable, match="exports are under way"):
            await pieces(daemon, table="ledger")
        await held[0].aclose()
        return await pieces(daemon, table="ledger")

    assert told(tmp_path, story)


def test_every_table_and_every_column_is_on_the_page_and_stored_as_it_says():
    page = (ROOT / "docs" / "export.md").read_text()
    stored = {"ledger": ledger, "tasks": tasks, "market-history": market_history, "decisions": decisions}
    columns = [(name, column) for name, table in TABLES.items() for column in table.columns]

    lines = [f"| `{each.name}` | {each.type.value} | {each.unit} | {each.meaning} |" for _name, each in columns]
    assert [line for line in lines if line not in page] == []
    assert [each.name for name, each in columns if each.name not in stored[name].c] == []
    assert tuple(TABLES) == OFFERED
    left_out = {name: {c.name for c in stored[name].c} - {c.name for c in TABLES[name].columns} for name in TABLES}
    assert left_out == {
        "ledger": {"player_id", "intent_id"},
        "tasks": set(),
        "market-history": {"player_id"},
        "decisions": set(),
    }


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """A workplace whose daemon has played a while."""
    workplace = Workplace(data_dir=tmp_path_factory.mktemp("played") / "data")
    workplace.start_daemon("--sandbox", "--speed", "200")
    workplace.ask("player", "register", "--agent", "FOUNDRY")
    container = workplace.ask("manufacturing", "start")["container_id"]

    until(lambda: len(workplace.ask("ledger", "list", "--kind", "SALE")["entries"]) > 3)
    workplace.ask("container", "stop", container, "--now", "--wait")
    yield workplace
    workplace.close()


@pytest.mark.processes
@pytest.mark.parametrize("table", TABLES)
def test_parquet_and_csv_tell_the_same_rows_with_their_types(played, tmp_path, table):
    whole = played.ask("export", table, str(tmp_path / "t.parquet"))
    printed = played.cli("export", table)

    found = parquet.read_table(tmp_path / "t.parquet")
    rows = list(csv.DictReader(io.StringIO(printed.out)))
    assert (whole["table"], whole["format"], whole["rows"]) == (table, "parquet", found.num_rows)
    assert len(rows) == found.num_rows > 0
    types = {"INTEGER": pa.int64(), "TIME": pa.timestamp("us", tz="UTC"), "TEXT": pa.string(), "JSON": pa.string()}
    for column in TABLES[table].columns:
        field = found.schema.field(column.name)
        assert field.type == types[column.type.value]
        assert field.metadata[b"unit"].decode() == column.unit
    first = TABLES[table].columns[0].name
    assert [row[first] for row in rows] == [str(value) for value in found[first].to_pylist()]
    assert found.schema.metadata[b"agent"] == b"FOUNDRY"


@pytest.mark.processes
def test_the_exported_ledger_adds_up_to_the_credits(played, tmp_path):
    played.ask("export", "ledger", str(tmp_path / "l.parquet"))

    found = parquet.read_table(tmp_path / "l.parquet")
    assert sum(found["amount"].to_pylist()) == found["balance_after"].to_pylist()[-1]
    assert found["at"].to_pylist() == sorted(found["at"].to_pylist())


@pytest.mark.processes
def test_a_file_that_is_there_is_replaced_by_force_only(played, tmp_path):
    file = tmp_path / "l.csv"
    file.write_text("mine")

    refused = played.cli("export", "ledger", str(file))
    kept = file.read_text()
    played.ask("export", "ledger", str(file), "--force")

    assert (refused.code, kept) == (2, "mine")
    assert "--force" in refused.err
    assert file.read_text().startswith("sequence,at,kind")
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.processes
def test_an_export_that_is_refused_leaves_no_file(played, tmp_path):
    refused = played.cli("export", "ledger", str(tmp_path / "l.parquet"), "--player-id", "7")
    unprinted = played.cli("export", "ledger", "--format", "parquet")
    mixed = played.cli("export", "ledger", "--output", "json")

    assert (refused.code, unprinted.code, mixed.code) == (3, 2, 2)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.processes
def test_without_pyarrow_csv_is_written_and_parquet_says_what_it_needs(played, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    (blocked / "pyarrow.py").write_text("raise ImportError")
    bare = Workplace(data_dir=played.data_dir, environment={"PYTHONPATH": str(blocked)})

    refused = bare.cli("export", "ledger", str(tmp_path / "l.parquet"))

    assert (refused.code, "pip install 'starfoundry[export]'" in refused.err) == (6, True)
    assert bare.cli("export", "ledger").code == 0
    assert not (tmp_path / "l.parquet").exists()


@pytest.mark.processes
def test_a_text_of_json_stays_json(played, tmp_path):
    played.ask("export", "decisions", str(tmp_path / "d.parquet"))

    facts = parquet.read_table(tmp_path / "d.parquet")["facts"].to_pylist()
    assert all(isinstance(json.loads(each), dict) for each in facts)
    assert facts
