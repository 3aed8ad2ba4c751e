"""`spacetraders backtest` as an operator types it: the same worlds for all settings; a table, JSON and a page."""

import json

import pytest
from click.testing import CliRunner, Result

from starfoundry.cli.main import root
from starfoundry.demo.demo_plan import DemoPlan
from starfoundry.demo.virtual_demo import play_hours
from starfoundry.forecast.domain.comparison import compare
from starfoundry.kernel.errors import Missing, Refused
from starfoundry.simulation.backtest.table import verdict

USUAL = ["--scenario", "poor", "--hours", "1", "--runs", "2"]


def typed(*words: str) -> Result:
    return CliRunner().invoke(root, ["backtest", *words])


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, str]:
    """Two settings on two worlds as JSON, and the page of it."""
    file = tmp_path_factory.mktemp("settings") / "<a>.yaml"
    file.write_text("max_pipelines: 1\ntrade_max_ships: 0\n")
    report = file.with_name("r.html")
    answer = typed(*USUAL, "--settings", "defaults", str(file), "--jobs", "2", "--report", str(report), "-o", "json")
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout), report.read_text()


def test_every_run_comes_to_what_the_demo_of_its_seed_comes_to(compared, tmp_path):
    found, _ = compared
    plan = DemoPlan(seed=2, speed=0, hours=1.0, data_dir=tmp_path, scenario="poor")
    summary = play_hours(plan, lambda _scene, _reading: None)

    run = found["settings"][0]["runs"][1]
    assert run["journal"] == summary.journal
    assert run["hourly"] == [summary.profit]


def test_the_second_settings_are_compared_with_the_first_pair_by_pair(compared):
    found, _ = compared
    first, second = found["settings"]
    pairs = zip(first["runs"], second["runs"], strict=True)
    differences = [two["hourly"][0] - one["hourly"][0] for one, two in pairs]

    assert second["settings"] == {"max_pipelines": "1", "trade_max_ships": "0"}
    assert first["difference"] is None
    assert second["difference"]["mean"] == pytest.approx(sum(differences) / 2, abs=1)
    assert not second["difference"]["told_from_zero"], "two worlds cannot tell"


def test_the_page_needs_nothing_else_and_takes_no_name_for_markup(compared):
    _, page = compared

    assert page.count("<svg") == 2
    assert "&lt;a&gt;.yaml" in page
    assert "<a>" not in page
    assert "http" not in page
    assert "<script" not in page


def test_people_get_a_table_and_a_sentence_on_each_difference():
    answer = typed(*USUAL, "--runs", "1", "--settings", "defaults", "balanced")

    assert answer.exit_code == 0
    assert "Profit/h" in answer.stdout
    assert "balanced: one world is not enough for a comparison" in answer.stdout


@pytest.mark.parametrize(
    ("profits", "told"),
    [
        ([101_000, 139_000, 99_000], "not significantly different from defaults (95 % confidence, 3 worlds)"),
        ([110_000, 150_000, 110_001], "10,000 an hour more than defaults (95 % confidence)"),
        ([90_000, 130_000, 90_001], "10,000 an hour less than defaults (95 % confidence)"),
    ],
)
def test_a_difference_is_told_in_words_and_only_as_one_if_it_is_clear(profits: list[int], told: str):
    assert verdict(compare([100_000, 140_000, 100_000], profits), "defaults") == told


@pytest.mark.parametrize(
    ("words", "family", "told"),
    [
        (["--settings", "defaults", "nothing"], Missing, "no settings file nothing"),
        (["--settings", "defaults", "defaults"], Refused, "named once"),
        (["--scenario", "nowhere", "--settings", "defaults"], Missing, "no scenario nowhere"),
        (["--world", "gone.json", "--settings", "defaults"], Missing, "no world file gone.json"),
        (["--world", "a", "--scenario", "poor", "--settings", "defaults"], Refused, "scenario"),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_played(words: list[str], family: type, told: str):
    answer = typed(*words)

    assert isinstance(answer.exception, family)
    assert told in str(answer.exception)


def test_settings_that_contradict_a_rule_are_refused_with_their_names(tmp_path):
    (tmp_path / "a.yaml").write_text("max_pipelines: many\nno_such_setting: 1\n")
    answer = typed("--settings", "defaults", str(tmp_path / "a.yaml"))

    assert isinstance(answer.exception, Refused)
    assert {each.field for each in answer.exception.fields} == {"max_pipelines", "no_such_setting"}
