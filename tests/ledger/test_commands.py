"""`ledger list|summary`: stable keys for machines, aligned columns for people."""

import json

import pytest

from starfoundry.ledger.commands import KINDS, ledger
from starfoundry.ledger.model import EntryKind
from starfoundry.terminal import exits
from starfoundry.terminal.options import Terminal
from starfoundry.wire import daemon_pb2 as wire

ENTRY = wire.LedgerEntry(
    sequence=7,
    at="2026-03-01T12:00:00.000Z",
    kind="PURCHASE",
    amount=-1_200,
    balance_after=98_800,
    ship="FOUNDRY-1",
    waypoint="X1-AD75-A1",
    good="IRON",
    units=10,
    container_id="mfg-1",
)
CONTAINERS = ("parallel-mfg-X1-AD75-1a2b3c", "parallel-mfg-X1-BC12-4d5e6f")
SUMMARY = wire.SummarizeLedgerResponse(
    lines=[wire.LedgerLine(key="SALE", income=2_520, net=2_520, entries=1, units=20)],
    opening=100_000,
    closing=101_104,
    profit=1_104,
    spent_on_ships=0,
    agent="FOUNDRY",
    universe="2026-03-01",
)


@pytest.fixture
def asked(monkeypatch):
    """The requests that reached the daemon, which answers each with what it has."""
    requests = []

    def call(_terminal, method, request, **_):
        if method == "ListContainers":
            return wire.ListContainersResponse(containers=[wire.Container(container_id=each) for each in CONTAINERS])
        requests.append((method, request))
        return (
            wire.ListLedgerResponse(entries=[ENTRY], agent="FOUNDRY", universe="2026-03-01")
            if method == "ListLedger"
            else SUMMARY
        )

    monkeypatch.setattr(Terminal, "call", call)
    return requests


def test_entries_for_a_machine_have_every_key_and_null_for_what_is_not(asked, capsys):
    assert exits.run(ledger, ["list", "--player-id", "1", "--output", "json"]) == 0

    assert json.loads(capsys.readouterr().out) == {
        "agent": "FOUNDRY",
        "universe": "2026-03-01",
        "entries": [
            {
                "sequence": 7,
                "at": "2026-03-01T12:00:00.000Z",
                "kind": "PURCHASE",
                "amount": -1_200,
                "balance_after": 98_800,
                "ship": "FOUNDRY-1",
                "waypoint": "X1-AD75-A1",
                "good": "IRON",
                "units": 10,
                "container_id": "mfg-1",
                "pipeline_id": None,
                "task_id": None,
            }
        ],
    }


def test_what_is_asked_for_reaches_the_daemon(asked):
    words = ["--kind", "sale", "--good", "iron", "--limit", "3", "--container", "1a2b3c", "--since", "2026-03-01"]

    assert exits.run(ledger, ["list", "--player-id", "4", *words]) == 0

    assert asked == [
        (
            "ListLedger",
            wire.ListLedgerRequest(
                player_id=4, kind="SALE", good="iron", limit=3, container_id=CONTAINERS[0], since="2026-03-01"
            ),
        )
    ]


@pytest.mark.parametrize(("named", "expected"), [("4d5e6f", 0), ("X1-BC12", 0), ("parallel", 2), ("9f9f9f", 3)])
def test_a_part_of_a_containers_id_is_enough_where_it_fits_one(asked, named, expected):
    code = exits.run(ledger, ["summary", "--player-id", "4", "--container", named])

    assert code == expected
    assert [request.container_id for _method, request in asked] == ([CONTAINERS[1]] if code == 0 else [])


def test_a_summary_says_what_it_is_by_and_adds_up(asked, capsys):
    assert exits.run(ledger, ["summary", "--player-id", "1", "--output", "json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["opening"] + told["profit"] - told["spent_on_ships"] == told["closing"]
    assert (told["by"], told["since"]) == ("kind", None)
    assert told["lines"] == [{"key": "SALE", "income": 2_520, "expense": 0, "net": 2_520, "entries": 1, "units": 20}]


def test_people_read_signed_amounts(asked, capsys):
    exits.run(ledger, ["list", "--player-id", "1"])
    exits.run(ledger, ["summary", "--player-id", "1"])

    shown = capsys.readouterr().out
    assert "-1,200" in shown
    assert "+1,104" in shown


@pytest.mark.parametrize(
    "words",
    [["list", "--kind", "GIFT"], ["summary", "--by", "moon"], ["list", "--limit", "x"], ["list", "--since", "8"]],
)
def test_a_word_that_is_none_is_wrong_usage_and_asks_nobody(asked, words):
    assert exits.run(ledger, [*words, "--player-id", "1"]) == 2
    assert asked == []


def test_the_kinds_offered_are_the_kinds_there_are():
    """The command line names them itself, so that it starts without the rest of the room."""
    assert sorted(KINDS) == sorted(kind.name for kind in EntryKind)
