"""A report tells what happened in its stretch, and nothing that happened before or after it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import click
import pytest

from starfoundry.config.domain.revision_record import RevisionRecord
from starfoundry.config.storage import history
from starfoundry.daemon.report import commands
from starfoundry.daemon.report.blockers import blockers
from starfoundry.daemon.report.model import ReportPeriod
from starfoundry.daemon.report.queries import report
from starfoundry.daemon.report.rpc import ReportRpc
from starfoundry.drill.virtual_time.loop import run
from starfoundry.kernel.errors import Refused
from starfoundry.kernel.ids import ContainerId, Good, PlayerId, Revision
from starfoundry.ledger.domain.model import EntryKind, LedgerEntry, Purpose
from starfoundry.ledger.storage import store
from starfoundry.store.tables.schema import container_logs, ledger, pipelines, tasks
from starfoundry.terminal.arguments import exits
from starfoundry.terminal.arguments.options import Terminal
from starfoundry.wire import daemon_pb2 as wire
from tests.store.opened import add_container, add_player, opened

PLAYER = PlayerId(1)
MINE = ContainerId("mfg-1")
START = datetime(2026, 3, 1, 8, tzinfo=UTC)
TRIPS = {"IRON at X1-A-F1": "t1", "ICE at X1-A-F2": "t4"}
"""The trip of each chain: one ends after five hours, the other after seven."""


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def seed(connection):
    """Six hours: a good and a bad chain, a change after three hours, warnings, a ship, and a difference in the book.

    The trip of the bad chain ends an hour later.
    """
    add_player(connection)
    add_container(connection, MINE)
    deals = [(0.0, EntryKind.OPENING, 100_000, "")]
    deals += [(hour + 0.5, EntryKind.SALE, 1_000 * (hour + 1), "IRON at X1-A-F1") for hour in range(6)]
    deals += [(2.2, EntryKind.PURCHASE, -9_000, "ICE at X1-A-F2"), (4.1, EntryKind.SHIP_PURCHASE, -20_000, "")]
    deals += [(5.1, EntryKind.ADJUSTMENT, 7, "")]
    balance = 0
    for hour, kind, amount, chain in sorted(deals, key=lambda deal: deal[0]):
        balance += amount
        good = "SHIP_PROBE" if kind is EntryKind.SHIP_PURCHASE else chain.partition(" ")[0]
        book = LedgerEntry(
            player_id=PLAYER,
            at=at(hour),
            kind=kind,
            amount=amount,
            balance_after=balance,
            good=Good(good),
            purpose=Purpose(container_id=MINE, task_id=TRIPS.get(chain, "")),
        )
        store.append_entry(connection, book)
        connection.execute(ledger.update().where(ledger.c.at == at(hour)).values(chain=chain))
    for revision, hour in ((1, 0.0), (2, 3.0)):
        change = {"max_pipelines": {"before": 3, "after": 5}}
        record = RevisionRecord(
            revision=Revision(revision), at=at(hour), author="ada", origin="cli", reason="", changes=change, config={}
        )
        history.append(connection, MINE, record)
    for number, hour in enumerate((0.1, 4.2, 4.4)):
        row = {
            "container_id": MINE,
            "at": at(hour),
            "level": "WARNING",
            "message": f"ship {number} is lost",
            "fields": {},
        }
        connection.execute(container_logs.insert(), row)
    _add_tasks(connection)


def _add_tasks(connection):
    chain = {"kind": "FABRICATION", "status": "EXECUTING", "good": "IRON", "factory": "F1", "sell_market": "M"}
    connection.execute(
        pipelines.insert(),
        {"id": "p", "container_id": MINE, "expected_profit": 1, "revision": 1, "created_at": START, **chain},
    )
    for number, (status, hour) in enumerate(
        (("COMPLETED", 1), ("COMPLETED", 5), ("FAILED", 5), ("READY", None), ("COMPLETED", 7))
    ):
        row = {
            "id": f"t{number}",
            "pipeline_id": "p",
            "container_id": MINE,
            "kind": "COLLECT_SELL",
            "status": status,
            "good": "IRON",
            "source": "A",
            "target": "B",
            "revision": 1,
            "created_at": START,
            "ended_at": None if hour is None else at(hour),
        }
        connection.execute(tasks.insert(), row)


def reported(directory, since: float, until: float):
    """The report of the hours from `since` to `until`."""

    async def work():
        async with opened(directory) as database:
            await database.write(seed)
            return await database.read(lambda c: report(c, PLAYER, ReportPeriod(since=at(since), until=at(until))))

    return run(work(), seed=1)


def test_a_remedy_is_told_once():
    """A halt is a condition of the daemon and a reason of everything that waits."""
    halted = wire.HealthCondition(kind="halted", reason="nothing is flown", next_step="spacetraders resume")
    container = wire.Container(type="manufacturing_coordinator", status="RUNNING")
    waits = wire.Hindrance(reason=wire.Reason(rule="halted", command="spacetraders resume"), ships=3)
    rests = wire.Hindrance(reason=wire.Reason(rule="rests"), ships=1)

    assert [each.kind for each in blockers(1, [halted], [container], [waits, rests])] == ["halted", "rests"]


def test_money_is_that_of_the_stretch_to_the_credit(tmp_path):
    money = reported(tmp_path, 4, 6).money

    assert (money.profit, money.spent_on_ships, money.adjustments) == (5_000 + 6_000, 20_000, 7)
    assert money.closing == money.opening + money.profit - 20_000 + 7


def test_hours_are_profit_of_trade_and_lie_wholly_inside(tmp_path):
    hours = reported(tmp_path, 1.5, 5.5).hours

    assert [(line.key[11:16], line.net) for line in hours] == [("10:00", -6_000), ("11:00", 4_000), ("12:00", 5_000)]


def test_chains_are_told_best_and_worst_and_none_twice(tmp_path):
    found = reported(tmp_path, 0, 8)

    assert [(line.key, line.net) for line in found.best] == [("IRON at X1-A-F1", 21_000), ("ICE at X1-A-F2", -9_000)]
    assert (found.worst, found.chains) == ((), 2)


def test_a_chain_loses_nothing_by_cargo_that_is_under_way(tmp_path):
    found = reported(tmp_path, 0, 6)

    assert [(line.key, line.net) for line in found.best] == [("IRON at X1-A-F1", 21_000)]


def test_a_trip_counts_whole_where_it_ends(tmp_path):
    found = reported(tmp_path, 6, 8)

    assert [(line.key, line.net) for line in found.best] == [("ICE at X1-A-F2", -9_000)]


def test_a_change_is_told_with_what_was_earned_after_it_and_before(tmp_path):
    (change,) = reported(tmp_path, 2, 6).changes

    assert (change.record.revision, change.seconds, change.seconds_before) == (2, 3 * 3_600, 3 * 3_600)
    assert (change.profit, change.profit_before) == (4_000 + 5_000 + 6_000, 1_000 + 2_000 + 3_000 - 9_000)


def test_the_first_revision_is_no_change(tmp_path):
    assert reported(tmp_path, -1, 2).changes == ()


def test_warnings_that_differ_in_figures_only_are_told_once(tmp_path):
    incidents = reported(tmp_path, 4, 6).incidents

    assert [(each.kind, each.text, each.times) for each in incidents] == [
        ("book-difference", "+7 unexplained credits", 1),
        ("warning", "ship 2 is lost", 2),
    ]
    assert (incidents[1].first_at, incidents[1].last_at) == (at(4.2), at(4.4))


def test_tasks_count_that_ended_in_the_stretch(tmp_path):
    found = reported(tmp_path, 4, 6).tasks

    assert [(each.kind, each.status, each.tasks) for each in found] == [
        ("COLLECT_SELL", "COMPLETED", 1),
        ("COLLECT_SELL", "FAILED", 1),
    ]


def test_ships_that_were_bought_are_told_with_their_price(tmp_path):
    assert [(each.good, each.amount) for each in reported(tmp_path, 0, 6).purchases] == [("SHIP_PROBE", -20_000)]


def test_nothing_happened_before_there_was_anything(tmp_path):
    found = reported(tmp_path, -5, -1)

    assert (found.money.profit, found.hours, found.tasks, found.incidents, found.purchases) == (0, (), (), (), ())


class Now:
    """A clock that stands still."""

    def now(self):
        return at(6)


class Everybody:
    """A gate that lets everybody in."""

    def sees(self, player_id, context):
        return True

    async def admit(self, player_id, context):
        return PlayerId(player_id)


def test_the_door_takes_a_duration_and_refuses_a_time_to_come(tmp_path):
    async def work():
        async with opened(tmp_path) as database:
            await database.write(seed)
            door = ReportRpc(database=database, gate=Everybody(), clock=Now())  # type: ignore[arg-type]
            with pytest.raises(Refused, match="since must be before"):
                await door.GetReport(wire.GetReportRequest(player_id=1, since="2026-03-02"), None)
            return await door.GetReport(wire.GetReportRequest(player_id=1, since="2h"), None)

    answer = run(work(), seed=1)

    assert (answer.since, answer.until, answer.profit, answer.seconds) == (
        "2026-03-01T12:00:00.000Z",
        "2026-03-01T14:00:00.000Z",
        11_000,
        7_200,
    )


# The command


SINCE = "2026-02-28T12:00:00.000Z"


@pytest.fixture
def answers() -> dict[str, Any]:
    """What the daemon says of the present: a halt, no container, and one thing that holds back."""
    return {
        "GetHealth": wire.Health(
            started_at="2026-03-01T09:00:00+00:00",
            conditions=[wire.HealthCondition(kind="halted", reason="everything is halted", next_step="resume")],
        ),
        "ListContainers": wire.ListContainersResponse(),
        "ExplainWork": wire.ExplainWorkResponse(
            ranked=[wire.Hindrance(reason=wire.Reason(rule="supply_low", text="IRON is LIMITED"), ships=2, tasks=1)]
        ),
    }


@pytest.fixture
def asked(monkeypatch, tmp_path, answers):
    """What the daemon is asked for reports of; it answers with a report that ends at noon."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("STARFOUNDRY_DATA_DIR", str(tmp_path))
    requests = []

    def call(_terminal, method, request, **_):
        if method != "GetReport":
            return answers[method]
        requests.append((request.since, request.until))
        if request.since.startswith("2099"):
            raise Refused.of("since", request.since, "before now")
        return wire.Report(agent="FOUNDRY", universe="2026-03-01", since=SINCE, until="2026-03-01T12:00:00.000Z")

    monkeypatch.setattr(Terminal, "call", call)
    return requests


