"""The live view: what it says, and that it fits terminals of 60 columns and more with nothing cut off."""

import io

import pytest
from rich.console import Console

from starfoundry.demo.hint import caption
from starfoundry.terminal.rendering.bars import bars
from starfoundry.top.live_view import draw
from starfoundry.top.reading import Caption, TopReading
from starfoundry.wire import daemon_pb2 as wire
from tests.demo.readings import SCENE, reading

SIZES = [(100, 30), (80, 24), (60, 20), (160, 50)]
GOODS = ("ADVANCED_CIRCUITRY", "BOTANICAL_SPECIMENS", "MICROPROCESSORS", "SHIP_PLATING", "FABRICS", "MEDICINE", "FOOD")


@pytest.fixture(autouse=True)
def on_the_path(monkeypatch):
    """Our programs are on the path, so that the demo offers two lines to paste."""
    monkeypatch.setattr("starfoundry.demo.hint._activation", str)


def screen(shown: TopReading, *, width=100, height=30, around: Caption | None = None) -> list[str]:
    """The lines of a screen of that size."""
    console = Console(width=width, height=height, file=io.StringIO(), color_system=None)
    console.print(draw(around or caption(SCENE, shown), shown))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().rstrip("\n").split("\n")


def in_full_swing() -> TopReading:
    """More of everything than fits a small terminal."""
    shown = reading(
        pipelines=tuple(
            wire.Pipeline(good=good, kind="FABRICATION", tasks_completed=12, tasks_total=25, profit=1_234_567)
            for good in GOODS
        ),
        tasks=tuple(
            wire.Task(
                ship=f"FOUNDRY-{number}",
                kind="ACQUIRE_DELIVER",
                good=good,
                source="X1-AD75-B17",
                target="X1-AD75-D40",
            )
            for number, good in enumerate(GOODS)
        ),
    )
    shown.status.idle_reasons.append(
        "COLLECT_SELL SHIP_PLATING: supply too low: SHIP_PLATING at X1-BJ39-E48 is MODERATE, a start needs ABUNDANT"
    )
    del shown.status.factories[:]
    shown.status.factories.extend(
        wire.FactoryState(factory="X1-AD75-D40", good=good, supply="ABUNDANT", ready=True) for good in GOODS
    )
    return shown


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shown", [reading(), in_full_swing()], ids=["usual", "full"])
def test_it_fills_the_terminal_exactly_and_cuts_no_word_off(size, shown):
    width, height = size
    lines = screen(shown, width=width, height=height)

    assert len(lines) == height
    assert max(map(len, lines)) <= width
    assert "…" not in "".join(lines)


@pytest.mark.parametrize("size", SIZES)
def test_every_line_to_paste_is_whole(size):
    width, height = size

    assert [line.rstrip() for line in screen(in_full_swing(), width=width, height=height)][-3:] == [
        "export STARFOUNDRY_DATA_DIR=/tmp/starfoundry-demo-ab12cd34",
        "spacetraders manufacturing config set --max-pipelines 5",
        "spacetraders dashboard --open",
    ]


def test_commands_that_do_not_fit_are_not_shown_in_part():
    around = Caption(title="FOUNDRY", offer="change it:", commands=("x" * 90,))
    lines = screen(reading(), width=80, height=24, around=around)

    assert "commands to paste show at 90 columns" in lines[-1]
    assert "xx" not in "".join(lines)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_name_of_a_good_and_what_a_ship_does_are_whole(width, height):
    shown = "\n".join(screen(in_full_swing(), width=width, height=height))

    assert "BOTANICAL_SPECIMENS" in shown
    assert "acquire deliver  ADVANCED_CIRCUITRY" in shown
    assert "B17 → D40" in shown


def test_what_has_no_room_is_counted():
    shown = "\n".join(screen(in_full_swing(), width=80, height=24))

    assert "pipelines: 2 of 3 (" in shown
    assert " not shown)" in shown


def test_the_newest_event_is_shown_from_its_beginning():
    shown = reading(events=(wire.LogEntry(id=1, at="2026-01-01T03:10:22Z", message="word " * 60, fields_json="{}"),))

    assert any(line.startswith("03:10:22 word") for line in screen(shown, width=60, height=20))


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
        "ships: 3 at work of 3, tasks done: 1,237",
        "acquire deliver",
        "B7 → D40",
        "LIMITED",
        "settings in force: revision 2",
        "HIGH / MODERATE",
        "prefer-fabricate, min. price 1,000",
        "Bought COPPER ship=FOUNDRY-3 units=40",
    ],
)
def test_it_says(words):
    assert words in "\n".join(screen(reading()))


def test_a_revision_that_is_not_in_force_yet_is_told_apart():
    shown = reading()
    shown.status.revision = 3

    assert "revision 2 (3 pending)" in "\n".join(screen(shown))


def test_pipelines_above_a_lowered_limit_are_said_to_drain():
    shown = reading()
    shown.status.draining_pipelines = 1

    assert "pipelines: 2 of 3, 1 draining" in "\n".join(screen(shown))


def test_it_says_why_not_more_is_done():
    shown = reading()
    shown.status.idle_reasons.append("no ship with a hold is free")

    assert "no ship with a hold is free" in "\n".join(screen(shown))


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

    assert "none yet" in "\n".join(screen(first))
    assert "no ship is on a trip" in "\n".join(screen(first))


def test_the_best_hour_fills_its_bar_and_a_loss_shows_the_lowest():
    assert bars((-5_000, 0, 50_000, 100_000)) == "▁▁▄█"


def test_before_any_profit_every_bar_is_low():
    assert bars((0, 0)) == "▁▁"
