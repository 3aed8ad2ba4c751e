"""The book as the page asks for it: every entry that fits is in a file once, however many calls that takes."""

import asyncio
import csv
import io
from datetime import UTC, datetime

import pytest

from starfoundry.dashboard.reading import ledger_files
from starfoundry.dashboard.reading.ledger_requests import ENTRIES_AT_A_TIME as PAGE
from starfoundry.wire import daemon_pb2 as pb


class Daemon:
    """Answers ListLedger out of a book of so many entries, as the daemon does."""

    def __init__(self, entries: int) -> None:
        self.entries = [
            pb.LedgerEntry(sequence=number, kind="SALE", good="=IRON,", amount=7) for number in range(1, entries + 1)
        ]
        self.asked: list[pb.ListLedgerRequest] = []

    async def call(self, method: str, request: pb.ListLedgerRequest) -> pb.ListLedgerResponse:
        assert method == "ListLedger"
        self.asked.append(request)
        older = [
            each
            for each in reversed(self.entries)
            if not request.before_sequence or each.sequence < request.before_sequence
        ]
        return pb.ListLedgerResponse(entries=older[: request.limit], has_more=len(older) > request.limit)


def downloaded(daemon, **query):
    async def pieces():
        return b"".join([piece async for piece in ledger_files.as_csv(daemon, 1, query)]).decode()

    return list(csv.DictReader(io.StringIO(asyncio.run(pieces()))))


def as_table(daemon):
    parquet = pytest.importorskip("pyarrow.parquet")
    return parquet.read_table(io.BytesIO(asyncio.run(ledger_files.as_parquet(daemon, 1, {}))))


@pytest.mark.parametrize("entries", [0, 1, PAGE - 1, PAGE, 2 * PAGE, 2 * PAGE + 1])
def test_every_entry_is_in_the_file_once_newest_first(entries):
    rows = downloaded(Daemon(entries))

    assert [int(row["sequence"]) for row in rows] == list(range(entries, 0, -1))


def test_a_text_with_a_comma_stays_one_cell_and_is_no_formula_to_a_spreadsheet():
    assert downloaded(Daemon(1))[0]["good"] == "'=IRON,"


def test_a_negative_amount_stays_a_number():
    daemon = Daemon(1)
    daemon.entries[0].amount = -7

    assert downloaded(daemon)[0]["amount"] == "-7"


def test_only_what_narrows_is_asked_for():
    daemon = Daemon(1)
    downloaded(daemon, good="IRON", kind="", by="good", since="8h")

    assert (daemon.asked[0].good, daemon.asked[0].kind, daemon.asked[0].since) == ("IRON", "", "8h")


def test_a_parquet_file_has_the_same_entries_with_their_types():
    entries = PAGE + 1
    daemon = Daemon(entries)
    daemon.entries[-1].MergeFrom(pb.LedgerEntry(at="2026-03-01T12:00:00.000Z", predicted_price=7.5))

    table = as_table(daemon)

    newest, oldest = table.slice(0, 1).to_pylist()[0], table.slice(entries - 1, 1).to_pylist()[0]
    assert table.column("sequence").to_pylist() == list(range(entries, 0, -1))
    assert (newest["at"], newest["amount"], newest["predicted_price"]) == (datetime(2026, 3, 1, 12, tzinfo=UTC), 7, 7.5)
    assert (oldest["at"], oldest["predicted_price"], oldest["ship"]) == (None, None, None)


@pytest.mark.parametrize(("is_there", "formats"), [(True, ["csv", "parquet"]), (False, ["csv"])])
def test_parquet_is_offered_where_its_library_is_there(monkeypatch, is_there, formats):
    monkeypatch.setattr(ledger_files, "find_spec", lambda _: is_there or None)

    assert ledger_files.formats() == formats
