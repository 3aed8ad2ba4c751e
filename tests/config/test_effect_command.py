"""`config effect` as people read it: a revision beside the one that was in force before it."""

import json

import pytest

from starfoundry.config.commands.group import config_group
from starfoundry.terminal.arguments.exits import run
from starfoundry.terminal.connection.daemon_client import DaemonClient
from starfoundry.wire import daemon_pb2 as pb
from tests.config.floor import ID


def figures(revision, *, seconds, profit, **counts):
    return pb.ConfigEffect(
        revision=pb.ConfigRevision(revision=revision, author="ada"),
        first_at="2026-03-01T12:00:00.000Z",
        in_force_seconds=seconds,
        profit=profit,
        counts=[pb.DecisionCount(kind=kind.replace("_", " "), decisions=number) for kind, number in counts.items()],
    )


@pytest.fixture
def effect(monkeypatch, capsys):
    """What `config effect` prints of an answer."""

    def printed(answer, *more):
        answers = {"GetConfigEffect": answer, "ListPlayers": pb.ListPlayersResponse()}
        monkeypatch.setattr(DaemonClient, "call", lambda _self, method, *_given, **_more: answers[method])
        assert run(config_group, ["effect", "3", "--container", ID, "--player-id", "1", *more]) == 0
        return capsys.readouterr().out

    return printed


def test_figures_stand_beside_those_of_the_revision_before_with_rates(effect):
    answer = figures(3, seconds=7200, profit=9000, task_completed=12)
    answer.before.CopyFrom(figures(2, seconds=3600, profit=-100, task_completed=4, pipeline_opened=2))

    lines = effect(answer).splitlines()

    assert "Compared with:  revision 2, 2026-03-01 12:00:00 to now, 60 min" in lines
    start = next(number for number, line in enumerate(lines) if "Revision 3" in line)
    assert lines[start : start + 5] == [
        "                 Revision 3  An hour  Revision 2  An hour",
        "---------------  ----------  -------  ----------  -------",
        "profit               +9,000   +4,500        -100     -100",
        "pipeline opened           0        0           2        2",
        "task completed           12        6           4        4",
    ]


def test_no_rate_is_made_of_a_few_seconds_and_a_short_time_is_told_to_say_little(effect):
    answer = figures(3, seconds=30, profit=9000)
    answer.before.CopyFrom(figures(2, seconds=7200, profit=100))

    out = effect(answer)

    row = next(line for line in out.splitlines() if line.startswith("profit"))
    assert row.split() == ["profit", "+9,000", "—", "+100", "+50"]
    assert "Less than an hour is too short to compare" in out


def test_machines_read_the_same_figures(effect):
    answer = figures(3, seconds=7200, profit=9000)
    answer.before.CopyFrom(figures(2, seconds=3600, profit=-100))

    told = json.loads(effect(answer, "--output", "json"))

    assert (told["profit_per_hour"], told["before"]["profit_per_hour"]) == (4500, -100)
    assert told["before"]["revision"]["revision"] == 2
