"""Text for people."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starfoundry.terminal.rendering import render


def test_a_table_aligns_words_to_the_left_and_numbers_to_the_right():
    shown = render.table(["Ship", "Fuel"], [["FOUNDRY-1", 80], ["F-2", 1200]])

    assert shown.splitlines() == [
        "Ship        Fuel",
        "---------  -----",
        "FOUNDRY-1     80",
        "F-2        1,200",
    ]


def test_an_unknown_value_is_a_dash_and_never_zero():
    assert "0" not in render.table(["Good", "Ask"], [["FUEL", None], ["IRON", None]])
    assert render.facts([("Name", ""), ("Fuel", 0)]) == "Name:  —\nFuel:  0"


def test_what_is_true_or_not_is_told_in_words():
    """Once `market places` showed 1 and 0 for them."""
    assert render.table(["Market", "Shipyard"], [[True, False]]).splitlines()[-1].split() == ["yes", "no"]


def test_no_rows_say_so():
    assert render.table(["Ship"], [], empty="no ships") == "no ships"


@given(st.text())
def test_foreign_text_cannot_steer_the_terminal(text):
    assert render.clean(text).isprintable()


def test_an_escape_sequence_in_a_name_does_not_reach_the_screen():
    assert "\x1b" not in render.table(["Name"], [["\x1b[31mred\x1b[0m"]])


def test_signed_amounts_and_shares_are_numbers_too():
    shown = render.table(["Net", "Used"], [["+1,200", "5%"], ["-3", "100%"], [None, None]])

    assert shown.splitlines()[2:] == ["+1,200    5%", "    -3  100%", "     —     —"]


@pytest.fixture
def terminal_of(monkeypatch):
    """Makes the terminal so many columns wide."""

    def become(width):
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        monkeypatch.setenv("COLUMNS", str(width))

    return become


def test_on_a_narrow_terminal_a_long_text_is_wrapped_in_its_column(terminal_of):
    terminal_of(40)

    assert render.table(["Id", "Reason", "Credits"], [["a", "because it is so far away", 1_234_567]]).splitlines() == [
        "Id  Reason                       Credits",
        "--  -------------------------  ---------",
        "a   because it is so far away  1,234,567",
    ]
    terminal_of(36)
    assert render.table(["Id", "Reason", "Credits"], [["a", "because it is so far away", 1_234_567]]).splitlines() == [
        "Id  Reason                   Credits",
        "--  ---------------------  ---------",
        "a   because it is so far   1,234,567",
        "    away",
    ]


def test_a_row_that_does_not_fit_goes_on_in_an_indented_line(terminal_of):
    terminal_of(40)
    rows: list[list[render.Cell]] = [
        ["FOUNDRY-1", "IN_TRANSIT", "X1-BJ39-G53", 40],
        ["FOUNDRY-2", "DOCKED", "X1-BJ39-A1", None],
    ]

    assert render.table(["Ship", "Status", "Where", "Cargo"], rows).splitlines() == [
        "Ship       Status      Where",
        "  Cargo",
        "---------  ----------  -----------",
        "FOUNDRY-1  IN_TRANSIT  X1-BJ39-G53",
        "     40",
        "FOUNDRY-2  DOCKED      X1-BJ39-A1",
    ]


def test_a_time_loses_its_year_where_that_saves_a_line(terminal_of):
    terminal_of(30)

    assert render.table(["Task", "At (UTC)", "Units"], [["p1-t1", "2026-11-29 23:49:56", 7]]).splitlines() == [
        "Task   At (UTC)        Units",
        "-----  --------------  -----",
        "p1-t1  11-29 23:49:56      7",
    ]


def test_an_hour_loses_its_year_before_its_words_are_wrapped(terminal_of):
    """Once the row of the present hour was torn apart: "so" in its first line, "far" and the last amount below."""
    terminal_of(28)

    assert render.table(["Hour (UTC)", "Net"], [["2026-11-30 18:00 so far", 19_908]]).splitlines() == [
        "Hour (UTC)             Net",
        "------------------  ------",
        "11-30 18:00 so far  19,908",
    ]


def test_no_line_of_an_answer_is_wider_than_the_terminal(terminal_of):
    terminal_of(30)
    text = (
        "short\n  Paging: never quiet; at least a minute apart\n  next: spacetraders ship send FOUNDRY-1 A2 --when-free"
    )

    assert render.folded(text).splitlines() == [
        "short",
        "  Paging: never quiet; at",
        "    least a minute apart",
        "  next:",
        "    spacetraders ship send \\",
        "      FOUNDRY-1 A2 \\",
        "      --when-free",
    ]


def test_a_heading_is_wrapped_before_a_row_is(terminal_of):
    terminal_of(22)

    assert render.table(["Ship", "Arrives (UTC)"], [["FOUNDRY-1", "23:49:56"]]).splitlines() == [
        "Ship       Arrives",
        "           (UTC)",
        "---------  -----------",
        "FOUNDRY-1  23:49:56",
    ]


WORDS = st.text(alphabet="abcX1-_,", min_size=1, max_size=20)
CELLS = st.lists(WORDS, min_size=1, max_size=8).map(" ".join)


@given(st.lists(st.lists(CELLS, min_size=5, max_size=5), min_size=1, max_size=4), st.integers(24, 160))
def test_at_any_width_no_line_is_too_long_and_no_word_is_broken(rows, width):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("sys.stdout.isatty", lambda: True)
        patched.setenv("COLUMNS", str(width))
        shown = render.table(["Ship", "Arrives (UTC)", "Where", "Commanded by", "What for"], rows).splitlines()

    assert max(map(len, shown)) <= width
    told = Counter(word for line in shown for word in line.split())
    assert not Counter(word for row in rows for cell in row for word in cell.split()) - told


def test_a_word_is_broken_only_where_it_is_longer_than_the_line_and_first_after_its_commas(terminal_of):
    terminal_of(20)

    shown = render.table(["Goods"], [["IRON,COPPER,ALUMINUM,MICROPROCESSORS"]])

    assert shown.splitlines()[2:] == ["IRON,COPPER,", "ALUMINUM,", "MICROPROCESSORS"]
    assert max(map(len, render.table(["Id"], [["x" * 60]]).splitlines())) <= 20


@given(
    st.lists(st.lists(st.text(alphabet="abc -", max_size=60), min_size=3, max_size=3), min_size=1, max_size=3),
    st.integers(min_value=1, max_value=120),
)
def test_no_letter_is_lost_at_any_width(rows, columns):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("sys.stdout.isatty", lambda: True)
        patched.setenv("COLUMNS", str(columns))
        shown = "".join(render.table(["#", "#", "#"], rows).splitlines()[2:])

    for letter in "abc":
        assert shown.count(letter) == sum(cell.count(letter) for row in rows for cell in row)


def test_on_a_terminal_a_long_fact_goes_on_below_itself(monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "30")

    assert render.facts([("Values", "one of HIGH, MODERATE, LIMITED"), ("Flag", "--level")]).splitlines() == [
        "Values:  one of HIGH,",
        "         MODERATE, LIMITED",
        "Flag:    --level",
    ]


def test_a_wrapped_text_keeps_its_indent_and_breaks_no_word(monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "12")
    shown = render.on_terminal("goods: IRON,FUEL,COPPER and", indent="  ", hanging="  ")

    assert shown.splitlines() == ["  goods:", "    IRON,FUEL,COPPER", "    and"]


def test_into_a_pipe_everything_goes_whole(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")

    assert "because " * 19 in render.table(["Reason"], [["because " * 20]])


def test_ages_are_told_in_the_unit_that_fits():
    assert [render.age(s) for s in (None, 3, 300, 9000, 200_000)] == ["—", "3 s", "5 min", "2.5 h", "2.3 d"]


@pytest.fixture
def narrow(monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")


def test_a_command_in_an_advice_that_does_not_fit_is_below_it_to_be_pasted_whole(narrow):
    told = render.advice("undo: spacetraders manufacturing config rollback --to 1")

    assert told.splitlines() == ["undo:", "  spacetraders manufacturing config \\", "    rollback --to 1"]


def test_an_advice_without_a_command_is_wrapped_and_a_short_one_stays_as_it_is(narrow):
    assert render.advice("next: the list commands show what there is here") == (
        "next: the list commands show what there\n  is here"
    )
    assert render.advice("older ones: --before 97") == "older ones: --before 97"


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 hours"), (1, "1 hour"), (1.0, "1 hour"), (1.5, "1.5 hours"), (12_000, "12,000 hours")]
)
def test_a_number_has_its_noun_in_the_right_form(number, words):
    assert render.counted(number, "hour") == words
