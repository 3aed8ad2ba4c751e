"""`ledger list|summary`: stable keys for machines, aligned columns for people."""

import json
from typing import Any

import pytest

from starfoundry.ledger.commands.group import KINDS, ledger
from starfoundry.ledger.domain.model import EntryKind
from starfoundry.terminal.arguments import exits
from starfoundry.terminal.arguments.options import Terminal
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
def answers():
    """What the daemon answers with."""
    entries = wire.ListLedgerResponse(entries=[ENTRY], agent="FOUNDRY", universe="2026-03-01")
    return {"ListLedger": entries, "SummarizeLedger": SUMMARY}


@pytest.fixture
def asked(monkeypatch, answers):
    """The requests that reached the daemon, which answers each with what it has."""
    requests = []

    def call(_terminal, method, request, **_):
        if method == "ListContainers":
            return wire.ListContainersResponse(containers=[wire.Container(container_id=each) for each in CONTAINERS])
        requests.append((method, request))
        return answers[method]

    monkeypatch.setattr(Terminal, "call", call)
    return requests


def test_entries_for_a_machine_have_every_key_and_null_for_what_is_not(asked, capsys):
    assert exits.run(ledger, ["list", "--player-id", "1", "--output", "json"]) == 0

    assert json.loads(capsys.readouterr().out) == {
        "agent": "FOUNDRY",
        "universe": "2026-03-01",
        "since": None,
        "until": None,
        "has_more": False,
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
                "predicted_price": None,
            }
        ],
    }


def test_what_is_asked_for_reaches_the_daemon(asked):
    narrowed = {"good": "iron", "ship": "FOUNDRY-1", "since": "2026-03-01", "until": "8h"}
    words = [word for name, value in narrowed.items() for word in (f"--{name}", value)] + ["--container", "1a2b3c"]

    assert (
        exits.run(ledger, ["list", "--player-id", "4", "--kind", "sale", "--limit", "3", "--before", "9", *words]) == 0
    )
    assert exits.run(ledger, ["summary", "--player-id", "4", "--by", "hour", *words]) == 0

    same: Any = {"player_id": 4, "container_id": CONTAINERS[0], **narrowed}
    assert [request for _method, request in asked] == [
        wire.ListLedgerRequest(kind="SALE", limit=3, before_sequence=9, **same),
        wire.SummarizeLedgerRequest(by="hour", **same),
    ]


def test_where_there_are_older_entries_it_says_how_to_see_them(asked, answers, capsys):
    answers["ListLedger"] = wire.ListLedgerResponse(entries=[ENTRY], has_more=True)

    assert exits.run(ledger, ["list", "--player-id", "1"]) == 0

    assert capsys.readouterr().err == "older ones: --before 7\n"


def test_a_list_of_one_system_names_it_once(asked, capsys):
    exits.run(ledger, ["list", "--player-id", "1"])

    assert capsys.readouterr().out.count("X1-AD75") == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "no deals since 2026-03-01 04:00:00 UTC"),
        (["--good", "IRON"], "no such deals since 2026-03-01 04:00:00 UTC"),
    ],
)
@pytest.mark.parametrize("command", ["list", "summary"])
def test_nothing_is_told_with_the_time_it_is_about(asked, answers, capsys, command, words, told):
    for method, response in (
        ("ListLedger", wire.ListLedgerResponse),
        ("SummarizeLedger", wire.SummarizeLedgerResponse),
    ):
        answers[method] = response(since="2026-03-01T04:00:00.000Z")

    assert exits.run(ledger, [command, "--player-id", "1", "--since", "8h", *words]) == 0

    assert told in capsys.readouterr().out.splitlines()


def test_an_hour_shows_its_profit_without_what_it_began_with_and_the_ships_it_bought(asked, answers, capsys):
    """Else it is another amount than the last closed hour of `manufacturing status`."""
    first = wire.LedgerLine(key="2026-03-01T11:00:00Z", income=275_000, expense=135_000, net=140_000, profit=100_000)
    answers["SummarizeLedger"] = wire.SummarizeLedgerResponse(lines=[first])

    exits.run(ledger, ["summary", "--player-id", "1", "--by", "hour"])

    shown = capsys.readouterr().out
    assert "+100,000" in shown
    assert "+140,000" not in shown


def test_the_hour_that_is_not_over_says_so(asked, answers, capsys):
    hours = [wire.LedgerLine(key=f"2026-03-01T{hour}:00:00Z") for hour in (11, 12)]
    answers["SummarizeLedger"] = wire.SummarizeLedgerResponse(lines=hours, as_of="2026-03-01T12:30:00.000Z")

    exits.run(ledger, ["summary", "--player-id", "1", "--by", "hour"])

    shown = capsys.readouterr().out
    assert "2026-03-01 11:00  " in shown
    assert "2026-03-01 12:00 so far" in shown


def test_a_part_of_the_book_has_no_balances(asked, capsys):
    exits.run(ledger, ["summary", "--player-id", "1", "--good", "IRON"])

    assert "Balance" not in capsys.readouterr().out


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
    (line,) = told["lines"]
    assert line == {
        "key": "SALE",
        "income": 2_520,
        "expense": 0,
        "net": 2_520,
        "entries": 1,
        "units": 20,
        "trips": 0,
        "predicted": None,
        "realised": None,
    }


def test_people_read_signed_amounts(asked, capsys):
    exits.run(ledger, ["list", "--player-id", "1"])
    exits.run(ledger, ["summary", "--player-id", "1"])

    shown = capsys.readouterr().out
    assert "-1,200" in shown
    assert "+1,104" in shown


def test_the_share_of_what_was_predicted_is_rounded(asked, answers, capsys):
    answers["SummarizeLedger"] = wire.SummarizeLedgerResponse(trips=38, predicted=1_133_023, realised=1_143_684)
    exits.run(ledger, ["summary", "--player-id", "1"])

    assert "realised (101 %)" in capsys.readouterr().out


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


def of_player_one(kind):
    return wire.HealthCondition(kind=kind, player_id=1, reason="purchase of 10 IRON was sent 40 s ago", degrades=True)


@pytest.mark.parametrize(
    ("game_says", "conditions", "code", "told"),
    [
        (101_104, [], 0, None),
        (101_104, [of_player_one("call-in-doubt")], 0, None),
        (99_904, [of_player_one("call-in-doubt")], 6, "a call is in doubt, which may explain a difference of 1,200"),
        (99_904, [], 1, "the game reports 99,904"),
        (99_904, [of_player_one("market-broken")], 1, "the game reports 99,904"),
    ],
)
def test_a_call_in_doubt_is_told_apart_from_a_difference(asked, answers, capsys, game_says, conditions, code, told):
    answers["ListPlayers"] = wire.ListPlayersResponse(players=[wire.Player(player_id=1, credits=game_says)])
    answers["GetHealth"] = wire.Health(conditions=conditions)

    assert exits.run(ledger, ["verify", "--player-id", "1"]) == code

    shown = capsys.readouterr()
    assert ("They agree:" in shown.out, "yes, to the credit" in shown.out) == (True, code == 0)
    assert told is None or told in shown.err
