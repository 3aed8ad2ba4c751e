"""`config forecast` as people and machines read it."""

import json

import pytest

from starfoundry.config.commands.group import config_group
from starfoundry.terminal.arguments.exits import run
from starfoundry.terminal.connection.daemon_client import DaemonClient
from starfoundry.wire import daemon_pb2 as pb
from tests.config.floor import ID


def arm(profit: float) -> pb.ArmForecast:
    return pb.ArmForecast(
        profit_per_hour=profit, deviation=900, low=profit - 1_000, high=profit + 1_000, first_hours=profit, ships=8
    )


def forecast(mean: float, *, clear: bool, rounds: int = 3, over: bool = True) -> pb.ConfigForecast:
    return pb.ConfigForecast(
        number=4 if over else 0,
        container_id=ID,
        at="2026-03-01T12:00:00.000Z",
        hours=24,
        runs=8,
        rounds=rounds,
        is_over=over,
        changes=[pb.SettingChange(name="trade_min_margin", before_json="40", after_json="25")],
        today=arm(100_000),
        proposed=arm(100_000 + mean),
        difference=pb.ForecastDifference(
            mean=mean, low=mean - 500, high=mean + 500, pairs=rounds, told_from_zero=clear
        ),
        reasons=["ships stand idle for 5 % of their time instead of 20 %"],
        unseen_goods=12,
    )


@pytest.fixture
def typed(monkeypatch, capsys):
    """What the command prints of the daemon's answers: code, output, notes."""

    def print_(answers, *words, reviews=None):
        monkeypatch.setattr(DaemonClient, "stream", lambda _self, _method, _request: iter(answers))
        calls = {"ListConfigForecasts": reviews, "ListPlayers": pb.ListPlayersResponse()}
        monkeypatch.setattr(DaemonClient, "call", lambda _self, method, *_given, **_more: calls[method])
        code = run(config_group, ["forecast", "--container", ID, "--player-id", "1", *words])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return print_


def test_a_clear_difference_is_told_with_its_range_and_its_reasons(typed):
    answers = [forecast(9_000, clear=False, rounds=1, over=False), forecast(8_000, clear=True)]
    code, out, err = typed(answers, "trade_min_margin=25")

    assert code == 0
    assert "round 1 of at most 8: +9,000 an hour" in err
    assert "all hours              +8,000  +7,500 to +8,500" in out
    assert "8,000 credits an hour more than the current settings (8 %)" in out
    assert "  ships stand idle for 5 % of their time instead of 20 %" in out
    assert "12 goods at markets were never seen" in out


def test_what_cannot_be_told_from_zero_is_called_that(typed):
    _, out, _ = typed([forecast(800, clear=False, rounds=8)], "trade_min_margin=25")

    assert "the difference is not significant (8 rounds)" in out


def test_a_machine_reads_whole_credits_and_the_verdict(typed):
    _, out, _ = typed([forecast(8_000.4, clear=True)], "trade_min_margin=25", "-o", "json")
    told = json.loads(out)

    assert told["changes"] == {"trade_min_margin": {"before": 40, "after": 25}}
    assert told["difference"] == {"mean": 8000, "low": 7500, "high": 8500, "told_from_zero": True}
    assert told["steady_difference"] is None
    assert told["today"]["profit_per_hour"] == 100_000


def test_reviews_tell_what_came_and_how_many_held(typed):
    reviews = pb.ListConfigForecastsResponse(
        reviews=[
            pb.ForecastReview(forecast=forecast(8_000, clear=True), tried="proposed", came=107_500.0, verdict="HELD"),
            pb.ForecastReview(forecast=forecast(8_000, clear=True), tried="today", came=90_000.0, verdict="MISSED"),
            pb.ForecastReview(forecast=forecast(8_000, clear=True), unlike=["fleet: 6 ships with a hold instead of 4"]),
        ],
        held=1,
        judged=2,
    )
    _, out, _ = typed([], "--review", reviews=reviews)

    assert "proposed     108,000  107,000 to 109,000  107,500  HELD" in out
    assert "1 of 2 held (50 %; 80 % are expected)" in out
    assert out.count("is out of date") == 1
    assert "is out of date: fleet: 6 ships with a hold instead of 4" in out


def test_a_review_takes_no_proposal(typed):
    code, _, err = typed([], "--review", "trade_min_margin=25")

    assert code == 2
    assert "--review cannot be combined" in err
