"""`spacetraders tune` as people and machines read it."""

import csv
import io
import json
from typing import Any

import pytest

from starfoundry.terminal.arguments.exits import run
from starfoundry.terminal.connection.daemon_client import DaemonClient
from starfoundry.tuning.commands.group import tune
from starfoundry.wire import daemon_pb2 as pb

WHO = ("--container", "parallel-mfg-X1-AB12-c0ffee", "--player-id", "1")


def study(**told: Any) -> pb.Tuning:
    trials = [
        pb.TuningTrial(
            number=number,
            state=state,
            settings_json={"trade_min_margin": str(margin)},
            worlds=worlds,
            value=value,
            drawdown=1_000,
            keeps_constraint=True,
            is_efficient=number == 2,
        )
        for number, state, margin, worlds, value in (
            (0, "COMPLETE", 40, 4, 100_000.0),
            (1, "CUT", 5, 1, 60_000.0),
            (2, "COMPLETE", 70, 4, 115_000.0),
        )
    ]
    facts: dict[str, Any] = {"status": "RUNNING", "reason": ""}
    return pb.Tuning(
        number=3,
        container_id=WHO[1],
        objective="profit_per_hour",
        drawdown_max_percent=10,
        budget=150,
        runs_used=9,
        hours=24,
        settings=["trade_min_margin"],
        best_trial=2,
        trials=trials,
        **(facts | told),
    )


PROPOSAL = pb.TuningProposal(
    trial=2,
    changes=[pb.SettingChange(name="trade_min_margin", before_json="40", after_json="70")],
    before=100_000,
    after=114_000,
    difference=pb.ForecastDifference(mean=14_000, low=12_000, high=16_000, pairs=4, told_from_zero=True),
    importance={"trade_min_margin": 1.0},
)


@pytest.fixture
def typed(monkeypatch, capsys):
    """What a command prints where the daemon knows these studies, newest first."""

    def print_(studies, *words):
        calls: dict[str, Any] = {
            "ListTunings": pb.ListTuningsResponse(studies=studies),
            "ListPlayers": pb.ListPlayersResponse(),
        }
        calls["StopTuning"] = studies[0] if studies else None
        monkeypatch.setattr(DaemonClient, "call", lambda _self, method, *_given, **_more: calls[method])
        code = run(tune, [words[0], *WHO, *words[1:]])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return print_


def test_the_status_tells_how_far_it_is_and_what_is_best(typed):
    _, out, _ = typed([study()], "status")

    assert "Objective:    profit_per_hour, drawdown < 10 %" in out
    assert "Runs:         9 of 150, 24 hours each" in out
    assert "Trials:       3, 1 stopped early" in out
    assert "Best so far:  115,000.0 by trial 2: trade_min_margin=70" in out


def test_a_proposal_is_told_with_its_gain_its_range_and_what_mattered(typed):
    _, out, _ = typed([study(status="PROPOSED", proposal=PROPOSAL)], "status")

    assert "trade_min_margin: 40 -> 70" in out
    assert "proposed, after 4 new worlds: +14,000 profit_per_hour (+14 %), 80 % range +12,000 to +16,000" in out
    assert "importance: trade_min_margin 100 %" in out


def test_every_trial_is_explained_the_best_first(typed):
    _, out, _ = typed([study()], "explain")
    out = out.partition("upwards")[0]
    rows = [row for line in out.splitlines() if (row := line.split()) and row[0].isdigit()]

    assert [row[:3] for row in rows] == [["2", "COMPLETE", "4"], ["0", "COMPLETE", "4"], ["1", "CUT", "1"]]
    assert rows[1][-1] == "current"


def test_machines_read_a_study_whole(typed):
    _, out, _ = typed([study(status="PROPOSED", proposal=PROPOSAL)], "explain", "-o", "json")
    told = json.loads(out)

    assert told["proposal"]["changes"] == {"trade_min_margin": {"before": 40, "after": 70}}
    assert told["proposal"]["gain"] == 14_000
    assert [each["settings"] for each in told["trials"]] == [{"trade_min_margin": each} for each in (40, 5, 70)]


def test_without_a_study_it_is_told_how_to_begin_one(typed):
    code, _, err = typed([], "status")

    begin = f"spacetraders tune start --container {WHO[1]} --settings NAME"
    assert (code, err) == (3, f"error: there are no studies yet; start one with: {begin}\n")


def test_what_follows_nothing_says_how_to_begin(typed):
    code, _, err = typed([], "follow")

    begin = f"spacetraders tune follow --container {WHO[1]} --within NAME=LOW..HIGH"
    assert (code, err.endswith(f"start with: {begin}\n")) == (3, True)


def test_studies_as_csv_have_a_row_each(typed):
    _, out, _ = typed([study(), study(status="STOPPED")], "history", "--output", "csv")

    heads, *rows = csv.reader(io.StringIO(out, newline=""))
    assert [dict(zip(heads, row, strict=True))["status"] for row in rows] == ["RUNNING", "STOPPED"]


def test_nothing_is_best_while_the_first_trial_runs(typed):
    begun = study()
    begun.ClearField("best_trial")
    del begun.trials[1:]
    begun.trials[0].state = "RUNNING"

    _, out, _ = typed([begun], "status")

    assert "Best so far" not in out


def test_bounds_within_which_it_sets_itself_are_asked_for_and_told(monkeypatch, capsys):
    asked = []

    def call(_self, method, request, *_given, **_more):
        if method == "StartTuning":
            asked.append(request)
        return {"StartTuning": study(), "ListPlayers": pb.ListPlayersResponse()}[method]

    monkeypatch.setattr(DaemonClient, "call", call)
    words = [
        "start",
        *WHO,
        "--settings",
        "trade_min_margin",
        "--apply-within",
        "trade_min_margin=20..60,max_workers=2..9",
    ]

    assert run(tune, words) == 0
    assert f"See its progress: spacetraders tune status --container {WHO[1]}\n" in capsys.readouterr().err
    assert list(asked[0].apply_within) == ["trade_min_margin=20..60", "max_workers=2..9"]


def test_a_proposal_on_trial_says_so(typed):
    told = study(
        status="APPLIED",
        proposal=PROPOSAL,
        apply_within=["trade_min_margin=20..80"],
        probation="UNDONE",
        probation_reason="study 3 reverted: 10 an hour in the 3 hours since, 20 in the 5 hours before",
    )
    _, out, _ = typed([told], "status")

    assert "Auto-apply:   within trade_min_margin=20..80" in out
    assert "Probation:    UNDONE: study 3 reverted" in out