def told(capsys, *words: str) -> dict:
    assert exits.run(_root(), ["report", "--player-id", "1", "-o", "json", *words]) == 0
    return dict(json.loads(capsys.readouterr().out))


def _root() -> click.Command:
    return click.Group(commands={"report": commands.report})


def test_the_second_report_begins_where_the_first_ended(asked, capsys):
    told(capsys)
    told(capsys, "--since", "last")

    assert asked == [("24h", ""), ("2026-03-01T12:00:00.000Z", "")]


@pytest.mark.parametrize("words", [["--peek"], ["--since", "8h"], ["--until", "1h"]])
def test_a_peek_and_a_stretch_of_ones_own_do_not_count_as_a_look(asked, capsys, words):
    told(capsys, *words)
    told(capsys)

    assert asked[-1] == ("24h", "")


def test_a_look_from_the_daemons_future_is_none(asked, capsys, tmp_path):
    file = tmp_path / "state" / "starfoundry" / "reports.json"
    told(capsys)
    file.write_text(file.read_text().replace("2026-03-01T12", "2099-03-01T12"))

    told(capsys)

    assert asked[1:] == [("2099-03-01T12:00:00.000Z", ""), ("24h", "")]


def test_without_a_place_to_remember_it_reports_all_the_same(asked, capsys, monkeypatch):
    monkeypatch.setattr(commands, "reports_file", lambda: None)

    assert exits.run(_root(), ["report", "--player-id", "1"]) == 0

    assert "there is no home directory" in capsys.readouterr().err


def test_what_stands_still_is_told_with_what_to_do(asked, capsys):
    still = told(capsys)["stands_still"]

    assert [(each["kind"], each["next_step"]) for each in still] == [
        ("halted", "resume"),
        ("nobody-at-work", "spacetraders manufacturing start"),
    ]


def test_where_a_coordinator_works_it_is_told_what_holds_back_most(asked, answers, capsys):
    working = wire.Container(container_id=MINE, type="manufacturing_coordinator", status="RUNNING")
    answers["ListContainers"] = wire.ListContainersResponse(containers=[working])

    assert exits.run(_root(), ["report", "--player-id", "1", "--peek"]) == 0

    assert "  2 ships, 1 task: IRON is LIMITED" in capsys.readouterr().out.splitlines()


def test_a_start_of_the_daemon_in_that_time_is_told(asked, answers, capsys):
    exits.run(_root(), ["report", "--player-id", "1", "--peek"])
    answers["GetHealth"].started_at = "2026-02-27T09:00:00+00:00"
    exits.run(_root(), ["report", "--player-id", "1", "--peek"])

    assert capsys.readouterr().out.count("Daemon:") == 1
