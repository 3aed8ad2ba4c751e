"""The book as the page asks for it: every entry that fits is in the CSV once, however many calls that takes."""

import asyncio
import csv
import io

import pytest

from starfoundry.dashboard import ledger_requests
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
        return b"".join([piece async for piece in ledger_requests.as_csv(daemon, 1, query)]).decode()

    return list(csv.DictReader(io.StringIO(asyncio.run(pieces()))))


@pytest.mark.parametrize("entries", [0, 1, 4, 5, 10, 11])
def test_every_entry_is_in_the_file_once_newest_first(monkeypatch, entries):
    monkeypatch.setattr(ledger_requests, "ENTRIES_AT_A_TIME", 5)

    rows = downloaded(Daemon(entries))

    assert [int(row["sequence"]) for row in rows] == list(range(entries, 0, -1))


def test_a_text_with_a_comma_stays_one_cell():
    assert downloaded(Daemon(1))[0]["good"] == "=IRON,"


def test_only_what_narrows_is_asked_for():
    daemon = Daemon(1)
    downloaded(daemon, good="IRON", kind="", by="good", since="8h")

    assert (daemon.asked[0].good, daemon.asked[0].kind, daemon.asked[0].since) == ("IRON", "", "8h")
