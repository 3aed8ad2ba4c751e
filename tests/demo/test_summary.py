"""The summary adds up and has a stable shape."""

from dataclasses import asdict

from starfoundry.demo import screen
from starfoundry.demo.commands import _tell
from starfoundry.demo.demo_summary import DemoSummary, progress_line
from starfoundry.wire import daemon_pb2 as wire
from tests.demo.readings import SCENE, reading

TASKS = (
    wire.Task(kind="ACQUIRE_DELIVER", status="COMPLETED"),
    wire.Task(kind="ACQUIRE_DELIVER", status="COMPLETED"),
    wire.Task(kind="COLLECT_SELL", status="COMPLETED"),
    wire.Task(kind="COLLECT_SELL", status="FAILED"),
)


def test_its_keys_are_those_that_machines_rely_on():
    assert set(asdict(DemoSummary.of(SCENE, reading(), TASKS))) >= {
        "seed",
        "simulated_hours",
        "credits_start",
        "credits_end",
        "ships",
        "profit",
        "profit_per_hour",
        "last_hour_profit",
        "spent_on_ships",
        "tasks_completed",
        "requests",
        "rate_limited",
        "config_revision",
    }


def test_no_word_of_it_is_broken_on_a_narrow_terminal(monkeypatch, capsys):
    """Nor of the lines that are printed before it."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "60")

    screen.plain_lines()(SCENE, reading())
    _tell(DemoSummary.of(SCENE, reading(), TASKS), as_json=False)

    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 60
    assert {*progress_line(reading()).split()} <= {*shown.split()}


def test_only_completed_tasks_count_and_every_type_is_named():
    completed = DemoSummary.of(SCENE, reading(), TASKS).tasks_completed

    assert completed == {"ACQUIRE_DELIVER": 2, "COLLECT_SELL": 1, "LIQUIDATE": 0, "TRADE": 0}


def test_the_end_is_the_start_plus_profit_less_ships():
    summary = DemoSummary.of(SCENE, reading(), TASKS)

    assert summary.credits_end == summary.credits_start + summary.profit - summary.spent_on_ships


def test_profit_an_hour_is_over_the_whole_demo():
    summary = DemoSummary.of(SCENE, reading(), TASKS)

    assert (summary.simulated_hours, summary.profit_per_hour) == (3.25, 40_000)


def test_people_read_the_same_figures():
    text = DemoSummary.of(SCENE, reading(), TASKS).text()

    assert "175,000 -> 265,000" in text
    assert "130,000, 40,000 an hour over all 3.25 h; 60,000 in the last full hour" in text


def test_before_an_hour_has_ended_there_is_no_last_one():
    summary = DemoSummary.of(SCENE, reading(seconds=1_800, hourly_profit=(10_000,)), TASKS)

    assert summary.last_hour_profit is None
    assert "last full hour" not in summary.text()


def test_a_progress_line_is_one_line():
    line = progress_line(reading())

    assert "\n" not in line
    assert "3.2 h" in line
    assert "pipelines 2/3" in line
