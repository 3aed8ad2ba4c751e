"""The live view fits a terminal of 100 columns and 30 lines and says what an operator wants to know."""

import pytest
from rich.console import Console

from starfoundry.demo.view import draw, simulated
from starfoundry.terminal.bars import bars
from starfoundry.wire import daemon_pb2 as wire
from tests.demo.readings import SCENE, reading


def screen(shown, *, width=100, height=30) -> str:
    """What stands on a screen of that size."""
    console = Console(width=width, height=height, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    with console.file:
        console.print(draw(SCENE, shown))
    return console.export_text()


def test_it_fills_a_hundred_columns_and_thirty_lines():
    lines = screen(reading()).rstrip("\n").split("\n")

    assert len(lines) == 30
    assert max(len(line.rstrip()) for line in lines) <= 100


@pytest.mark.parametrize(
    "words",
    [
        "265,000",  # credits
        "130,000",  # profit
        "profit in 3.2 h",
        "40,000",  # of an average hour: 130,000 in 3 hours and a quarter
        "60,000",  # of the last full hour
        "4,512, 0 refused",
        "03:15 simulated",
        "pipelines: 2 of 3",
        "ELECTRONICS",
        "+12,345",
        "-4,000",
        "ships: 3 at work of 3, tasks done: 37",
        "acquire deliver",
        "B7 → D40",
        "D40",
        "LIMITED",
        "settings in force: revision 2",
        "HIGH / MODERATE",
        "prefer-fabricate, 1,000",
        "Bought COPPER ship=FOUNDRY-3 units=40",
        "export STARFOUNDRY_DATA_DIR=/tmp/starfoundry-demo-ab12cd34",
        "config set --container parallel-mfg-X1-AD75-3f9a1c --max-pipelines 5",
    ],
)
def test_it_says(words):
    assert words in screen(reading())


def test_a_revision_that_is_not_in_force_yet_is_told_apart():
    shown = reading()
    shown.status.revision = 3

    assert "revision 2 (3 pending)" in screen(shown)


def test_pipelines_above_a_lowered_limit_are_said_to_drain():
    shown = reading()
    shown.status.draining_pipelines = 1

    assert "pipelines: 2 of 3, 1 draining" in screen(shown)


def test_it_says_why_not_more_is_done():
    shown = reading()
    shown.status.idle_reasons.append("no ship with a hold is free")

    assert "no ship with a hold is free" in screen(shown)


def test_the_first_moment_has_nothing_to_show_and_says_so():
    first = reading(
        seconds=0,
        status=wire.ManufacturingStatus(),
        pipelines=(),
        tasks=(),
        ships=(),
        events=(),
        money=wire.SummarizeLedgerResponse(),
        health=wire.Health(),
        hourly_profit=(0,),
    )

    assert "none yet" in screen(first)
    assert "every ship is free" in screen(first)


def test_the_best_hour_fills_its_bar_and_a_loss_shows_the_lowest():
    assert bars((-5_000, 0, 50_000, 100_000)) == "▁▁▄█"


def test_before_any_profit_every_bar_is_low():
    assert bars((0, 0)) == "▁▁"


def test_simulated_time_counts_days():
    assert [simulated(59), simulated(3_661), simulated(90_000)] == ["00:00", "01:01", "1 d 01:00"]


def test_a_small_terminal_shows_a_part_and_no_error():
    lines = screen(reading(), width=60, height=12).rstrip("\n").split("\n")

    assert len(lines) == 12
    assert "StarFoundry" in lines[0]
